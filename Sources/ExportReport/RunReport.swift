// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// What a run did: the fold of its events over its plan. Pure; the same events give the same report.
public struct RunReport: Sendable {
  public let plan: PlanFile
  public let header: RunHeader
  public let ended: Instant
  public let outcome: RunResult.Outcome
  public let stop: Scheduler.StopReason?
  /// The command that goes on where the run stopped.
  public let resume: String
  /// `outhaul 0.1.0`
  public let program: String
  /// Jobs that were due, in the plan's order.
  public let jobs: [ReportedJob]
  /// How many jobs of the plan were not due, by reason.
  public let notDue: [(reason: Due, count: Int)]
  /// What happened to jobs, in order.
  public let events: [JournalEvent]
  /// What was noted of services as a whole, in order.
  public let notes: [RunNote]
  /// Every request that the run sent, in the order of their ends.
  public let requests: [RequestRecord]
  let parts: ReportedParts

  /// - Parameter splits: jobs that were in parts already when the run began, and their parts.
  public init(
    plan: PlanFile, header: RunHeader, ended: Instant, outcome: RunResult.Outcome, stop: Scheduler.StopReason?,
    events: [JournalEvent], notes: [RunNote] = [], requests: [RequestRecord] = [], splits: [JobKey: [JobPart]] = [:],
    resume: String, program: String
  ) {
    (self.events, self.notes, self.requests) = (events, notes, requests)
    (self.plan, self.header, self.ended, self.outcome) = (plan, header, ended, outcome)
    (self.stop, self.resume, self.program) = (stop, resume, program)
    var eventsOfKey: [JobKey: [JournalEvent]] = [:]
    parts = ReportedParts(splits: splits, events: events, plan: plan.plan)
    for event in events { eventsOfKey[parts.whole(of: event.key), default: []].append(event) }
    let titles = JobTitles(plan.plan)
    var finder = plan.plan.jobs.finder()
    jobs = zip(plan.plan.jobs.indices, header.dues).compactMap { [parts] index, due in
      guard due.isDue else { return nil }
      let key = plan.plan.jobs.keys[index]
      return ReportedJob(
        plan.plan, titles, &finder, index, due, events: eventsOfKey[key] ?? [], parts: parts.count(of: key))
    }
    let counts = header.dues.counts
    notDue = Due.allCases.compactMap { reason in
      guard !reason.isDue, let count = counts[reason] else { return nil }
      return (reason, count)
    }
  }

  public func count(_ states: JobState...) -> Int { jobs.count { states.contains($0.state) } }

  /// Jobs that the run left before their end.
  public var unfinished: Int { jobs.count { !$0.state.isFinal } }

  /// Jobs whose files were found and not read, because the credential does not permit it.
  public var listed: Int { jobs.count { $0.verification?.level == .listed } }

  public var rows: Int64 { jobs.reduce(0) { $0 + ($1.verification?.rows ?? 0) } }
  public var bytes: Int64 { jobs.reduce(0) { $0 + ($1.verification?.bytes ?? 0) } }

  /// Why the run could not go on; `nil`: it could, or somebody stopped it.
  public var halt: Failure? {
    guard case .halted(let failure) = stop else { return nil }
    return failure
  }

  /// Jobs that failed or were abandoned by cause, the most frequent first.
  public var causes: [(cause: Failure.Cause, jobs: [ReportedJob])] {
    let failed = jobs.filter(\.isFailure)
    return Dictionary(grouping: failed) { $0.failure?.cause ?? .service }
      .map { ($0.key, $0.value) }
      .sorted { ($1.1.count, $0.0.rawValue) < ($0.1.count, $1.0.rawValue) }
  }

  public var duration: Duration { header.started.duration(to: ended) }
}

/// A due job and what became of it in this run. What was done for its parts was done for the job.
public struct ReportedJob: Sendable {
  public let title: String
  public let job: PlannedJob
  public let due: Due
  /// In how many parts its window was done; 0: it was not split.
  public let parts: Int
  public private(set) var state: JobState = .planned
  public private(set) var attempts = 0
  public private(set) var adopted = 0
  public private(set) var setbacks = 0
  public private(set) var tasks: [String] = []
  public private(set) var requestIDs: [String] = []
  public private(set) var times = Times()
  public private(set) var verification: Verification?
  public private(set) var failure: Failure?
  /// The title of the job that this one waited for in vain.
  public private(set) var skippedBecause: String?
  /// It was not waited for in vain: its failure made the export stop.
  public private(set) var isStopped = false

  /// When the run first did something for it.
  public private(set) var began: Instant?

  /// When the last attempt reached each step in this run.
  public struct Times: Sendable, Equatable {
    public var intent: Instant?
    public var submitted: Instant?
    public var running: Instant?
    public var succeeded: Instant?
    public var ended: Instant?
  }

  init(
    _ plan: Plan, _ titles: JobTitles, _ finder: inout JobFinder, _ index: Int, _ due: Due, events: [JournalEvent],
    parts: Int
  ) {
    job = plan.jobs[index]
    title = titles.title(of: job)
    (self.due, self.parts) = (due, parts)
    var record = JobRecord()
    record.state = due == .inFlight ? (parts > 0 ? .split : .submitted) : .waiting
    began = events.first { $0.kind.isWork }?.at
    for event in events {
      guard event.key == job.key else {
        takeOfPart(event)
        continue
      }
      record.apply(event)
      take(event, plan, titles, &finder)
    }
    state = record.state
  }

  /// Of the parts' steps the first begin and the last end, and the job is over when it says so itself.
  private mutating func takeOfPart(_ event: JournalEvent) {
    switch event.kind {
    case .intent:
      attempts += 1
      times.intent = times.intent ?? event.at
    case .submitted(_, let task, let requestID):
      tasks.append(task)
      if let requestID { requestIDs.append(requestID) }
      times.submitted = times.submitted ?? event.at
    case .adopted(_, let task):
      tasks.append(task)
      adopted += 1
      times.submitted = times.submitted ?? event.at
    case .running: times.running = times.running ?? event.at
    case .succeeded: times.succeeded = event.at
    case .setback: setbacks += 1
    case .refused(_, let failure), .taskFailed(_, let failure), .rejected(_, let failure):
      self.failure = failure
      setbacks += 1
    case .failed(let failure), .abandoned(let failure): self.failure = failure
    case .absent, .unknowable, .queued, .held, .verifying, .verified, .skipped, .cancelled, .split, .wanted: break
    }
  }

  private mutating func take(
    _ event: JournalEvent, _ plan: Plan, _ titles: JobTitles, _ finder: inout JobFinder
  ) {
    switch event.kind {
    case .intent:
      attempts += 1
      times = Times(intent: event.at)
    case .submitted(_, let task, let requestID):
      tasks.append(task)
      if let requestID { requestIDs.append(requestID) }
      times.submitted = event.at
    case .adopted(_, let task):
      tasks.append(task)
      adopted += 1
      times.submitted = event.at
    case .running: times.running = times.running ?? event.at
    case .succeeded: times.succeeded = event.at
    case .verified(_, let result):
      verification = result
      times.ended = event.at
    case .setback: setbacks += 1
    case .refused(_, let failure), .taskFailed(_, let failure), .rejected(_, let failure):
      self.failure = failure
      setbacks += 1
    case .failed(let failure), .abandoned(let failure):
      self.failure = failure
      times.ended = event.at
    case .skipped(let key, let isStop):
      isStopped = isStop
      skippedBecause = finder.find(key).map { titles.title(of: plan.jobs[$0]) }
      times.ended = event.at
    case .cancelled: times.ended = event.at
    case .absent, .unknowable, .queued, .held, .verifying, .split, .wanted: break
    }
  }
}

extension JournalEvent.Kind {
  /// Something was done, or came of it.
  fileprivate var isWork: Bool {
    switch self {
    case .wanted, .skipped: false
    default: true
    }
  }
}
