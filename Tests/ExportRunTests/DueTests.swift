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

  @Test func `a state that the first version wrote is read, and brought up to date by the next run`() async throws {
    let harness = try RunHarness()
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    try FileManager.default.createDirectory(at: harness.directory, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: fixture.appendingPathComponent("state-1.sqlite"),
      to: harness.directory.appendingPathComponent("state.sqlite"))
    let hex = "0273e9634331bb462ec267259030f6efee143b065168805f212a3859e92911c8"
    var plan = Self.plan(0) { _ in }
    plan.jobs[0].key = try #require(JobKey(hex: hex))

    let read = try #require(try Ledger(directory: harness.directory).records(of: plan)[plan.jobs[0].key])
    let result = try await harness.run(plan, ScriptedService())
    let written = try #require(try await harness.records(of: plan)[plan.jobs[0].key])

    #expect(read.state == .verified && read.attempt == 1 && read.renewals == 0)
    #expect(result.header.dues == [.alreadyExported, .neverExported, .neverExported])
    #expect(written == read)
  }
}
