// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// Requests of each kind, and tasks, in spans of time.
@Suite struct CallLimitTests {
  private static let start = Instant(seconds: 1_480_000_000)

  private static func scheduler(
    _ plan: Plan, limits: ServiceLimits, every: Duration = .seconds(10),
    change: (inout Scheduler.ServiceRule) -> Void = { _ in }
  ) -> Scheduler {
    let rule = PollRule(first: every, every: every, growth: 1, most: every)
    var service = Scheduler.ServiceRule(limits: limits, polling: PollPolicy(rule))
    change(&service)
    return Scheduler(plan, services: [service], records: [:])
  }

  private static func limits(_ calls: [CallLimit] = [], starts: [StartLimit] = [], active: Int = 50) -> ServiceLimits {
    var limits = ServiceLimits(active: active, activePerApp: active)
    (limits.calls, limits.starts) = (calls, starts)
    return limits
  }

  private static func jobs(_ actions: [Scheduler.Action]) -> [Int] {
    actions.compactMap { if case .submit(let job, _) = $0 { job } else { nil } }
  }

  private static func notices(_ actions: [Scheduler.Action]) -> [Scheduler.Notice] {
    actions.compactMap { if case .notice(let notice) = $0 { notice } else { nil } }
  }

  private static func at(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }

  @Test func `no more submits leave in a span than the limit says, wherever the span begins`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 5)
    var scheduler = Self.scheduler(
      plan, limits: Self.limits([CallLimit(.submit, most: 2, every: .seconds(60))]), every: .seconds(3600))

    let first = scheduler.handle(.begin, at: Self.start, using: &random)
    let early = scheduler.handle(.tick, at: Self.at(59), using: &random)
    let then = scheduler.handle(.tick, at: Self.at(60), using: &random)
    let late = scheduler.handle(.tick, at: Self.at(119), using: &random)

    #expect(Self.jobs(first) == [0, 1])
    #expect(Self.jobs(early) == [] && scheduler.nextDeadline == Self.at(120))
    #expect(Self.jobs(then) == [2, 3])
    #expect(Self.jobs(late) == [])
  }

  @Test func `a limit of one kind does not hold up the others`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 3)
    var scheduler = Self.scheduler(plan, limits: Self.limits([CallLimit(.poll, most: 1, every: .seconds(600))])) {
      $0.canCancel = true
    }
    _ = scheduler.handle(.begin, at: Self.start, using: &random)
    for job in 0..<3 {
      let receipt = TaskReceipt(id: "t\(job)")
      _ = scheduler.handle(.submitted(job: job, attempt: 1, .success(receipt)), at: Self.start, using: &random)
    }

    let looks = scheduler.handle(.tick, at: Self.at(15), using: &random)
    let stops = scheduler.handle(.cancel, at: Self.at(16), using: &random)
    let asked = stops + scheduler.handle(.tick, at: Self.at(16), using: &random)

    #expect(looks.count { if case .poll = $0 { true } else { false } } == 1)
    #expect(asked.count { if case .stop = $0 { true } else { false } } == 3)
  }

  @Test func `a list that is refused leaves looks that keep to their own limit`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 4)
    var scheduler = Self.scheduler(plan, limits: Self.limits([CallLimit(.poll, most: 2, every: .seconds(60))])) {
      $0.listPage = 10
    }
    _ = scheduler.handle(.begin, at: Self.start, using: &random)
    for job in 0..<4 {
      let receipt = TaskReceipt(id: "t\(job)", retryAfter: .seconds(10))
      _ = scheduler.handle(.submitted(job: job, attempt: 1, .success(receipt)), at: Self.start, using: &random)
    }
    var looks: [Scheduler.Look] = []
    for case .list(let asked) in scheduler.handle(.tick, at: Self.at(20), using: &random) { looks = asked }

    let refusal = ServiceError(.never, "403", status: 403)
    let alone = scheduler.handle(.listed(looks, .failure(refusal)), at: Self.at(20), using: &random)

    #expect(looks.count == 4)
    #expect(alone.count { if case .poll = $0 { true } else { false } } == 2)
  }

  @Test func `a list that fails again and again leaves looks one by one, and is tried again later`() throws {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 4)
    var scheduler = Self.scheduler(plan, limits: Self.limits()) { $0.listPage = 10 }
    func listed(_ actions: [Scheduler.Action]) -> [Scheduler.Look]? {
      for case .list(let looks) in actions { return looks }
      return nil
    }
    func polled(_ actions: [Scheduler.Action]) -> [Int] {
      actions.compactMap { if case .poll(let job, _, _) = $0 { job } else { nil } }
    }
    _ = scheduler.handle(.begin, at: Self.start, using: &random)
    for job in 0..<4 {
      let receipt = TaskReceipt(id: "t\(job)", retryAfter: .seconds(10))
      _ = scheduler.handle(.submitted(job: job, attempt: 1, .success(receipt)), at: Self.start, using: &random)
    }
    let page = ServiceError(.again, "a page of HTML", status: 200)
    var now = Self.at(20)
    var alone: [Scheduler.Action] = []
    for _ in 0..<3 {
      let looks = try #require(listed(scheduler.handle(.tick, at: now, using: &random)))
      #expect(alone.isEmpty && looks.count == 4)
      alone = scheduler.handle(.listed(looks, .failure(page)), at: now, using: &random)
      if polled(alone).isEmpty { alone = [] }
      now = now.advanced(by: .seconds(120))
    }

    // One goes ahead; as it is answered, the others follow one by one.
    let first = try #require(polled(alone).first)
    #expect(polled(alone).count == 1)
    let running = TaskStatus(.running, retryAfter: .seconds(3600))
    _ = scheduler.handle(.polled(job: first, attempt: 1, .success(running)), at: now, using: &random)
    let others = scheduler.handle(.tick, at: now.advanced(by: .seconds(60)), using: &random)
    #expect(Set(polled(others)) == Set(0..<4).subtracting([first]))
    #expect(listed(others) == nil)
    #expect(Self.notices(others).isEmpty)

    for job in polled(others) {
      _ = scheduler.handle(
        .polled(job: job, attempt: 1, .success(TaskStatus(.running, retryAfter: .seconds(600)))),
        at: now.advanced(by: .seconds(60)), using: &random)
    }
    let later = scheduler.handle(.tick, at: now.advanced(by: .seconds(3700)), using: &random)
    #expect(listed(later)?.count == 4)
  }

  @Test func `an answer that says little is left of a failed request slows the service down as a good one does`() {
    func gap(_ remaining: Int?) -> Int {
      var random = SeededGenerator(seed: 1)
      var scheduler = Self.scheduler(
        .sample(apps: ["a", "b", "c"], snapshots: [], days: 3), limits: Self.limits(active: 2))
      _ = scheduler.handle(.begin, at: Self.start, using: &random)
      var error = ServiceError(.never, "400", status: 400)
      error.remaining = remaining
      return Self.jobs(
        scheduler.handle(.submitted(job: 0, attempt: 1, .failure(error)), at: Self.start, using: &random)
      ).count
    }

    #expect(gap(nil) == 1)
    #expect(gap(3) == 0)
  }

  @Test func `starts wait for their limit, which is told once, and the run goes on`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 4)
    var scheduler = Self.scheduler(
      plan, limits: Self.limits(starts: [StartLimit(most: 3, every: .seconds(86_400))]), every: .seconds(3600))

    let first = scheduler.handle(.begin, at: Self.start, using: &random)
    let more = scheduler.handle(
      .submitted(job: 0, attempt: 1, .success(TaskReceipt(id: "t"))), at: Self.at(5), using: &random)
    let next = scheduler.handle(.tick, at: Self.at(86_400), using: &random)

    #expect(Self.jobs(first) == [0, 1, 2])
    #expect(Self.notices(first) == [.spent(service: "engagement", until: Self.at(86_400))])
    #expect(Self.notices(more) == [] && Self.jobs(more) == [])
    #expect(Self.jobs(next) == [3])
  }

  @Test func `what is refused makes no task, and does not count`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 2)
    var scheduler = Self.scheduler(plan, limits: Self.limits(starts: [StartLimit(most: 1, every: .seconds(86_400))]))
    let first = scheduler.handle(.begin, at: Self.start, using: &random)

    let refusal = ServiceError(.never, "400", status: 400)
    let then = scheduler.handle(.submitted(job: 0, attempt: 1, .failure(refusal)), at: Self.at(1), using: &random)

    #expect(Self.jobs(first) == [0])
    #expect(Self.jobs(then) == [1])
  }

  @Test(arguments: [
    // 2016-11-24T15:06:40Z is 09:06:40 in Chicago.
    ("a count of the day", 0, "2016-11-25T06:00:00Z"),
    ("one that begins anew at noon", 12 * 60, "2016-11-24T18:00:00Z"),
    ("one that began a moment ago", 9 * 60 + 6, "2016-11-25T15:06:00Z"),
  ])
  func `a count that begins anew at a time of day ends there`(name: String, minute: Int, until: String) throws {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 3)
    let reset = StartLimit.Reset(minute: minute, zone: "America/Chicago")
    var scheduler = Self.scheduler(
      plan, limits: Self.limits(starts: [StartLimit(most: 1, every: .seconds(86_400), resets: reset)]),
      every: .seconds(90_000))
    let end = try #require(Instant(until))

    let first = scheduler.handle(.begin, at: Self.start, using: &random)
    let early = scheduler.handle(.tick, at: end.advanced(by: .milliseconds(-1)), using: &random)
    let then = scheduler.handle(.tick, at: end, using: &random)

    #expect(Self.notices(first) == [.spent(service: "engagement", until: end)], "\(name)")
    #expect(Self.jobs(early) == [])
    #expect(Self.jobs(then) == [1])
  }

  @Test func `tasks of earlier runs count, whichever plan asked for them`() async throws {
    let harness = try RunHarness()
    let events = EventList()
    func spent(_ traits: inout ServiceTraits) {
      traits.limits.starts = [StartLimit(most: 3, every: .seconds(86_400))]
    }
    let began = harness.clock.now
    try await harness.run(.sample(apps: ["a"], snapshots: [], days: 2), ScriptedService(), traits: spent)

    let other = Plan.sample(apps: ["b"], snapshots: [], days: 2)
    let result = try await harness.run(other, ScriptedService(), traits: spent, observe: events.take)

    #expect(result.outcome == .done)
    #expect(events.notices.count == 1)
    #expect(began.duration(to: harness.clock.now) >= .seconds(86_400))
  }

  @Test func `another account of the service has starts of its own`() async throws {
    let harness = try RunHarness()
    let events = EventList()
    func spent(_ traits: inout ServiceTraits) {
      traits.limits.starts = [StartLimit(most: 2, every: .seconds(86_400))]
    }
    try await harness.run(.sample(apps: ["a"], snapshots: [], days: 2), ScriptedService(), traits: spent)

    var other = Plan.sample(apps: ["b"], snapshots: [], days: 2)
    other.services[0].parameters = ["account": "another"]
    let result = try await harness.run(other, ScriptedService(), traits: spent, observe: events.take)

    #expect(result.outcome == .done)
    #expect(events.notices == [])
  }

  @Test func `a run whose time is up does not wait for starts`() {
    var random = SeededGenerator(seed: 1)
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 3)
    var scheduler = Self.scheduler(plan, limits: Self.limits(starts: [StartLimit(most: 1, every: .seconds(86_400))]))
    _ = scheduler.handle(.begin, at: Self.start, using: &random)
    let receipt = TaskReceipt(id: "t")
    _ = scheduler.handle(.submitted(job: 0, attempt: 1, .success(receipt)), at: Self.start, using: &random)

    let stopped = scheduler.handle(.stop(.timeIsUp), at: Self.at(3600), using: &random)

    #expect(stopped == [.finish(.timeIsUp)])
    #expect(scheduler.state(of: 1) == .ready)
  }

  @Test func `a window that the service no longer has when its start comes is not asked for, and has not failed`() {
    var random = SeededGenerator(seed: 1)
    var plan = Plan.sample(apps: ["a"], snapshots: [], days: 2)
    plan.exports[1].oldest = ["event": .seconds(2 * 86_400 + 20 * 3600)]
    var scheduler = Self.scheduler(
      plan, limits: Self.limits(starts: [StartLimit(most: 1, every: .seconds(86_400))]), every: .seconds(90_000))

    let first = scheduler.handle(.begin, at: Self.start, using: &random)
    let then = scheduler.handle(.tick, at: Self.at(2 * 86_400), using: &random)

    #expect(Self.jobs(first) == [0])
    #expect(Self.jobs(then) == [])
    #expect(scheduler.state(of: 1) == .planned)
  }

  @Test func `a seeded storm of events never puts more into a span than a limit says`() {
    for seed in UInt64(1)...40 {
      var world = LimitWorld(seed: seed)

      world.run()

      #expect(world.broken == nil, "seed \(seed)")
      #expect(world.sent.count > 20, "seed \(seed)")
    }
  }
}

/// A scheduler against answers that a seed draws, with every request noted.
private struct LimitWorld {
  let limits: [CallLimit]
  let starts: StartLimit
  var scheduler: Scheduler
  var random: SeededGenerator
  var now = Instant(seconds: 1_480_000_000)
  var sent: [(verb: CallLimit.Verb, at: Instant)] = []
  var made: [Instant] = []
  var broken: String?
  private var open: [Scheduler.Action] = []

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    limits = [CallLimit.Verb.submit, .poll, .list, .cancel, .any].map {
      CallLimit(
        $0, most: Int.random(in: 1...4, using: &random), every: .seconds(Int.random(in: 5...90, using: &random)))
    }
    starts = StartLimit(
      most: Int.random(in: 2...5, using: &random), every: .seconds(Int.random(in: 60...900, using: &random)))
    var service = ServiceLimits(active: 6, activePerApp: 3)
    (service.calls, service.starts) = (limits, [starts])
    let rule = PollRule(first: .seconds(2), every: .seconds(3), growth: 1.5, most: .seconds(20))
    var own = Scheduler.ServiceRule(limits: service, polling: PollPolicy(rule))
    own.listPage = Bool.random(using: &random) ? 3 : nil
    own.canCancel = true
    scheduler = Scheduler(
      .sample(apps: ["a", "b", "c"], snapshots: [], days: 4), services: [own], records: [:])
    self.random = random
  }

  mutating func run() {
    take(scheduler.handle(.begin, at: now, using: &random))
    for step in 0..<3000 where broken == nil {
      if let next = scheduler.nextDeadline, open.isEmpty || Int.random(in: 0..<3, using: &random) == 0 {
        now = max(now, next)
        take(scheduler.handle(.tick, at: now, using: &random))
      } else if !open.isEmpty {
        now = now.advanced(by: .milliseconds(Int.random(in: 0...2000, using: &random)))
        answer(open.remove(at: Int.random(in: 0..<open.count, using: &random)))
      } else {
        break
      }
      if step == 2000 { take(scheduler.handle(.cancel, at: now, using: &random)) }
    }
  }

  private mutating func take(_ actions: [Scheduler.Action]) {
    for action in actions {
      switch action {
      case .submit: note(.submit)
      case .poll: note(.poll)
      case .list, .find: note(.list)
      case .stop: note(.cancel)
      case .record(let event):
        if case .intent = event.kind { made.append(now) }
        continue
      case .collect: break
      default: continue
      }
      open.append(action)
    }
    if made.count(where: { now.advanced(by: .zero - starts.every) < $0 }) > starts.most { broken = "starts" }
  }

  private mutating func note(_ verb: CallLimit.Verb) {
    sent.append((verb, now))
    for limit in limits where limit.verb == verb || limit.verb == .any {
      let count = sent.count { sent in
        (limit.verb == .any || sent.verb == verb) && now.advanced(by: .zero - limit.every) < sent.at
      }
      if count > limit.most { broken = "\(count) of \(limit)" }
    }
  }

  private mutating func answer(_ action: Scheduler.Action) {
    let isGood = Int.random(in: 0..<5, using: &random) > 0
    let fault = ServiceError(.busy, "429", retryAfter: .seconds(Int.random(in: 1...30, using: &random)), status: 429)
    let phases: [TaskStatus.Phase] = [.queued, .running, .succeeded, .failed(reason: "chance")]
    func status() -> TaskStatus { TaskStatus(phases.randomElement(using: &random) ?? .running) }
    let event: Scheduler.Event
    switch action {
    case .submit(let job, let attempt):
      // What is refused gives its start back; here every attempt counts.
      event = .submitted(job: job, attempt: attempt, .success(TaskReceipt(id: "t\(job)-\(attempt)")))
    case .poll(let job, let attempt, _):
      event = .polled(job: job, attempt: attempt, isGood ? .success(status()) : .failure(fault))
    case .list(let looks):
      let found = looks.map { FoundTask(id: $0.task, status: status()) }
      event = .listed(looks, isGood ? .success(found) : .failure(fault))
    case .stop(let job, let attempt, _):
      event = .stopped(job: job, attempt: attempt, isGood ? .success(TaskStatus(.cancelled)) : .failure(fault))
    case .collect(let job, let attempt, let task, _):
      let result = Verification(.verified, artifacts: [Artifact(name: task, bytes: 1, sha256: nil, rows: 0)])
      event = .collected(job: job, attempt: attempt, .success(result))
    default: return
    }
    take(scheduler.handle(event, at: now, using: &random))
  }
}
