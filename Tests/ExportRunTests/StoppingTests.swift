// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// Runs that end before their jobs do, and tasks that are stopped.
@Suite struct StoppingTests {
  private static func plan(_ timeouts: TimeoutSetting = TimeoutSetting(), days: Int = 2) -> Plan {
    .sample(apps: ["a"], snapshots: [], days: days, timeouts: timeouts)
  }

  @Test func `a run whose time is up submits nothing more, and the next one goes on`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 30, limits: ServiceLimits(active: 2, activePerApp: 2))
    let service = ScriptedService(pollsPerTask: 3)
    var wishes = Runner<JumpingClock>.Wishes()
    wishes.until = harness.clock.now.advanced(by: .seconds(5))

    let first = try await harness.run(plan, service, wishes: wishes)
    let last = try await harness.run(plan, service)

    #expect(first.stop == .timeIsUp)
    #expect(first.outcome == .interrupted)
    #expect(last.outcome == .done)
    #expect(await service.tasks.count == 30)
  }

  @Test func `a deadline with resubmit stops the task first, and only then makes another`() async throws {
    let harness = try RunHarness()
    let service = ScriptedService(pollsPerTask: 1000)
    let limits = TimeoutSetting(running: .seconds(60), total: .seconds(60), then: .resubmit)
    var plan = Self.plan(limits, days: 1)
    plan.exports[1].retry = RetrySetting(attempts: 2)

    let result = try await harness.run(plan, service, traits: { $0.canCancel = true })

    #expect(result.states == [.failed])
    #expect(await service.cancels == 2)
    #expect(await service.tasks.map(\.mark.attempt) == [1, 2])
    #expect(await service.mostLive == 1)
  }

  @Test func `without a confirmed stop there is no second task`() async throws {
    let harness = try RunHarness()
    let service = ScriptedService(pollsPerTask: 1000, confirmsCancels: false)
    let limits = TimeoutSetting(running: .seconds(60), total: .seconds(60), then: .resubmit)

    let result = try await harness.run(Self.plan(limits, days: 1), service, traits: { $0.canCancel = true })

    #expect(result.states == [.abandoned])
    #expect(await service.tasks.count == 1)
  }

  @Test func `a service that cannot stop tasks is never asked to, and the job is abandoned`() async throws {
    let harness = try RunHarness()
    let service = ScriptedService(pollsPerTask: 1000)
    let limits = TimeoutSetting(running: .seconds(60), total: .seconds(60), then: .resubmit)

    let result = try await harness.run(Self.plan(limits, days: 1), service)

    #expect(result.states == [.abandoned])
    #expect(await service.cancels == 0)
    #expect(await service.tasks.count == 1)
  }

  @Test func `a second signal stops live tasks at the service`() async throws {
    let harness = try RunHarness()
    let plan = Self.plan(days: 6)
    let service = ScriptedService(pollsPerTask: 1000)
    let (cancels, cancel) = AsyncStream.makeStream(of: Void.self)

    let result = try await harness.run(
      plan, service, cancels: cancels, traits: { $0.canCancel = true },
      observe: { news in
        guard case .happened(let events) = news else { return }
        if events.contains(where: { if case .running = $0.kind { true } else { false } }) { cancel.yield() }
      })
    let next = try await harness.run(plan, ScriptedService(), traits: { $0.canCancel = true })

    #expect(result.outcome == .interrupted)
    #expect(await service.tasks.allSatisfy { !$0.isLive })
    #expect(result.count(.cancelled) == (await service.tasks.count))
    #expect(next.outcome == .done)
    #expect(next.header.dues.allSatisfy { $0 == .failedBefore || $0 == .neverExported })
  }

  @Test func `cancelling after a crash stops what is alive, and starts nothing`() async throws {
    let harness = try RunHarness()
    let plan = Self.plan(days: 6)
    let service = ScriptedService(pollsPerTask: 1000)
    try await harness.run(plan, service, stops: AsyncStream { $0.yield(.interrupted) })
    let live = await service.tasks.count

    let result = try await harness.run(
      plan, service, bounds: .init(purpose: .cancel), traits: { $0.canCancel = true })
    let again = try await harness.run(
      plan, service, bounds: .init(purpose: .cancel), traits: { $0.canCancel = true })

    #expect(live > 0)
    #expect(result.count(.cancelled) == live)
    #expect(await service.tasks.count == live)
    #expect(await service.tasks.allSatisfy { !$0.isLive })
    #expect(await service.cancels == live)
    #expect(again.header.dues.allSatisfy { $0 != .inFlight })
  }

  @Test func `cancelling where the service cannot leaves everything as it is`() async throws {
    let harness = try RunHarness()
    let plan = Self.plan(days: 2)
    let service = ScriptedService(pollsPerTask: 3)
    try await harness.run(plan, service, stops: AsyncStream { $0.yield(.interrupted) })
    let before = try await harness.records(of: plan)

    try await harness.run(plan, service, bounds: .init(purpose: .cancel))

    #expect(try await harness.records(of: plan) == before)
    #expect(try await harness.run(plan, service).outcome == .done)
  }

  @Test func `a redo does good jobs once more, and goes on where it was broken off`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 6, limits: ServiceLimits(active: 1, activePerApp: 1))
    try await harness.run(plan, ScriptedService())
    var wishes = Runner<JumpingClock>.Wishes()
    wishes.redoes = true
    let stop = HeardStop()
    let service = ScriptedService(beforeSubmit: stop.hold)

    let first = try await harness.run(plan, service, wishes: wishes, stops: stop.stops, observe: stop.onceVerified)
    let second = try await harness.run(plan, service, wishes: wishes)
    let third = try await harness.run(plan, service)

    #expect(first.header.dues.allSatisfy { $0 == .forced })
    #expect(second.outcome == .done)
    #expect(second.header.dues.count { $0 == .alreadyExported } >= 1)
    #expect(third.header.dues.allSatisfy { $0 == .alreadyExported })
    #expect(await service.tasks.count == 6)
    let records = try await harness.records(of: plan)
    #expect(records.values.allSatisfy { $0.renewals == 1 && $0.wanted == nil })
  }

  @Test func `live tasks of jobs that the plan does not have take their slots`() async throws {
    let harness = try RunHarness()
    let whole = Plan.sample(
      apps: ["a"], snapshots: [], days: 2, limits: ServiceLimits(active: 1, activePerApp: 1))
    let service = ScriptedService(pollsPerTask: 4)
    try await harness.run(whole, service, stops: AsyncStream { $0.yield(.interrupted) })
    var part = whole
    part.jobs = JobTable([whole.jobs[1]])

    let alone = try await harness.run(part, service)
    let together = try await harness.run(whole, service)

    // There is no room for it while the other lives.
    #expect(alone.states == [.ready])
    #expect(alone.outcome == .incomplete)
    #expect(together.outcome == .done)
    #expect(await service.mostLive == 1)
  }

  @Test func `an attempt that a run before did not come to costs no try`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(attempts: 1))
    try await harness.leave(
      [JournalEvent(.intent(attempt: 1), of: plan.jobs[0].key, at: harness.clock.now)], of: plan)
    let service = ScriptedService()

    let result = try await harness.run(plan, service, bounds: .init(retries: RetryBudget(base: 0, perJob: 0)))

    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [2])
  }

  @Test func `a redo whose last tasks are under way is gone on with, and not begun anew`() async throws {
    let harness = try RunHarness()
    let plan = Self.plan(days: 2)
    try await harness.run(plan, ScriptedService())
    var wishes = Runner<JumpingClock>.Wishes()
    wishes.redoes = true
    let service = ScriptedService(pollsPerTask: 3)

    let first = try await harness.run(plan, service, wishes: wishes, stops: AsyncStream { $0.yield(.interrupted) })
    let second = try await harness.run(plan, service, wishes: wishes)

    #expect(first.header.dues == [.forced, .forced])
    #expect(second.outcome == .done)
    #expect(await service.tasks.count == 2)
  }
}
