// SPDX-License-Identifier: Apache-2.0
import DequeModule
import ExportCore
import ExportManifest
import ExportPlan

/// Decides what a run does next: events in, actions out. A value without clock, network or disk, so that every
/// decision can be tested, repeated and simulated.
///
/// One rule stands above all: a job's next task is asked for only when the one before is known to be final at the
/// service, or known not to exist. Where a service can be asked neither (`blind`), the journal says so.
public struct Scheduler: Sendable {
  public let plan: Plan
  public let bounds: Bounds
  /// How many jobs the plan has; those from this index on are parts.
  let plannedCount: Int
  let records: PlanRecords
  /// Per job of the plan, once the run has begun.
  public internal(set) var dues: [Due] = []

  /// By job, those of the plan first, then parts of windows that were too large.
  var states: [JobState]
  /// There was a verified result when the run began: nobody waits for the job.
  var isGood: [Bool]
  private var inWork: AttemptTable
  /// Parts of windows that were too large: jobs beyond the plan's.
  var parts: [PlannedJob] = []
  /// By part: the job of the plan that it is a part of.
  var roots: [Int] = []
  var families = Families()
  /// What the journal said of parts when they were made.
  var recalls: [JobKey: JobRecord] = [:]
  /// Parts that the journal is asked about.
  var awaited: Set<Int> = []
  /// Parts and jobs by key, once a window was split.
  private var indexOfKey: [JobKey: Int]?

  var gates: Gates?
  var capacity: Capacity
  var services: [ServiceState]
  /// The service that is first to be asked for a start.
  var turn = 0
  var deadlines = DeadlineQueue()
  var collectQueue: Deque<Int> = []
  var collecting = 0
  var retries: RetryBudget
  /// By export: jobs that failed in this run.
  var failures: [Int: Int] = [:]
  /// Of jobs whose answers were lost: what a person knows. The service's name of the task, or `nil` when there is none.
  var told: [JobKey: String?] = [:]
  /// Live tasks of jobs that the plan does not have.
  var strangers: [Stranger] = []
  /// One of them is lost, or a job of this run was left to a person: what looks like a lost task may be theirs.
  var hasLostStranger = false
  /// By service: when earlier runs made tasks that may count still.
  var earlierStarts: [[Instant]] = []
  /// What earlier tasks took; `nil`: looks keep to the service's rule.
  var history: DurationHistory?
  /// By what jobs of an app and dataset have in common.
  var experiences: [UInt64: PollPolicy.Experience?] = [:]
  /// By what this run saw.
  var seen: [UInt32: SeenDurations] = [:]

  /// Jobs that this run still has to bring to an end.
  var unfinished = 0
  /// Requests under way that may make a task: a stop waits for their answers.
  var submitting = 0
  /// Tasks that are being stopped at their service: a stop waits for them as well.
  var stopping = 0
  /// Tasks that are being taken away at their service: the run does not end in the middle of it.
  var tidying = 0
  /// Requests of every kind under way.
  private var requests = 0
  var stopReason: StopReason?
  /// Services of which an attempt was answered or has come to an end: those that are lost are judged anew.
  var unsettled: Set<Int> = []
  /// Live tasks are stopped, as soon as they are known.
  var isCancelling = false
  private var hasFinished = false
  var actions: [Action] = []
  #if DEBUG
    /// A planted mistake: every slot is given back twice.
    var releasesTwice = false
  #endif

  /// - Parameters:
  ///   - services: one for each of the plan's services, in order.
  ///   - records: what the journal knows.
  public init(_ plan: Plan, services: [ServiceRule], records: PlanRecords, bounds: Bounds = Bounds()) {
    (self.plan, self.bounds, self.records) = (plan, bounds, records)
    plannedCount = plan.jobs.count
    self.services = zip(services, plan.services).map { ServiceState($0, name: $1.name) }
    states = Array(repeating: .planned, count: plan.jobs.count)
    isGood = Array(repeating: false, count: plan.jobs.count)
    inWork = AttemptTable(jobs: plan.jobs.count)
    capacity = Capacity(
      plan, bound: bounds.active, services: services.map(\.limits), shared: services.map(\.sharedLimits))
    retries = bounds.retries
  }

  /// Of records in memory.
  public init(
    _ plan: Plan, services: [ServiceRule], records: [JobKey: JobRecord], bounds: Bounds = Bounds()
  ) {
    self.init(plan, services: services, records: PlanRecords(plan, records), bounds: bounds)
  }

  /// When `tick` is wanted next; `nil` when only the world can bring news.
  public var nextDeadline: Instant? { deadlines.first?.at }

  /// Where a job stands now.
  public func state(of job: Int) -> JobState { states[job] }

  /// A job of the plan, or a part of one.
  public func job(_ index: Int) -> PlannedJob {
    index < plannedCount ? plan.jobs[index] : parts[index - plannedCount]
  }

  /// Takes one event and says what follows from it.
  public mutating func handle(
    _ event: Event, at now: Instant, using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var actions: [Action] = []
    handle(event, at: now, using: &random, into: &actions)
    return actions
  }

  /// As `handle`, with what follows put behind what is there: for very many events.
  public mutating func handle(
    _ event: Event, at now: Instant, using random: inout some RandomNumberGenerator, into batch: inout [Action]
  ) {
    swap(&actions, &batch)
    defer { swap(&actions, &batch) }
    let first = actions.count
    if event.isAnswer { requests = max(0, requests - 1) }
    switch event {
    case .begin: begin(at: now)
    case .submitted(let job, let attempt, let result):
      submitting -= 1
      if isCurrent(job, attempt) {
        unsettle(service(of: job))
        submitted(job, result, at: now, using: &random)
      }
    case .unaddressed(let job, let attempt, let error):
      submitting -= 1
      if isCurrent(job, attempt) {
        unsettle(service(of: job))
        unaddressed(job, error, at: now, using: &random)
      }
    case .found(let job, let attempt, let result):
      if isCurrent(job, attempt), self[job].lostAt != nil { found(job, result, at: now, using: &random) }
    case .polled(let job, let attempt, let result):
      if isCurrent(job, attempt), states[job].isAtService { polled(job, result, at: now, using: &random) }
    case .listed(let looks, let result): listed(looks, result, at: now, using: &random)
    case .stopped(let job, let attempt, let result):
      if isCurrent(job, attempt), self[job].isStopping {
        if states[job].isAtService { stopped(job, result, at: now, using: &random) } else { endStop(job) }
      }
    case .recalled(let whole, let found): recalled(found, of: whole, at: now)
    case .collected(let job, let attempt, let result):
      collecting -= 1
      if isCurrent(job, attempt), states[job] == .verifying { collected(job, result, at: now, using: &random) }
    case .unfetched(let job, let attempt, let error):
      collecting -= 1
      if isCurrent(job, attempt), states[job] == .verifying { unfetched(job, error, at: now, using: &random) }
    case .tidied: tidying -= 1
    case .tick: passDeadlines(at: now)
    case .stop(let reason): if stopReason == nil { stopReason = reason }
    case .cancel: stopTasks(at: now)
    }
    while let service = unsettled.popFirst() { judge(service, at: now, using: &random) }
    if stopReason == nil { fill(at: now) }
    finishIfDone(after: first)
  }

  /// - Parameter first: of the actions, the first that the present event has led to.
  private mutating func finishIfDone(after first: Int) {
    for index in first..<actions.count where actions[index].isRequest { requests += 1 }
    guard !hasFinished else { return }
    let isOver = (unfinished == 0 && tidying == 0) || (stopReason != nil && submitting == 0 && stopping == 0)
    guard isOver || (requests == 0 && waitsForNothing) else { return }
    hasFinished = true
    // What was stopped has come to its end, and is not what the run was for.
    actions.append(.finish(unfinished == 0 && !isCancelling ? nil : stopReason))
  }

  /// Nothing will happen any more: what is left waits for slots that tasks have which are not waited for, or for jobs
  /// that this run does not do.
  private var waitsForNothing: Bool {
    mutating get {
      while let first = deadlines.first, case .job(let job, let serial) = first.owner,
        !isWorkedOn(job) || self[job].serial != serial
      {
        deadlines.removeFirst()
      }
      return deadlines.isEmpty
    }
  }

  // MARK: Attempts

  /// The present attempt of a job that is being worked on.
  subscript(job: Int) -> Attempt {
    _read { yield inWork[job] }
    _modify { yield &inWork[job] }
  }

  func isWorkedOn(_ job: Int) -> Bool { inWork.has(job) }

  func isCurrent(_ job: Int, _ attempt: Int) -> Bool { isWorkedOn(job) && self[job].number == attempt }

  /// Takes a job in hand, as the journal left it.
  mutating func takeInHand(_ job: Int) {
    guard !isWorkedOn(job) else { return }
    var attempt = Attempt(job: job)
    let key = self.key(of: job)
    if let record = record(of: key) {
      attempt.restore(record)
    } else if job < plannedCount, let brief = records.brief(of: job) {
      attempt.number = brief.attempt
    }
    inWork.insert(attempt)
  }

  mutating func letGo(_ job: Int) {
    guard isWorkedOn(job) else { return }
    // A stop of its task has nobody to tell any more.
    if self[job].isStopping { stopping -= 1 }
    inWork.remove(job)
  }

  /// Jobs that are being worked on, in no order.
  var inHand: some Sequence<Int> { inWork.jobs }

  /// Adds a part of a window; it is a job like any other.
  mutating func append(_ part: PlannedJob, to whole: Int) -> Int {
    indexOfKey?[part.key] = states.count
    parts.append(part)
    roots.append(whole < plannedCount ? whole : roots[whole - plannedCount])
    states.append(.planned)
    isGood.append(false)
    inWork.addJob()
    return states.count - 1
  }

  /// A job that the plan, or another whole, has as well.
  mutating func index(of key: JobKey) -> Int? {
    let known = indexOfKey ?? Dictionary(zip(plan.jobs.keys, 0...), uniquingKeysWith: { first, _ in first })
    indexOfKey = known
    return known[key]
  }

  /// What the journal knows of a job that is not simply done.
  func record(of key: JobKey) -> JobRecord? { recalls[key] ?? records.record(of: key) }

  // MARK: What jobs are

  func key(of job: Int) -> JobKey {
    job < plannedCount ? plan.jobs.keys[job] : parts[job - plannedCount].key
  }

  func export(of job: Int) -> Int {
    job < plannedCount ? plan.jobs.export(of: job) : parts[job - plannedCount].export
  }

  func app(of job: Int) -> Int { job < plannedCount ? plan.jobs.app(of: job) : parts[job - plannedCount].app }

  func service(of job: Int) -> Int { plan.exports[export(of: job)].service }

  func retry(_ job: Int) -> RetryPolicy { RetryPolicy(plan.exports[export(of: job)].retry) }
}
