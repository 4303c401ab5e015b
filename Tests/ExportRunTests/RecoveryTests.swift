// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// What a run does when the answer to a submit is lost, by the service's recovery class.
@Suite struct RecoveryTests {
  private func plan(_ recovery: RecoveryClass, days: Int = 1, apps: [String] = ["a"]) -> Plan {
    var plan = Plan.sample(apps: apps, snapshots: [], days: days)
    plan.services[0].recovery = recovery
    return plan
  }

  private func run(
    _ recovery: RecoveryClass, _ service: ScriptedService, days: Int = 1, life: Duration? = .seconds(3600),
    events: EventList = EventList()
  ) async throws -> RunResult {
    let harness = try RunHarness()
    return try await harness.run(
      plan(recovery, days: days), service,
      traits: {
        $0.recovery = recovery
        $0.tokenLife = recovery == .token ? life : nil
      }, observe: events.take)
  }

  @Test(arguments: [RecoveryClass.named, .marked, .single, .lookalike])
  func `a task whose answer was lost is found and adopted`(recovery: RecoveryClass) async throws {
    let service = ScriptedService(submitFaults: [.loseAnswer], recovery: recovery)
    let events = EventList()

    let result = try await run(recovery, service, events: events)

    #expect(result.outcome == .done)
    #expect(await service.tasks.count == 1)
    #expect(await service.submits == 1)
    #expect(events.words.contains("adopted"))
  }

  @Test(arguments: [RecoveryClass.marked, .single, .lookalike])
  func `a request that never arrived is followed by the next attempt, once that is certain`(
    recovery: RecoveryClass
  ) async throws {
    let service = ScriptedService(submitFaults: [.loseRequest], recovery: recovery)
    let events = EventList()

    let result = try await run(recovery, service, events: events)

    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [2])
    #expect(events.words.contains("absent"))
  }

  @Test func `a name of ours is asked for again under the same attempt`() async throws {
    let service = ScriptedService(submitFaults: [.loseRequest], recovery: .named)
    let events = EventList()

    let result = try await run(.named, service, events: events)

    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [1])
    #expect(events.words.filter { $0 == "intent" }.count == 1)
  }

  @Test(arguments: [ScriptedService.SubmitFault.loseAnswer, .loseRequest])
  func `a token is sent again, and makes one task`(fault: ScriptedService.SubmitFault) async throws {
    let service = ScriptedService(submitFaults: [fault], recovery: .token)

    let result = try await run(.token, service)

    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [1])
    #expect(await service.submits == 2)
    #expect(await service.finds == 0)
  }

  @Test func `a token whose life is over is not sent again, and the job is left to a person`() async throws {
    let service = ScriptedService(submitFaults: [.loseAnswer], recovery: .token)

    let result = try await run(.token, service, life: .seconds(30))

    #expect(result.states == [.abandoned])
    #expect(await service.submits == 1)
  }

  @Test func `where nothing can be asked, the next attempt says that it may be a second task`() async throws {
    let service = ScriptedService(submitFaults: [.loseAnswer], recovery: .blind)
    let events = EventList()

    let result = try await run(.blind, service, events: events)

    #expect(result.outcome == .done)
    #expect(await service.tasks.map(\.mark.attempt) == [1, 2])
    #expect(await service.finds == 0)
    #expect(events.words.contains("unknowable"))
  }

  @Test func `of tasks that look alike none is guessed`() async throws {
    let service = ScriptedService(submitFaults: [.loseAnswer, .loseAnswer], recovery: .lookalike)
    let events = EventList()

    let result = try await run(.lookalike, service, days: 2, events: events)

    // Two windows of one app: either task may be either job's.
    #expect(result.states == [.abandoned, .abandoned])
    #expect(await service.tasks.count == 2)
    #expect(events.failures.allSatisfy { $0.cause == .ambiguous || $0.message.contains("reset") })
  }

  @Test func `a task that another job is known to have is not taken for a lost one`() async throws {
    let harness = try RunHarness()
    let plan = plan(.lookalike, days: 2)
    // The first is made and known, the second's request never arrives.
    let service = ScriptedService(pollsPerTask: 400, recovery: .lookalike)
    try await harness.leave(
      [JournalEvent(.intent(attempt: 1), of: plan.jobs[1].key, at: harness.clock.now)], of: plan)
    let order = TaskOrder(
      mark: TaskMark(plan.jobs[0].key, attempt: 1), appParameters: plan.apps[0].parameters, dataset: "event",
      options: [:], format: "json", window: plan.jobs[0].sent, delivery: Secret("x"))
    let receipt = try await service.submit(order)
    try await harness.leave(
      [
        JournalEvent(.intent(attempt: 1), of: plan.jobs[0].key, at: harness.clock.now),
        JournalEvent(
          .submitted(attempt: 1, task: receipt.id, requestID: nil), of: plan.jobs[0].key, at: harness.clock.now),
      ], of: plan, run: "second")

    let result = try await harness.run(plan, service, traits: { $0.recovery = .lookalike })

    #expect(result.outcome == .done)
    #expect(
      await service.tasks.map(\.mark) == [
        TaskMark(plan.jobs[0].key, attempt: 1), TaskMark(plan.jobs[1].key, attempt: 2),
      ])
  }
}
