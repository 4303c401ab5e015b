// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Synchronization
import Testing

/// Windows that a service can do only in parts.
@Suite struct SplitTests {
  /// One job of seven days.
  private let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, daysEach: 7)

  /// The windows of tasks that were made, as they were sent.
  private func windows(_ service: ScriptedService) async -> [String] {
    await service.tasks.compactMap { $0.window.map { "\($0.start.suffix(2))-\($0.end.suffix(2))" } }.sorted()
  }

  @Test func `a window that is refused as too large is halved until the service takes it, and is joined again`()
    async throws
  {
    let harness = try RunHarness()
    let service = ScriptedService(daysMost: 2)

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(result.states == [.verified])
    // 17-23 → 17-19, 20-23 → 17, 18-19, 20-21, 22-23
    #expect(await windows(service) == ["17-17", "18-19", "20-21", "22-23"])
    let record = try #require(try await harness.records(of: plan)[plan.jobs[0].key])
    #expect(record.verification?.artifacts.count == 4)
    let again = try await harness.run(plan, service)
    #expect(again.header.dues == [.alreadyExported])
    #expect(await service.tasks.count == 4)
  }

  @Test func `a task that failed because its window is too large is halved as well`() async throws {
    let harness = try RunHarness()
    let service = ScriptedService(daysMost: 4, failsTooLarge: true)

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(await windows(service) == ["17-19", "17-23", "20-23"])
  }

  @Test func `one unit that is too large still fails, and says so`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, daysEach: 2)
    let service = ScriptedService(daysMost: 0)

    let result = try await harness.run(plan, service)

    #expect(result.states == [.failed])
    let record = try #require(try await harness.records(of: plan)[plan.jobs[0].key])
    #expect(record.lastFailure?.message == "a part of the window was not done: the window is too large")
  }

  @Test func `parts that are done are not done again when a run is broken off between them`() async throws {
    let harness = try RunHarness()
    let narrow = Plan.sample(
      apps: ["a"], snapshots: [], days: 1, daysEach: 7, limits: ServiceLimits(active: 1, activePerApp: 1))
    let stop = Mutex(HeardStop())
    let service = ScriptedService(daysMost: 2, beforeSubmit: { await stop.withLock { $0 }.hold() })
    var runs = 0
    var result = try await harness.run(narrow, service, stops: AsyncStream { $0.yield(.interrupted) })

    while result.outcome != .done, runs < 50 {
      // Each run ends after one more part is verified.
      let next = HeardStop()
      stop.withLock { $0 = next }
      result = try await harness.run(narrow, service, stops: next.stops, observe: next.onceVerified)
      runs += 1
    }

    #expect(runs >= 4)
    #expect(result.states == [.verified])
    #expect(await windows(service) == ["17-17", "18-19", "20-21", "22-23"])
  }

  @Test func `a redo of a window that was split does each part once more`() async throws {
    let harness = try RunHarness()
    let service = ScriptedService(daysMost: 4)
    try await harness.run(plan, service)
    var wishes = Runner<JumpingClock>.Wishes()
    wishes.redoes = true

    let result = try await harness.run(plan, service, wishes: wishes)

    #expect(result.header.dues == [.forced])
    #expect(result.outcome == .done)
    #expect(await windows(service) == ["17-19", "17-19", "20-23", "20-23"])
    #expect(try await harness.records(of: plan)[plan.jobs[0].key]?.renewals == 1)
  }

  @Test func `a part that the plan has as a job of its own is done once`() async throws {
    let harness = try RunHarness()
    var plan = self.plan
    // The first half, as another export would have it.
    let half = Plan.sample(
      apps: ["a"], snapshots: [], days: 1, daysEach: 3, asOf: plan.asOf.advanced(by: .seconds(-4 * 86_400)))
    plan.jobs.append(half.jobs[0])
    let service = ScriptedService(daysMost: 4)

    let result = try await harness.run(plan, service)

    #expect(result.states == [.verified, .verified])
    #expect(await windows(service) == ["17-19", "20-23"])
  }

  /// The first half of the week, as a plan of its own would have it.
  private var firstHalf: Plan {
    Plan.sample(
      apps: ["a"], snapshots: [], days: 1, daysEach: 3, asOf: plan.asOf.advanced(by: .seconds(-4 * 86_400)))
  }

  @Test func `a part that another plan has done is not done again`() async throws {
    let harness = try RunHarness()
    let service = ScriptedService(daysMost: 4)
    try await harness.run(firstHalf, service)

    let result = try await harness.run(plan, service)

    #expect(result.states == [.verified])
    #expect(await windows(service) == ["17-19", "20-23"])
    let record = try #require(try await harness.records(of: plan)[plan.jobs[0].key])
    #expect(record.verification?.artifacts.count == 2)
  }

  @Test func `a part whose task another plan has left behind is followed, not made again`() async throws {
    let harness = try RunHarness()
    let service = ScriptedService(pollsPerTask: 4, daysMost: 4)
    try await harness.run(firstHalf, service, stops: AsyncStream { $0.yield(.interrupted) })

    let result = try await harness.run(plan, service)

    #expect(result.states == [.verified])
    #expect(await windows(service) == ["17-19", "20-23"])
    #expect(await service.tasks.allSatisfy { $0.mark.attempt == 1 })
  }

  @Test func `a whole has the results of parts that are jobs of its plan`() async throws {
    let harness = try RunHarness()
    var both = plan
    both.jobs.append(firstHalf.jobs[0])
    let service = ScriptedService(daysMost: 4)
    try await harness.run(firstHalf, service)

    try await harness.run(both, service)

    let record = try #require(try await harness.records(of: both)[both.jobs[0].key])
    #expect(record.verification?.artifacts.count == 2)
    #expect(await service.tasks.count == 2)
  }
}
