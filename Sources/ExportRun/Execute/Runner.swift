// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import Logging

/// Moments of a run that a crash may fall between, for tests that make it fall there.
public enum Checkpoint: String, Sendable, CaseIterable {
  /// Decided, and nothing of it is durable.
  case before
  /// Durable, and nothing of it is done.
  case after
  /// Everything of it is under way.
  case acted
}

/// Performs a plan: asks the scheduler, writes the journal, then does what was decided.
///
/// Everything that one batch of news leads to is written in one commit before any of it is done, so an intent is
/// durable before its request leaves and a result is durable before anything builds on it.
public struct Runner<C: Clock>: Sendable where C.Instant == Instant {
  /// What a run is asked for besides its plan.
  public struct Wishes: Sendable {
    /// Good jobs of the plan are done once more. A run that did not come to the end of that goes on with it.
    public var redoes = false
    /// No longer than this.
    public var until: Instant?
    /// Tasks that a person has told to be the ones whose answers were lost; `nil`: there is none.
    public var adopts: [JobKey: String?] = [:]

    public init() {}
  }

  private let plan: Plan
  let world: JobWorld
  let journal: Journal
  private let bounds: Scheduler.Bounds
  private let wishes: Wishes
  private let clock: C
  private let seed: UInt64
  let log: RunLog
  private let checkpoint: (@Sendable (Checkpoint, [JournalEvent]) -> Void)?
  private let sent: @Sendable () -> [RequestRecord]
  private let titles: JobTitles
  #if DEBUG
    /// What is done wrong on purpose.
    public var planted: PlantedBug?
  #endif
  private let rules: [Scheduler.ServiceRule]

  /// - Parameters:
  ///   - seed: of everything drawn by chance in this run.
  ///   - sent: gives the requests that were sent since it was asked last.
  ///   - checkpoint: called around every commit, with what it holds.
  public init(
    _ plan: Plan, resources: RunResources, journal: Journal, bounds: Scheduler.Bounds = .init(),
    wishes: Wishes = Wishes(), clock: C, seed: UInt64, logger: Logger,
    sent: @escaping @Sendable () -> [RequestRecord] = { [] },
    checkpoint: (@Sendable (Checkpoint, [JournalEvent]) -> Void)? = nil
  ) {
    self.sent = sent
    (self.plan, self.journal, self.bounds, self.wishes) = (plan, journal, bounds, wishes)
    (self.clock, self.seed, self.checkpoint) = (clock, seed, checkpoint)
    titles = JobTitles(plan)
    log = RunLog(plan, titles: titles, logger: logger)
    rules = resources.rules(of: plan)
    world = JobWorld(plan: plan, resources: resources) { tasks, key in
      try? await journal.owners(of: tasks, besides: key)
    }
  }

  /// Runs until every due job has come to an end, or `stops` brings a reason to stop.
  ///
  /// - Parameters:
  ///   - planDigest: what the run's record names the plan by.
  ///   - origin: what the run's record keeps for its report.
  ///   - stops: the first element ends the run as soon as requests under way have answered. Cancelling the calling
  ///     task does not: what is known is always written.
  ///   - cancels: an element has live tasks stopped at their services, where these can, and ends the run.
  ///   - observe: called with events once they are durable, in order, from one place.
  /// - Throws: `JournalError` when the state can no longer be written; nothing that was decided after the last
  ///   commit has been done.
  public func run(
    planDigest: Digest, origin: RunOrigin = RunOrigin(),
    stops: AsyncStream<Scheduler.StopReason> = AsyncStream { $0.finish() },
    cancels: AsyncStream<Void> = AsyncStream { $0.finish() }, observe: @escaping @Sendable (RunNews) -> Void = { _ in }
  ) async throws -> RunResult {
    var random = SeededGenerator(seed: seed)
    var records = try await journal.planRecords(of: plan)
    let started = clock.now
    let marks = wishes.redoes ? redone(records, at: started) : []
    records.want(marks, .forced)
    var scheduler = Scheduler(plan, services: rules, records: records, bounds: bounds)
    scheduler.told = wishes.adopts
    scheduler.strangers = try await strangers()
    scheduler.earlierStarts = try await earlierStarts(at: started)
    #if DEBUG
      scheduler.releasesTwice = planted == .releaseTwice
    #endif
    let actions = scheduler.handle(.begin, at: started, using: &random)
    let header = RunHeader(
      id: RunHeader.newID(at: started, using: &random), started: started, plan: planDigest, name: plan.name,
      dues: scheduler.dues)
    let isNothing = !header.dues.contains { $0.isDue }
    try await journal.begin(header, origin: origin, frame: isNothing ? plan.frame : nil)
    log.began(header)
    observe(.began(header))
    let wanted = marks.map { JournalEvent(.wanted(.forced), of: plan.jobs.keys[$0], at: started) }
    if !wanted.isEmpty { try await write(wanted, [], [:], [:], [], observe) }
    if scheduler.unfinished > 0 {
      let history = try await journal.durations(of: plan)
      scheduler.history = history
      observe(.expects(forecast(dues: scheduler.dues, history, at: started)))
    }

    let stopReason = try await work(
      &scheduler, actions, &random, stops, cancels, after: wanted.count, observe)
    let ended = clock.now
    let result = RunResult(
      header: header, ended: ended, stop: stopReason, states: plan.jobs.indices.map(scheduler.state))
    try await journal.end(
      at: ended, outcome: result.outcome.rawValue, counts: result.counts, stop: stopReason, requests: sent())
    log.ended(result)
    return result
  }

  private func forecast(dues: [Due], _ history: DurationHistory, at now: Instant) -> Forecast {
    Forecast(
      plan, dues: dues, history: history, polling: rules.map(\.polling), spans: rules.map { Forecast.Spans($0) },
      active: bounds.active, at: now)
  }

  /// Room for so many actions is kept from one batch to the next.
  private static var actionsKept: Int { 4096 }

  /// So many requests wait for an event to be written with.
  private static var requestsKept: Int { 4096 }

  /// The one place that decides.
  /// - Parameter written: how many events of the run there are.
  private func work(
    _ scheduler: inout Scheduler, _ first: [Scheduler.Action], _ random: inout SeededGenerator,
    _ stops: AsyncStream<Scheduler.StopReason>, _ cancels: AsyncStream<Void>, after written: Int,
    _ observe: @escaping @Sendable (RunNews) -> Void
  ) async throws -> Scheduler.StopReason? {
    let mailbox = Mailbox<Scheduler.Event>()
    // Taken out for the body of the group, which keeps what it changes.
    var (decider, chance) = (scheduler, random)
    defer { (scheduler, random) = (decider, chance) }
    return try await withThrowingDiscardingTaskGroup { group in
      group.addTask { for await stop in stops { mailbox.send(.stop(stop)) } }
      group.addTask { for await _ in cancels { mailbox.send(.cancel) } }
      if let until = wishes.until {
        group.addTask {
          guard (try? await clock.sleep(until: until, tolerance: nil)) != nil else { return }
          mailbox.send(.stop(.timeIsUp))
        }
      }
      var actions = first
      var armed: Instant?
      var told = clock.now
      var (at, written) = (told, written)
      var requests: [RequestRecord] = []
      while true {
        let events = events(of: actions)
        written += events.count
        let notes = actions.compactMap { action in
          if case .notice(let notice) = action { RunNote(notice, at: at, after: written) } else { nil }
        }
        #if DEBUG
          if planted == .submitBeforeIntent {
            for action in actions where action.isSubmit { perform(action, decider, in: &group, mailbox) }
            actions.removeAll(where: \.isSubmit)
          }
        #endif
        if !events.isEmpty || !notes.isEmpty || requests.count >= Self.requestsKept {
          try await write(
            events, notes, titles(of: actions, decider), accounts(of: actions, decider), requests + sent(), observe)
          requests = []
        }
        for action in actions {
          if case .finish(let reason) = action {
            group.cancelAll()
            return reason
          }
          perform(action, decider, in: &group, mailbox)
        }
        if !events.isEmpty { checkpoint?(.acted, events) }
        let now = clock.now
        if told.duration(to: now) >= .seconds(1) || now < told {
          told = now
          requests += sent()
          observe(.waits(decider.outlook(at: now, title: titles.title(of:))))
        }
        if let passed = armed, passed <= now { armed = nil }
        if let next = decider.nextDeadline, armed.map({ next < $0 }) ?? true {
          armed = next
          group.addTask {
            // Cancelled at the end of the run, when nobody listens any more.
            try? await clock.sleep(until: next, tolerance: nil)
            mailbox.send(.tick)
          }
        }
        actions.removeAll(keepingCapacity: actions.count < Self.actionsKept)
        let news = await mailbox.takeAll()
        at = clock.now
        for event in news { decider.handle(event, at: at, using: &chance, into: &actions) }
      }
    }
  }

  /// Live tasks of jobs that the plan does not have.
  private func strangers() async throws -> [Scheduler.Stranger] {
    try await journal.liveTasks(besides: plan.jobs.keys).map { task in
      Scheduler.Stranger(
        title: task.title ?? "", since: task.intentAt ?? .init(milliseconds: 0), hasTask: task.task != nil)
    }
  }

  /// When earlier runs made tasks that may count against a limit still, by service.
  private func earlierStarts(at now: Instant) async throws -> [[Instant]] {
    guard let span = rules.compactMap(\.limits.startSpan).max() else { return [] }
    return try await journal.starts(of: plan, since: now.advanced(by: .zero - span))
  }

  /// Good jobs that are to be done once more: all, or none while an earlier wish for that is not done.
  private func redone(_ records: PlanRecords, at now: Instant) -> [Int] {
    var reckoner = DueReckoner(plan, records: records, at: now)
    let isUnderWay = plan.jobs.indices.contains {
      records.brief(of: $0)?.wanted == .forced && reckoner.due($0).isDue
    }
    guard !isUnderWay else { return [] }
    return plan.jobs.indices.filter { reckoner.mayBeRedone($0) }
  }

  // MARK: Writing

  private func events(of actions: [Scheduler.Action]) -> [JournalEvent] {
    actions.compactMap { action in
      if case .record(let event) = action { event } else { nil }
    }
  }

  /// Of the jobs that are submitted: the ledger knows them by their titles.
  private func titles(of actions: [Scheduler.Action], _ scheduler: Scheduler) -> [JobKey: String] {
    var found: [JobKey: String] = [:]
    for case .submit(let index, _) in actions {
      let job = scheduler.job(index)
      found[job.key] = titles.title(of: job)
    }
    return found
  }

  /// Of the jobs that are submitted: whose tasks are counted, where the service lets only so many be made.
  private func accounts(of actions: [Scheduler.Action], _ scheduler: Scheduler) -> [JobKey: String] {
    guard rules.contains(where: \.limits.countsStarts) else { return [:] }
    var found: [JobKey: String] = [:]
    for case .submit(let index, _) in actions {
      let job = scheduler.job(index)
      let service = plan.exports[job.export].service
      if rules[service].limits.countsStarts { found[job.key] = plan.services[service].account }
    }
    return found
  }

  private func write(
    _ events: [JournalEvent], _ notes: [RunNote], _ titles: [JobKey: String], _ accounts: [JobKey: String],
    _ requests: [RequestRecord], _ observe: (RunNews) -> Void
  ) async throws {
    if !events.isEmpty { checkpoint?(.before, events) }
    try await journal.append(events, titles: titles, accounts: accounts, notes: notes, requests: requests)
    if !events.isEmpty {
      checkpoint?(.after, events)
      log.happened(events)
      observe(.happened(events))
    }
    for note in notes { observe(.noticed(note)) }
  }
}
