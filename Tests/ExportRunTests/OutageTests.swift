// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// Services that do not answer, throttle, or fail every task.
@Suite struct OutageTests {
  private func unreachable(_ count: Int) -> [ScriptedService.PollFault] {
    (0..<count).map { _ in .fail(ServiceError(.again, "connection refused", isUnreachable: true)) }
  }

  @Test func `an outage is told in one line, asks little, and ends by probing`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a", "b", "c", "d"], snapshots: [], days: 5, limits: ServiceLimits(active: 20, activePerApp: 5))
    let service = ScriptedService(pollFaults: unreachable(20))
    let events = EventList()

    let result = try await harness.run(plan, service, observe: events.take)

    #expect(result.outcome == .done)
    let told = events.notices.map(\.word)
    #expect(told == ["unanswered", "answers"])
    #expect(await service.tasks.count == 20)
  }

  @Test func `an outage that lasts longer than it is waited for stops the run, and the next goes on`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 2)
    let service = ScriptedService(pollFaults: unreachable(60))

    let halted = try await harness.run(plan, service, bounds: .init(outage: .seconds(120)))
    var last = halted
    for _ in 0..<20 where last.outcome != .done { last = try await harness.run(plan, service) }

    #expect(halted.stop == .halted(Failure(.unreachable, "connection refused")))
    #expect(last.outcome == .done)
    #expect(await service.tasks.count == 2)
  }

  @Test func `a run that has used up its retries tries nothing again`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a", "b"], snapshots: [], days: 10, retry: RetrySetting(attempts: 50))
    let service = ScriptedService(endings: (0..<500).map { _ in .failed(reason: "no") })
    let events = EventList()

    let result = try await harness.run(
      plan, service, bounds: .init(retries: RetryBudget(base: 7, perJob: 0)), observe: events.take)

    #expect(result.count(.failed) == 20)
    #expect(await service.tasks.count == 27)
    #expect(events.failures.contains { $0.cause == .budget })
  }

  @Test func `a throttled service is asked for half as much, and for more as it bears it`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 40, limits: ServiceLimits(active: 8, activePerApp: 8))
    let busy = ServiceError(.busy, "429", retryAfter: .seconds(5), status: 429)
    let service = ScriptedService(pollsPerTask: 3, submitFaults: [.refuse(busy)])
    let events = EventList()

    let result = try await harness.run(plan, service, observe: events.take)

    #expect(result.outcome == .done)
    let limits = (5...8).map { Scheduler.Notice.limited(service: "engagement", active: $0) }
    #expect(events.notices == [.throttled(service: "engagement", active: 4)] + limits)
    let ledger = try Ledger(directory: harness.directory)
    let record = try ledger.record(of: try #require(try ledger.lastRun()))
    // The first refusal was written before it was noted.
    let refusals = record.events.prefix(record.notes[0].after).count { $0.kind.failure != nil }
    #expect(record.notes.map(\.notice) == events.notices && refusals == 1)
  }

  @Test func `a failed task is not followed by the next one at once`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(first: .milliseconds(1), coolDown: .seconds(40)))
    let service = ScriptedService(endings: [.failed(reason: "no")])
    let events = EventList()

    try await harness.run(plan, service, observe: events.take)

    let failed = try #require(events.events.first { if case .taskFailed = $0.kind { true } else { false } })
    let next = try #require(events.events.last { if case .intent = $0.kind { true } else { false } })
    #expect((20...40).contains(failed.at.duration(to: next.at).inSeconds))
  }

  @Test func `a store that is away longer than retries last is waited for, and not for ever`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(attempts: 2))
    let service = ScriptedService()
    let away = StoreError.again("connection refused", retryAfter: nil)

    let waited = try await harness.run(plan, service, ScriptedStore(collectFaults: Array(repeating: away, count: 6)))
    var wishes = Runner<JumpingClock>.Wishes()
    wishes.redoes = true
    let gone = try await harness.run(
      plan, service, ScriptedStore(collectFaults: Array(repeating: away, count: 100)), wishes: wishes)

    #expect(waited.outcome == .done)
    #expect(gone.states == [.abandoned])
    #expect(await service.tasks.count == 2)
  }
}
