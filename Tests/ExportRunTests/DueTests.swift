// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Foundation
import Testing

/// What is due: plan minus ledger, with `lookback` and `catch_up`.
@Suite struct DueTests {
  private static let start = Instant(seconds: 1_480_000_000)

  private static func noon(_ night: Int) -> Instant { start.advanced(by: .seconds(night * 86_400)) }

  /// Days of history up to the night, which is the third night of the first window or a later one.
  private static func plan(_ night: Int, _ change: (inout PlannedExport) -> Void) -> Plan {
    var plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 3 + night, asOf: noon(night), limits: ServiceLimits(active: 1, activePerApp: 1))
    change(&plan.exports[1])
    return plan
  }

  /// Runs the nights, each on the journal of those before, and counts the tasks of each window, oldest first.
  private func tasks(nights: [Int], _ change: (inout PlannedExport) -> Void) async throws -> [Int] {
    let harness = try RunHarness()
    let service = ScriptedService()
    var plan = Self.plan(nights[0], change)
    for night in nights {
      plan = Self.plan(night, change)
      try await harness.clock.sleep(until: Self.noon(night), tolerance: nil)
      let result = try await harness.run(plan, service)
      #expect(result.outcome == .done)
    }
    let made = await service.tasksByKey
    return plan.jobs.keys.map { made[$0.base32] ?? 0 }
  }

  @Test func `without lookback no window is ever taken again`() async throws {
    #expect(try await tasks(nights: [0, 1, 2, 3]) { _ in } == [1, 1, 1, 1, 1, 1])
  }

  @Test func `lookback takes a window again once for each of so many windows that ripen after it`() async throws {
    let tasks = try await tasks(nights: [0, 1, 2, 3, 4, 5]) { $0.lookback = 2 }

    // The first night exports three days at once: only what ripened later counts.
    #expect(tasks == [1, 2, 3, 3, 3, 3, 2, 1])
  }

  @Test func `nights that were missed are made good by one renewal`() async throws {
    #expect(try await tasks(nights: [0, 4]) { $0.lookback = 2 } == [1, 2, 2, 1, 1, 1, 1])
  }

  @Test func `lookback that is switched on takes the newest windows again, and no more`() async throws {
    let harness = try RunHarness()
    for night in 0...9 {
      try await harness.clock.sleep(until: Self.noon(night), tolerance: nil)
      try await harness.run(Self.plan(night) { _ in }, ScriptedService())
    }
    let ledger = try Ledger(directory: harness.directory)

    let dues = try ledger.dues(of: Self.plan(10) { $0.lookback = 2 }, at: Self.noon(10))
    let bounded = try ledger.dues(
      of: Self.plan(10) {
        $0.lookback = 5
        $0.catchUp = 2
      }, at: Self.noon(10))

    #expect(dues == [Due](repeating: .alreadyExported, count: 10) + [.lookback, .lookback, .neverExported])
    #expect(bounded == [Due](repeating: .alreadyExported, count: 11) + [.lookback, .neverExported])
  }

  @Test func `a part of a plan is due for the same reasons as the whole`() async throws {
    let harness = try RunHarness()
    try await harness.run(Self.plan(0) { _ in }, ScriptedService())
    let plan = Self.plan(6) {
      $0.lookback = 2
      $0.catchUp = 3
    }
    let ledger = try Ledger(directory: harness.directory)
    let whole = try ledger.dues(of: plan, at: Self.noon(6))

    for day in plan.jobs.indices {
      let part = try Selection(select: ["window:\(plan.jobs[day].label)"]).applied(to: plan).plan
      let read = try PlanFile(parsing: PlanFile(part).bytes).plan

      #expect(try ledger.dues(of: part, at: Self.noon(6)) == [whole[day]])
      #expect(read == part)
    }
    #expect(Set(whole).count > 2)
  }

  @Test func `a second run of the same night renews nothing`() async throws {
    #expect(try await tasks(nights: [0, 1, 1, 1]) { $0.lookback = 1 } == [1, 1, 2, 1])
  }

  @Test func `catch_up bounds what a run makes good to the newest windows`() async throws {
    #expect(try await tasks(nights: [0, 4]) { $0.catchUp = 2 } == [0, 1, 1, 0, 0, 1, 1])
    #expect(try await tasks(nights: [0, 4]) { $0.catchUp = 1 } == [0, 0, 1, 0, 0, 0, 1])
  }

  @Test func `each job is told one reason`() async throws {
    let harness = try RunHarness()
    func change(_ export: inout PlannedExport) {
      export.lookback = 1
      export.catchUp = 2
      export.ripeAfter = .seconds(86_400)
    }
    try await harness.run(Self.plan(0, change), ScriptedService())
    let plan = Self.plan(4, change)
    let ledger = try Ledger(directory: harness.directory)

    let dues = try ledger.dues(of: plan, at: Self.noon(4))

    #expect(
      dues == [
        .alreadyExported, .alreadyExported, .beyondCatchUp, .beyondCatchUp, .neverExported, .neverExported, .notRipe,
      ])
  }

  @Test func `a window that begins before what the service has is never started, unless it is good already`()
    async throws
  {
    let harness = try RunHarness()
    try await harness.run(Self.plan(0) { _ in }, ScriptedService())
    let plan = Self.plan(4) {
      $0.lookback = 4
      $0.oldest = ["event": .seconds(3 * 86_400)]
    }

    let dues = try Ledger(directory: harness.directory).dues(of: plan, at: Self.noon(4))

    #expect(
      dues == [
        .alreadyExported, .alreadyExported, .alreadyExported, .noLongerKept, .noLongerKept, .neverExported,
        .neverExported,
      ])
    #expect(dues.map(\.isDue) == [false, false, false, false, false, true, true])
  }

  @Test func `a renewal that fails leaves the good result, and nobody waits for it`() async throws {
    let harness = try RunHarness()
    try await harness.run(Self.plan(0) { _ in }, ScriptedService())
    var plan = Self.plan(1) {
      $0.lookback = 1
      $0.retry = RetrySetting(attempts: 1)
    }
    plan.gates = [PlannedGate(name: "history/a", members: [2])]
    plan.jobs[3].after = [0]
    let before = try #require(try await harness.records(of: plan)[plan.jobs[2].key])
    try await harness.clock.sleep(until: Self.noon(1), tolerance: nil)

    let result = try await harness.run(plan, ScriptedService(endings: [.failed(reason: "tonight")]))

    #expect(result.header.dues == [.alreadyExported, .alreadyExported, .lookback, .neverExported])
    #expect(result.states == [.verified, .verified, .failed, .verified])
    #expect(result.outcome == .incomplete)
    let after = try #require(try await harness.records(of: plan)[plan.jobs[2].key])
    #expect(after.verification == before.verification)
    #expect(after.attempt == 2 && after.renewals == 0)
    // It is wanted still, and then counted.
    try await harness.run(plan, ScriptedService())
    let renewed = try #require(try await harness.records(of: plan)[plan.jobs[2].key])
    #expect(renewed.attempt == 3 && renewed.renewals == 1)
  }

  @Test func `what somebody wants once more is due for that reason, once`() async throws {
    let harness = try RunHarness()
    let plan = Self.plan(0) { _ in }
    try await harness.run(plan, ScriptedService())
    try await harness.leave([JournalEvent(.wanted(.forced), of: plan.jobs[1].key, at: harness.clock.now)], of: plan)

    let dues = try Ledger(directory: harness.directory).dues(of: plan, at: Self.noon(0))

    #expect(dues == [.alreadyExported, .forced, .alreadyExported])
  }

  @Test func `a job that was exported as something else is told as changed, a new one is not`() async throws {
    let harness = try RunHarness()
    let plan = Self.plan(0) { _ in }
    let titles = JobTitles(plan)
    let good = Verification(.verified, artifacts: [])
    var other = plan
    other.jobs[1].key = JobKey(Digest(of: "another account"))
    let journal = try Journal(directory: harness.directory, now: harness.clock.now)
    for job in other.jobs[0...1] {
      try await journal.append(
        [JournalEvent(.verified(attempt: 1, good), of: job.key, at: plan.asOf)],
        titles: [job.key: titles.title(of: job)])
    }
    await journal.close()

    let dues = try Ledger(directory: harness.directory).dues(of: plan, at: Self.noon(0))

    #expect(dues == [.alreadyExported, .definitionChanged, .neverExported])
  }

  @Test func `the table and the look at each job say the same, whatever the plan's size`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a", "b", "c"], snapshots: [], days: 1000)
    let good = Verification(.verified, artifacts: [])
    let journal = try Journal(directory: harness.directory, now: harness.clock.now)
    // Every third is not known, every fifth has failed, and they are not in the plan's order.
    for job in plan.jobs.indices.reversed() where !job.isMultiple(of: 3) {
      let kind: JournalEvent.Kind =
        job.isMultiple(of: 5) ? .failed(Failure(.artifact, "no rows")) : .verified(attempt: 1, good)
      try await journal.append([JournalEvent(kind, of: plan.jobs.keys[job], at: plan.asOf)])
    }
    await journal.close()
    let part = try Selection(select: ["app:a"]).applied(to: plan).plan
    let ledger = try Ledger(directory: harness.directory)

    let whole = try ledger.planRecords(of: plan)
    let few = try ledger.planRecords(of: part)
    let dues = try ledger.dues(of: plan, at: Self.noon(0))

    #expect(part.jobs.count == 1000 && plan.jobs.count == 3000)
    for job in part.jobs.indices { #expect(few.brief(of: job) == whole.brief(of: job)) }
    #expect(dues.counts == [.neverExported: 1000, .failedBefore: 400, .alreadyExported: 1600])
    #expect(whole.record(of: plan.jobs.keys[5])?.lastFailure == Failure(.artifact, "no rows"))
    #expect(whole.record(of: plan.jobs.keys[1]) == nil)
  }
}
