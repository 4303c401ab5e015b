// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Synchronization
import Testing

@Suite struct RunnerTests {
  @Test func `a run makes one task for each job and verifies them all`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a", "b", "c"], snapshots: ["tag", "token"], days: 5)
    let service = ScriptedService()

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(result.count(.verified) == plan.jobs.count)
    #expect(await service.tasksByKey.values.allSatisfy { $0 == 1 })
    #expect(await service.tasks.count == plan.jobs.count)
  }

  @Test func `a second run finds nothing due and asks for nothing`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample()
    let service = ScriptedService()
    try await harness.run(plan, service)
    let before = await service.submits

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(result.header.dues.allSatisfy { $0 == .alreadyExported })
    #expect(await service.submits == before)
  }

  @Test func `limits hold for the service and for each app`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a", "b", "c"], snapshots: [], days: 12, limits: ServiceLimits(active: 5, activePerApp: 2))
    let service = ScriptedService(pollsPerTask: 4)

    try await harness.run(plan, service)

    #expect(await service.mostLive == 5)
    #expect(await service.mostLiveOfApp == 2)
  }

  @Test func `the bound of the whole run holds below the service's own`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a", "b"], snapshots: [], days: 6)
    let service = ScriptedService(pollsPerTask: 3)

    try await harness.run(plan, service, bounds: Scheduler.Bounds(active: 3))

    #expect(await service.mostLive == 3)
  }

  @Test func `a lost answer is looked for and adopted, never asked for again`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 3)
    let service = ScriptedService(submitFaults: [.loseAnswer, .loseAnswer])

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(await service.tasks.count == 3)
    #expect(await service.finds >= 2)
  }

  @Test func `a request that never arrived is asked for again once that is certain`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let service = ScriptedService(submitFaults: [.loseRequest])

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [2])
  }

  @Test func `a failed task is a failed attempt, and the next task has the next number`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let service = ScriptedService(endings: [.failed(reason: "disk"), .failed(reason: "disk")])

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [1, 2, 3])
  }

  @Test func `every attempt has an address of its own, for as long as its task is waited for`() async throws {
    let harness = try RunHarness()
    var plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    for index in plan.exports.indices {
      plan.exports[index].timeouts = TimeoutSetting(
        queued: .seconds(3600), running: .seconds(7200), total: .seconds(86_400))
    }
    let service = ScriptedService(endings: [.failed(reason: "the SAS has expired")])
    let store = ScriptedStore()

    let result = try await harness.run(plan, service, store)

    #expect(result.outcome == .done)
    #expect(await store.patiences == [.seconds(10_800), .seconds(10_800)])
  }

  @Test func `a job that has used its attempts fails, and who waits for it is skipped and says so`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a", "b"], snapshots: ["tag"], days: 2, retry: RetrySetting(attempts: 1))
    let service = ScriptedService(endings: [.failed(reason: "no such app")])

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .incomplete)
    #expect(result.count(.failed) == 1)
    #expect(result.count(.skipped) == 2)
    #expect(result.count(.verified) == 3)
  }

  @Test func `what failed is due again in the next run, with the next attempt`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(attempts: 1))
    let service = ScriptedService(endings: [.failed(reason: "once")])
    try await harness.run(plan, service)

    let result = try await harness.run(plan, service)

    #expect(result.header.dues == [.failedBefore])
    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [1, 2])
  }

  @Test func `a task that was submitted before a crash is polled, not made again`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let service = ScriptedService()
    let key = plan.jobs[0].key
    let receipt = try await service.submit(Self.order(TaskMark(key, attempt: 1)))
    try await harness.leave(
      [
        JournalEvent(.intent(attempt: 1), of: key, at: harness.clock.now),
        JournalEvent(.submitted(attempt: 1, task: receipt.id, requestID: nil), of: key, at: harness.clock.now),
      ], of: plan)

    let result = try await harness.run(plan, service)

    #expect(result.header.dues == [.inFlight])
    #expect(result.outcome == .done)
    #expect(await service.tasks.count == 1)
  }

  @Test func `an intent without an answer is looked up after a crash and adopted`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let service = ScriptedService()
    let key = plan.jobs[0].key
    _ = try await service.submit(Self.order(TaskMark(key, attempt: 1)))
    try await harness.leave([JournalEvent(.intent(attempt: 1), of: key, at: harness.clock.now)], of: plan)

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(await service.tasks.count == 1)
    #expect(await service.finds == 1)
  }

  @Test func `an intent whose request never left is submitted once the service is known to hold no task`() async throws
  {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let service = ScriptedService()
    try await harness.leave([JournalEvent(.intent(attempt: 1), of: plan.jobs[0].key, at: harness.clock.now)], of: plan)

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [2])
  }

  @Test func `artifacts that are not good fail the attempt, and a passing fault of the store does not`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let service = ScriptedService()
    let store = ScriptedStore(collectFaults: [.again("busy", retryAfter: nil), .artifact("cut off at byte 7")])

    let result = try await harness.run(plan, service, store)

    #expect(result.outcome == .done)
    #expect(await service.tasks.count == 2)
    #expect(await store.collections == 3)
  }

  @Test func `a refused credential stops the run and leaves a state that goes on`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 4)
    let refusal = ServiceError(.login, "the secret is wrong", status: 401)
    let service = ScriptedService(submitFaults: [.refuse(refusal)])

    let halted = try await harness.run(plan, service)
    let resumed = try await harness.run(plan, service)

    #expect(halted.stop == .halted(Failure(.credential, "the secret is wrong")))
    #expect(resumed.outcome == .done)
    #expect(await service.tasksByKey.values.allSatisfy { $0 == 1 })
  }

  @Test func `an unreachable service stops the run after its retries`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(attempts: 3))
    let nobody = ServiceError(.again, "connection refused", isUnreachable: true)
    let service = ScriptedService(submitFaults: [.refuse(nobody), .refuse(nobody), .refuse(nobody)])

    let result = try await harness.run(plan, service)

    #expect(result.stop == .halted(Failure(.unreachable, "connection refused")))
    #expect(await service.submits == 3)
  }

  @Test func `a throttled service costs no attempt`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(attempts: 2))
    let throttled = ServiceError(.busy, "429", retryAfter: .seconds(30), status: 429)
    let service = ScriptedService(submitFaults: Array(repeating: .refuse(throttled), count: 6))

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(await service.submits == 7)
  }

  @Test func `failed polls are not a failed task`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(attempts: 2))
    let fault = ScriptedService.PollFault.fail(ServiceError(.again, "502", status: 502))
    let service = ScriptedService(pollFaults: Array(repeating: fault, count: 9))

    let result = try await harness.run(plan, service)

    #expect(result.outcome == .done)
    #expect(await service.tasks.count == 1)
  }

  @Test func `a deadline abandons the job, and the next run adopts a late success`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 1, timeouts: TimeoutSetting(running: .seconds(60), total: .seconds(60)))
    let service = ScriptedService(pollsPerTask: 40)

    let first = try await harness.run(plan, service)
    var last = first
    for _ in 0..<40 where last.outcome != .done { last = try await harness.run(plan, service) }

    #expect(first.count(.abandoned) == 1)
    #expect(last.outcome == .done)
    #expect(await service.tasks.count == 1)
  }

  @Test func `an interrupted run submits nothing more and the next one ends it`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 30, limits: ServiceLimits(active: 2, activePerApp: 2))
    let service = ScriptedService(pollsPerTask: 3)
    let stops = AsyncStream<Scheduler.StopReason> { $0.yield(.interrupted) }

    let interrupted = try await harness.run(plan, service, stops: stops)
    let resumed = try await harness.run(plan, service)

    #expect(interrupted.outcome == .interrupted)
    #expect(resumed.outcome == .done)
    #expect(await service.tasks.count == 30)
  }

  @Test func `a locked state names its holder`() async throws {
    let harness = try RunHarness()
    let holder = try Journal(directory: harness.directory, now: harness.clock.now)

    #expect(throws: JournalError.self) {
      _ = try Journal(directory: harness.directory, now: harness.clock.now)
    }
    _ = try await holder.records(of: [])
  }

  static func order(_ mark: TaskMark) -> TaskOrder {
    TaskOrder(
      mark: mark, appParameters: ["app": "a"], dataset: "event", options: [:], format: "json", window: nil,
      delivery: Secret(""))
  }

  @Test func `a run whose jobs wait for a snapshot that was missed is not called done`() async throws {
    let harness = try RunHarness()
    let service = ScriptedService()
    var plan = Plan.sample(apps: ["a"], days: 1)
    let yesterday = plan.asOf.day.adding(days: -1)
    plan.jobs[0].window = Window(
      start: Instant(startOf: yesterday), end: Instant(startOf: plan.asOf.day), zone: "UTC")

    let result = try await harness.run(plan, service)

    #expect(result.header.dues == [.snapshotMissed, .neverExported])
    #expect(result.states == [.planned, .planned])
    #expect(result.outcome == .incomplete)
  }

  @Test func `open tasks that a plan does not have are counted`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 3)
    try await harness.leave(
      [0, 1].map { JournalEvent(.intent(attempt: 1), of: plan.jobs[$0].key, at: harness.clock.now) }, of: plan)

    let journal = try Journal(directory: harness.directory, now: harness.clock.now)

    #expect(try await journal.openTasks(besides: plan.jobs.map(\.key)) == 0)
    #expect(try await journal.openTasks(besides: [plan.jobs[1].key]) == 1)
  }

  @Test func `an export that may fail once starts nothing more after that, and others go on`() async throws {
    let harness = try RunHarness()
    var plan = Plan.sample(
      apps: ["a"], snapshots: ["tag"], days: 3, limits: ServiceLimits(active: 1, activePerApp: 1),
      retry: RetrySetting(attempts: 1))
    plan.exports[1].maxFailures = 1
    let service = ScriptedService(endings: [.succeeded, .failed(reason: "once")])
    let skips = Mutex<[JournalEvent.Kind]>([])

    let result = try await harness.run(
      plan, service,
      observe: { news in
        guard case .happened(let events) = news else { return }
        let skipped = events.map(\.kind).filter { if case .skipped = $0 { true } else { false } }
        skips.withLock { $0 += skipped }
      })

    #expect(result.states == [.verified, .failed, .skipped, .skipped])
    // They did not wait for the one that failed.
    let skip = JournalEvent.Kind.skipped(because: plan.jobs[1].key, isStop: true)
    #expect(skips.withLock { $0 } == [skip, skip])
    #expect(await service.submits == 2)
    let dues = try await harness.run(plan, service).header.dues
    #expect(dues == [.alreadyExported, .failedBefore, .neverExported, .neverExported])
  }
}
