// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

@Suite struct PolicyTests {
  private let retry = RetryPolicy(RetrySetting(attempts: 3, first: .seconds(1), factor: 2, most: .seconds(5)))

  @Test(arguments: [
    (ErrorClass.again, 1, true), (.again, 2, true), (.again, 3, false), (.busy, 99, true), (.login, 1, false),
    (.never, 1, false), (.gone, 1, false), (.split, 1, false),
  ])
  func `only passing failures are tried again`(kind: ErrorClass, failures: Int, isTried: Bool) {
    var random = SeededGenerator(seed: 1)

    let decision = retry.decision(after: failures, kind, retryAfter: nil, using: &random)

    #expect((decision != .giveUp) == isTried)
  }

  @Test func `the service's own wish is kept to exactly`() {
    var random = SeededGenerator(seed: 1)

    #expect(retry.decision(after: 1, .busy, retryAfter: .seconds(30), using: &random) == .again(after: .seconds(30)))
  }

  @Test func `pauses are drawn between nothing and what has grown, with a bound`() {
    var random = SeededGenerator(seed: 7)
    for (failures, most) in [(1, 1.0), (2, 2), (3, 4), (4, 5), (60, 5)] {
      let drawn = (0..<500).map { _ in retry.pause(after: failures, using: &random).inSeconds }
      #expect(drawn.allSatisfy { (0...most).contains($0) })
      #expect((drawn.max() ?? 0) > most * 0.95, "seed 7, after \(failures)")
      #expect((drawn.min() ?? 9) < most * 0.05, "seed 7, after \(failures)")
    }
  }

  @Test func `intervals between polls grow to their bound`() {
    var random = SeededGenerator(seed: 1)
    let policy = PollPolicy(PollRule(first: .seconds(2), every: .seconds(4), growth: 2, most: .seconds(30)))

    let pauses = (1...6).map { policy.pause(before: $0, retryAfter: nil, using: &random).inSeconds }

    for (pause, expected) in zip(pauses, [2.0, 4, 8, 16, 30, 30]) {
      #expect(abs(pause - expected) <= expected * 0.05 + 0.001)
    }
    #expect(policy.pause(before: 1, retryAfter: .seconds(9), using: &random) == .seconds(9))
  }
}

/// Decisions one by one: an event, and the actions that follow.
@Suite struct SchedulerTests {
  private let start = Instant(seconds: 1_480_000_000)

  private func scheduler(_ plan: Plan, submitsPerSecond: Double? = nil) -> Scheduler {
    let limits = ServiceLimits(active: 2, activePerApp: 1, submitsPerSecond: submitsPerSecond)
    let rule = PollRule(first: .seconds(10), every: .seconds(10), growth: 1, most: .seconds(10))
    return Scheduler(plan, services: [.init(limits: limits, polling: PollPolicy(rule))], records: [:])
  }

  /// Actions that are not records.
  private func deeds(_ actions: [Scheduler.Action]) -> [Scheduler.Action] {
    actions.filter { if case .record = $0 { false } else { true } }
  }

  @Test func `every submit has its intent recorded in the same batch, before it`() throws {
    var random = SeededGenerator(seed: 1)
    var scheduler = scheduler(.sample(apps: ["a", "b"], snapshots: [], days: 2))

    let actions = scheduler.handle(.begin, at: start, using: &random)

    let keys = scheduler.plan.jobs.map(\.key)
    #expect(
      actions == [
        .record(JournalEvent(.intent(attempt: 1), of: keys[0], at: start)), .submit(job: 0, attempt: 1),
        .record(JournalEvent(.intent(attempt: 1), of: keys[2], at: start)), .submit(job: 2, attempt: 1),
      ])
  }

  @Test func `a slot is free again when the task is final, and is filled at once`() {
    var random = SeededGenerator(seed: 1)
    var scheduler = scheduler(.sample(apps: ["a"], snapshots: [], days: 2))
    _ = scheduler.handle(.begin, at: start, using: &random)
    #expect(
      deeds(scheduler.handle(.submitted(job: 0, attempt: 1, .success(TaskReceipt(id: "t"))), at: start, using: &random))
        .isEmpty)

    let later = start.advanced(by: .seconds(20))
    #expect(deeds(scheduler.handle(.tick, at: later, using: &random)) == [.poll(job: 0, attempt: 1, task: "t")])
    let done = scheduler.handle(
      .polled(job: 0, attempt: 1, .success(TaskStatus(.succeeded))), at: later, using: &random)

    #expect(
      deeds(done) == [.submit(job: 1, attempt: 1), .collect(job: 0, attempt: 1, task: "t", TaskStatus(.succeeded))])
  }

  @Test func `no more tasks are asked for at once than the run's bound, and each answer makes room for the next`() {
    var random = SeededGenerator(seed: 1)
    let rule = PollRule(first: .seconds(10), every: .seconds(10), growth: 1, most: .seconds(10))
    var scheduler = Scheduler(
      .sample(apps: ["a", "b", "c"], snapshots: [], days: 1),
      services: [.init(limits: ServiceLimits(active: 3, activePerApp: 1), polling: PollPolicy(rule))], records: [:],
      bounds: .init(active: 3, submitting: 2))

    let first = scheduler.handle(.begin, at: start, using: &random)
    var more = first
    scheduler.handle(
      .submitted(job: 0, attempt: 1, .success(TaskReceipt(id: "t"))), at: start, using: &random, into: &more)

    #expect(deeds(first) == [.submit(job: 0, attempt: 1), .submit(job: 1, attempt: 1)])
    #expect(more.starts(with: first))
    #expect(deeds(Array(more.dropFirst(first.count))) == [.submit(job: 2, attempt: 1)])
  }

  @Test func `a service that asks for patience is left alone by every job, as long as it said`() {
    var random = SeededGenerator(seed: 1)
    var scheduler = scheduler(.sample(apps: ["a", "b", "c"], snapshots: [], days: 1))
    _ = scheduler.handle(.begin, at: start, using: &random)

    let busy = ServiceError(.busy, "429", retryAfter: .seconds(30), status: 429)
    #expect(
      deeds(scheduler.handle(.submitted(job: 0, attempt: 1, .failure(busy)), at: start, using: &random)) == [
        .notice(.throttled(service: "engagement", active: 1))
      ])
    // The other request went out before, and its task is accepted.
    let receipt = TaskReceipt(id: "t")
    #expect(
      deeds(scheduler.handle(.submitted(job: 1, attempt: 1, .success(receipt)), at: start, using: &random)) == [
        .notice(.limited(service: "engagement", active: 2))
      ])
    #expect(deeds(scheduler.handle(.tick, at: start.advanced(by: .seconds(29)), using: &random)).isEmpty)

    #expect(
      deeds(scheduler.handle(.tick, at: start.advanced(by: .seconds(30)), using: &random)) == [
        .poll(job: 1, attempt: 1, task: "t")
      ])
    // It is asked for more only little by little.
    #expect(
      deeds(scheduler.handle(.tick, at: start.advanced(by: .milliseconds(30_100)), using: &random)) == [
        .submit(job: 2, attempt: 1)
      ])
  }

  @Test func `submits keep to their rate`() {
    var random = SeededGenerator(seed: 1)
    var scheduler = scheduler(.sample(apps: ["a", "b"], snapshots: [], days: 1), submitsPerSecond: 1)

    #expect(deeds(scheduler.handle(.begin, at: start, using: &random)) == [.submit(job: 0, attempt: 1)])
    #expect(scheduler.nextDeadline == start.advanced(by: .seconds(1)))
    #expect(
      deeds(scheduler.handle(.tick, at: start.advanced(by: .seconds(1)), using: &random)) == [
        .submit(job: 1, attempt: 1)
      ])
  }

  @Test func `an answer of an earlier attempt changes nothing`() {
    var random = SeededGenerator(seed: 1)
    var scheduler = scheduler(.sample(apps: ["a"], snapshots: [], days: 1))
    _ = scheduler.handle(.begin, at: start, using: &random)
    _ = scheduler.handle(.submitted(job: 0, attempt: 1, .success(TaskReceipt(id: "t"))), at: start, using: &random)
    let failed = TaskStatus(.failed(reason: "x"))
    _ = scheduler.handle(.polled(job: 0, attempt: 1, .success(failed)), at: start, using: &random)
    let again = scheduler.handle(.tick, at: start.advanced(by: .seconds(10)), using: &random)
    #expect(deeds(again) == [.submit(job: 0, attempt: 2)])
    _ = scheduler.handle(.submitted(job: 0, attempt: 2, .success(TaskReceipt(id: "t2"))), at: start, using: &random)

    #expect(
      scheduler.handle(.polled(job: 0, attempt: 1, .success(TaskStatus(.succeeded))), at: start, using: &random).isEmpty
    )
  }

  @Test func `a stop waits for the answers of submits, and for nothing else`() {
    var random = SeededGenerator(seed: 1)
    var scheduler = scheduler(.sample(apps: ["a"], snapshots: [], days: 2))
    _ = scheduler.handle(.begin, at: start, using: &random)

    #expect(scheduler.handle(.stop(.interrupted), at: start, using: &random).isEmpty)
    let answered = scheduler.handle(
      .submitted(job: 0, attempt: 1, .success(TaskReceipt(id: "t"))), at: start, using: &random)

    #expect(deeds(answered) == [.finish(.interrupted)])
    #expect(answered.count == 2)
  }

  @Test func `what waits for a snapshot that was missed waits, and is not failed`() {
    var random = SeededGenerator(seed: 1)
    var scheduler = scheduler(.sample(apps: ["a"], snapshots: ["tag"], days: 1))

    let actions = scheduler.handle(.begin, at: start.advanced(by: .seconds(2 * 86_400)), using: &random)

    #expect(actions == [.finish(nil)])
    #expect(scheduler.dues == [.snapshotMissed, .neverExported])
    #expect(scheduler.state(of: 1) == .planned)
  }

  @Test func `a task of a request that is still under way is not taken for one that was lost`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a", "b"], snapshots: [], days: 1)
    var rule = Scheduler.ServiceRule(
      limits: ServiceLimits(active: 2, activePerApp: 1),
      polling: PollPolicy(PollRule(first: .seconds(10), every: .seconds(10), growth: 1, most: .seconds(10))))
    rule.recovery = .lookalike
    var scheduler = Scheduler(plan, services: [rule], records: [:], bounds: .init(settle: .seconds(5)))
    let lost = ServiceError(.again, "reset", isLost: true)
    let late = start.advanced(by: .seconds(60))
    let task = FoundTask(id: "t", status: TaskStatus(.queued))

    _ = scheduler.handle(.begin, at: start, using: &random)
    _ = scheduler.handle(.submitted(job: 1, attempt: 1, .failure(lost)), at: start, using: &random)
    let look = scheduler.handle(.tick, at: late, using: &random)
    let found = scheduler.handle(.found(job: 1, attempt: 1, .success([task])), at: late, using: &random)
    // The other job's answer says whose task it is.
    let answered = scheduler.handle(
      .submitted(job: 0, attempt: 1, .success(TaskReceipt(id: "t"))), at: late, using: &random)

    #expect(deeds(look) == [.find(job: 1, attempt: 1, since: start)])
    #expect(found.isEmpty)
    #expect(scheduler.state(of: 0) == .submitted)
    #expect(
      !answered.contains {
        $0 == .record(JournalEvent(.adopted(attempt: 1, task: "t"), of: plan.jobs[1].key, at: late))
      })
    #expect(answered.contains(.record(JournalEvent(.absent(attempt: 1), of: plan.jobs[1].key, at: late))))
  }

  /// A plan of one job whose intent was written long before this run.
  private func resumed(_ plan: Plan) -> Scheduler {
    var record = JobRecord()
    record.apply(JournalEvent(.intent(attempt: 1), of: plan.jobs[0].key, at: start.advanced(by: .seconds(-3600))))
    let limits = ServiceLimits(active: 2, activePerApp: 1)
    let rule = PollRule(first: .seconds(10), every: .seconds(10), growth: 1, most: .seconds(10))
    return Scheduler(
      plan, services: [.init(limits: limits, polling: PollPolicy(rule))], records: [plan.jobs[0].key: record],
      bounds: .init(settle: .seconds(60)))
  }

  @Test func `an intent of a run that died is believed unanswered only after this run has waited for its request`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 1)
    var scheduler = resumed(plan)
    let since = start.advanced(by: .seconds(-3600))
    let settled = start.advanced(by: .seconds(60))

    _ = scheduler.handle(.begin, at: start, using: &random)
    let first = scheduler.handle(.tick, at: start, using: &random)
    // The answer comes late, and was given before the request could have arrived.
    let early = scheduler.handle(
      .found(job: 0, attempt: 1, .success([])), at: settled.advanced(by: .seconds(1)), using: &random)
    let second = scheduler.handle(.tick, at: settled.advanced(by: .seconds(1)), using: &random)
    let late = scheduler.handle(
      .found(job: 0, attempt: 1, .success([])), at: settled.advanced(by: .seconds(2)), using: &random)

    #expect(first == [.find(job: 0, attempt: 1, since: since)])
    #expect(early == [])
    #expect(second == [.find(job: 0, attempt: 1, since: since)])
    #expect(
      late.first
        == .record(JournalEvent(.absent(attempt: 1), of: plan.jobs[0].key, at: settled.advanced(by: .seconds(2)))))
    // What a run before did not come to is done at once, and is no try of this one.
    #expect(deeds(late).contains(.submit(job: 0, attempt: 2)))
  }

  @Test func `a task that cannot be looked for is given up at its deadline, and looked for by the next run`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(
      apps: ["a"], snapshots: [], days: 1, retry: RetrySetting(attempts: 2),
      timeouts: TimeoutSetting(queued: .seconds(100), running: .seconds(100), total: .seconds(100)))
    var scheduler = resumed(plan)
    var now = start
    var ended: [Scheduler.Action] = []

    _ = scheduler.handle(.begin, at: now, using: &random)
    for _ in 0..<100 where ended.isEmpty {
      guard let next = scheduler.nextDeadline else { break }
      now = next
      for action in scheduler.handle(.tick, at: now, using: &random) {
        guard case .find = action else { continue }
        let error = ServiceError(.again, "500", status: 500)
        ended = scheduler.handle(.found(job: 0, attempt: 1, .failure(error)), at: now, using: &random)
          .filter { if case .finish = $0 { true } else { false } }
      }
    }

    #expect(ended == [.finish(nil)])
    #expect(scheduler.state(of: 0) == .abandoned)
  }
}
