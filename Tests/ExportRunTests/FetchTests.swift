// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// Results of services that keep their files, and tasks that are taken away when these are good.
@Suite struct FetchTests {
  private static func fetched(_ traits: inout ServiceTraits) { traits.delivery = .fetched }

  private static func tidied(_ traits: inout ServiceTraits) { (traits.delivery, traits.tidies) = (.fetched, true) }

  @Test func `files that a service keeps are fetched from it, and no address is asked for`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 2)
    let (service, store) = (ScriptedService(), ScriptedStore())

    let result = try await harness.run(plan, service, store, traits: Self.fetched)
    let records = try await harness.records(of: plan)

    #expect(result.outcome == .done)
    #expect(await store.addresses == 0)
    #expect(await store.collections == 2)
    #expect(records.values.allSatisfy { $0.verification?.artifacts.map(\.name) == ["fetched-0.json"] })
    #expect(await service.tidied == [])
  }

  @Test func `passing failures of fetching are tried again with the same task, as late as the service asked`()
    async throws
  {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let service = ScriptedService(fetchFaults: [
      ServiceError(.again, "the connection was cut"), ServiceError(.busy, "429", retryAfter: .seconds(40), status: 429),
    ])
    let events = EventList()

    let result = try await harness.run(plan, service, traits: Self.fetched, observe: events.take)

    let setbacks = events.events.filter { if case .setback(.verify, _) = $0.kind { true } else { false } }
    let verified = try #require(events.events.last { if case .verified = $0.kind { true } else { false } })
    #expect(result.outcome == .done)
    #expect(await service.tasks.count == 1)
    #expect(setbacks.compactMap { $0.kind.failure?.cause } == [.service, .throttled])
    #expect((setbacks.last?.at.duration(to: verified.at).inSeconds ?? 0) >= 40)
  }

  @Test func `files that are gone need another task, and those that will never come fail the job`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 2, limits: ServiceLimits(active: 1, activePerApp: 1))
    let service = ScriptedService(fetchFaults: [
      ServiceError(.gone, "the result is gone", status: 410),
      ServiceError(.never, "the result is refused", status: 400),
    ])

    let result = try await harness.run(plan, service, traits: Self.fetched)
    let records = try await harness.records(of: plan)

    let failures = plan.jobs.compactMap { records[$0.key]?.lastFailure?.message }
    #expect(failures.contains("the result is refused"))
    #expect(result.states.filter { $0 == .failed }.count == 1)
    #expect(result.states.filter { $0 == .verified }.count == 1)
    #expect(await service.tasks.map(\.mark.attempt).sorted() == [1, 1, 2])
  }

  @Test func `a credential that is refused while files are fetched stops the run, and the next fetches them`()
    async throws
  {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let service = ScriptedService(fetchFaults: [ServiceError(.login, "the secret is wrong", status: 401)])

    let halted = try await harness.run(plan, service, traits: Self.fetched)
    let resumed = try await harness.run(plan, service, traits: Self.fetched)

    #expect(halted.stop == .halted(Failure(.credential, "the secret is wrong")))
    #expect(resumed.outcome == .done)
    #expect(await service.tasks.count == 1)
  }

  @Test func `fetching waits while its service is left alone`() async throws {
    var random = SeededGenerator(seed: 1)
    let start = Instant(seconds: 1_480_000_000)
    var rule = Scheduler.ServiceRule(
      limits: ServiceLimits(active: 2, activePerApp: 2),
      polling: PollPolicy(PollRule(first: .seconds(10), every: .seconds(10), growth: 1, most: .seconds(10))))
    rule.isFetched = true
    var scheduler = Scheduler(.sample(apps: ["a", "b"], snapshots: [], days: 1), services: [rule], records: [:])
    func collects(_ actions: [Scheduler.Action]) -> [Int] {
      actions.compactMap { if case .collect(let job, _, _, _) = $0 { job } else { nil } }
    }
    _ = scheduler.handle(.begin, at: start, using: &random)
    for job in 0...1 {
      _ = scheduler.handle(
        .submitted(job: job, attempt: 1, .success(TaskReceipt(id: "t\(job)"))), at: start, using: &random)
    }
    let busy = ServiceError(.busy, "429", retryAfter: .seconds(30), status: 429)
    _ = scheduler.handle(.polled(job: 0, attempt: 1, .failure(busy)), at: start, using: &random)

    let now = scheduler.handle(
      .polled(job: 1, attempt: 1, .success(TaskStatus(.succeeded))), at: start, using: &random)
    // A service that has throttled is asked for less afterwards: the look at the other task may be first.
    let later = [31, 40, 60].flatMap { seconds in
      scheduler.handle(.tick, at: start.advanced(by: .seconds(seconds)), using: &random)
    }

    #expect(collects(now) == [])
    #expect(collects(later) == [1])
  }

  // MARK: Taking tasks away

  private static func isVerified(_ event: JournalEvent) -> Bool {
    if case .verified = event.kind { true } else { false }
  }

  @Test func `a task whose files are good is taken away once, and a failure of that is nobody's`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 2)
    let service = ScriptedService(tidyFaults: [ServiceError(.again, "no answer")])

    let result = try await harness.run(plan, service, traits: Self.tidied)
    let again = try await harness.run(plan, service, traits: Self.tidied)

    #expect(result.outcome == .done)
    #expect(again.outcome == .done)
    #expect(await service.tidied.sorted() == ["task-1", "task-2"])
  }

  @Test func `a task is taken away when its result is durable, and the run does not end in the middle of it`()
    async throws
  {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    let events = EventList()
    let (doors, door) = AsyncStream.makeStream(of: Void.self)
    let service = ScriptedService(beforeTidy: {
      // Nothing but the news of the result opens it.
      for await _ in doors { return }
    })

    let result = try await harness.run(plan, service, traits: Self.tidied) { news in
      events.take(news)
      if case .happened(let events) = news, events.contains(where: Self.isVerified) { door.yield() }
    }

    #expect(result.outcome == .done)
    #expect(await service.tidied == ["task-1"])
  }

  @Test func `a task is left where it is when its files are not good`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(attempts: 1))
    let (service, store) = (ScriptedService(), ScriptedStore(collectFaults: [.artifact("row 1 has no 'n'")]))

    let result = try await harness.run(plan, service, store, traits: Self.tidied)

    #expect(result.outcome == .incomplete)
    #expect(await service.tidied == [])
  }
}
