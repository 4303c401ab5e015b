// SPDX-License-Identifier: Apache-2.0
import DequeModule
import ExportCore
import ExportManifest
import ExportPlan
import HeapModule

/// Decides what a run does next: events in, actions out. A value without clock, network or disk, so that every
/// decision can be tested, repeated and simulated.
///
/// One rule stands above all: a job's next task is asked for only when the one before is known to be final at the
/// service, or known not to exist.
public struct Scheduler: Sendable {
  public let plan: Plan
  public let bounds: Bounds
  var nodes: [Node]
  var services: [Service]
  private(set) var gates: Gates
  private var deadlines = Heap<Deadline>()
  private var deadlineCount = 0
  var collectQueue: Deque<Int> = []
  var collecting = 0
  var active = 0
  private var slots: ExportSlots
  /// By export: jobs that failed in this run.
  private var failures: [Int: Int] = [:]
  /// Jobs that this run still has to bring to an end.
  var unfinished = 0
  /// Requests under way that may make a task: a stop waits for their answers.
  var submitting = 0
  var stopReason: StopReason?
  private var hasFinished = false
  var actions: [Action] = []
  #if DEBUG
    /// A planted mistake: every slot is given back twice.
    var releasesTwice = false
  #endif

  /// - Parameters:
  ///   - services: one for each of the plan's services, in order.
  ///   - records: what the journal knows, by key.
  public init(_ plan: Plan, services: [ServiceRule], records: [JobKey: JobRecord], bounds: Bounds = Bounds()) {
    self.plan = plan
    self.bounds = bounds
    self.services = services.map { Service($0) }
    nodes = plan.jobs.map { job in
      Node(
        key: job.key, app: job.app, service: plan.exports[job.export].service, export: job.export,
        restoring: records[job.key])
    }
    gates = Gates(plan)
    slots = ExportSlots(plan.exports.map(\.limits))
    self.records = records
  }

  private let records: [JobKey: JobRecord]
  /// Per job of the plan, once the run has begun.
  public private(set) var dues: [Due] = []

  /// When `tick` is wanted next; `nil` when only the world can bring news.
  public var nextDeadline: Instant? { deadlines.min?.at }

  /// Where a job stands now.
  public func state(of job: Int) -> JobState { nodes[job].state }

  /// Takes one event and says what follows from it.
  public mutating func handle(
    _ event: Event, at now: Instant, using random: inout some RandomNumberGenerator
  ) -> [Action] {
    actions.removeAll()
    switch event {
    case .begin: begin(at: now)
    case .submitted(let job, let attempt, let result):
      submitting -= 1
      if isCurrent(job, attempt) { submitted(job, result, at: now, using: &random) }
    case .unaddressed(let job, let attempt, let error):
      submitting -= 1
      if isCurrent(job, attempt) { unaddressed(job, error, at: now, using: &random) }
    case .found(let job, let attempt, let result):
      if isCurrent(job, attempt) { found(job, result, at: now, using: &random) }
    case .polled(let job, let attempt, let result):
      if isCurrent(job, attempt) { polled(job, result, at: now, using: &random) }
    case .collected(let job, let attempt, let result):
      collecting -= 1
      if isCurrent(job, attempt) { collected(job, result, at: now, using: &random) }
    case .tick: passDeadlines(at: now)
    case .stop(let reason): if stopReason == nil { stopReason = reason }
    }
    if stopReason == nil { fill(at: now) }
    finishIfDone()
    return actions
  }

  private func isCurrent(_ job: Int, _ attempt: Int) -> Bool { nodes[job].attempt == attempt }

  private mutating func finishIfDone() {
    guard !hasFinished else { return }
    guard unfinished == 0 || (stopReason != nil && submitting == 0) else { return }
    hasFinished = true
    actions.append(.finish(unfinished == 0 ? nil : stopReason))
  }

  // MARK: The beginning

  private mutating func begin(at now: Instant) {
    var resumed: [Int] = []
    var reckoner = DueReckoner(plan, records: PlanRecords(plan, records), at: now)
    for job in nodes.indices {
      let record = records[nodes[job].key]
      let due = reckoner.due(job)
      dues.append(due)
      nodes[job].isGood = record?.verification != nil
      nodes[job].gatesLeft = plan.jobs[job].after.count
      switch due {
      case .inFlight:
        unfinished += 1
        resumed.append(job)
      case .neverExported, .failedBefore, .lookback, .artifactMissing, .forced, .definitionChanged:
        unfinished += 1
        nodes[job].state = .waiting
      case .alreadyExported: nodes[job].state = .verified
      case .notRipe, .snapshotMissed, .beyondCatchUp: nodes[job].state = .planned
      }
    }
    // Live tasks take their slots before anything new may start.
    for job in resumed { resume(job, at: now) }
    // What is good already holds nobody back, even while it is taken again.
    for job in nodes.indices where nodes[job].isGood { passGates(of: job, at: now) }
    for job in nodes.indices where nodes[job].state == .waiting && nodes[job].gatesLeft == 0 { makeReady(job) }
    settleBlocked(at: now)
  }

  private mutating func resume(_ job: Int, at now: Instant) {
    takeSlot(job)
    nodes[job].tries = 1
    if nodes[job].task == nil {
      nodes[job].lostAt = now
      arm(job, .find, at: now)
    } else {
      nodes[job].state = .submitted
      arm(job, .poll, at: now)
    }
  }

  /// Jobs that wait for what this run will not do are set aside: they are neither done nor failed.
  private mutating func settleBlocked(at now: Instant) {
    var held = nodes.indices.filter { nodes[$0].state == .planned }
    while let blocker = held.popLast() {
      for dependent in gates.dependents(of: blocker) where nodes[dependent].state == .waiting {
        nodes[dependent].state = .planned
        unfinished -= 1
        held.append(dependent)
      }
    }
  }

  // MARK: Slots

  mutating func takeSlot(_ job: Int) {
    guard !nodes[job].hasSlot else { return }
    nodes[job].hasSlot = true
    active += 1
    slots.take(export: nodes[job].export, app: nodes[job].app)
    services[nodes[job].service].active += 1
    services[nodes[job].service].activeOfApp[nodes[job].app, default: 0] += 1
  }

  mutating func releaseSlot(_ job: Int) {
    guard nodes[job].hasSlot else { return }
    nodes[job].hasSlot = false
    #if DEBUG
      if releasesTwice {
        active -= 1
        slots.release(export: nodes[job].export, app: nodes[job].app)
        services[nodes[job].service].active -= 1
        services[nodes[job].service].activeOfApp[nodes[job].app, default: 0] -= 1
      }
    #endif
    active -= 1
    slots.release(export: nodes[job].export, app: nodes[job].app)
    services[nodes[job].service].active -= 1
    services[nodes[job].service].activeOfApp[nodes[job].app, default: 0] -= 1
  }

  mutating func makeReady(_ job: Int) {
    nodes[job].state = .ready
    let (export, app) = (nodes[job].export, nodes[job].app)
    services[nodes[job].service].ready.add(job, app: app, export: export, priority: plan.exports[export].priority)
  }

  // MARK: Deadlines

  mutating func arm(_ job: Int, _ pending: Node.Pending, at instant: Instant) {
    nodes[job].pending = pending
    nodes[job].serial += 1
    push(instant, .job(job, serial: nodes[job].serial))
  }

  mutating func arm(service: Int, at instant: Instant) {
    if let armed = services[service].wakeAt, armed <= instant { return }
    services[service].wakeAt = instant
    push(instant, .service(service))
  }

  private mutating func push(_ instant: Instant, _ owner: Deadline.Owner) {
    deadlineCount += 1
    deadlines.insert(Deadline(at: instant, order: deadlineCount, owner: owner))
  }

  private mutating func passDeadlines(at now: Instant) {
    while let first = deadlines.min, first.at <= now {
      deadlines.removeMin()
      switch first.owner {
      case .service(let service): services[service].wakeAt = nil
      case .job(let job, let serial): if nodes[job].serial == serial, stopReason == nil { act(on: job, at: now) }
      }
    }
  }

  private mutating func act(on job: Int, at now: Instant) {
    let pending = nodes[job].pending
    nodes[job].pending = .nothing
    switch pending {
    case .nothing: return
    case .resubmit: makeReady(job)
    case .find, .poll:
      if let later = whenCallable(nodes[job].service, at: now) { return arm(job, pending, at: later) }
      if pending == .find {
        nodes[job].lookAt = now
        actions.append(.find(job: job, attempt: nodes[job].attempt, since: nodes[job].intentAt ?? now))
      } else if let task = nodes[job].task {
        nodes[job].polls += 1
        actions.append(.poll(job: job, attempt: nodes[job].attempt, task: task))
      }
    case .collect: collectQueue.append(job)
    }
  }

  /// `nil` when a request may go to the service now (and is counted), else when to ask again.
  private mutating func whenCallable(_ service: Int, at now: Instant) -> Instant? {
    if let until = services[service].pausedUntil, until > now { return until }
    return services[service].calls.take(at: now)
  }

  // MARK: Starting work

  /// Fills every free slot at once.
  private mutating func fill(at now: Instant) {
    for service in services.indices {
      while active < bounds.active, let job = takeReady(service, at: now) { start(job, at: now) }
    }
    while collecting < bounds.collecting, let job = collectQueue.popFirst() { startCollecting(job, at: now) }
  }

  private mutating func takeReady(_ index: Int, at now: Instant) -> Int? {
    let limits = services[index].rule.limits
    guard services[index].ready.count > 0, services[index].active < limits.active else { return nil }
    if let until = services[index].pausedUntil, until > now {
      arm(service: index, at: until)
      return nil
    }
    if let free = services[index].submits.whenFree(at: now) ?? services[index].calls.whenFree(at: now) {
      arm(service: index, at: free)
      return nil
    }
    // Only these are copied: a copy of the service would copy its queue with every start.
    let (activeOfApp, slots) = (services[index].activeOfApp, slots)
    var next: Int?
    // Jobs that were skipped while they waited in the queue are passed over.
    repeat {
      next = services[index].ready.take(from: slots.isOpen) { app, export in
        activeOfApp[app, default: 0] < limits.activePerApp && slots.isOpen(export, to: app)
      }
    } while next.map { nodes[$0].state != .ready } ?? false
    guard let job = next else { return nil }
    _ = services[index].submits.take(at: now)
    _ = services[index].calls.take(at: now)
    return job
  }

  private mutating func start(_ job: Int, at now: Instant) {
    takeSlot(job)
    nodes[job].attempt += 1
    nodes[job].tries += 1
    nodes[job].polls = 0
    nodes[job].state = .submitting
    (nodes[job].task, nodes[job].status, nodes[job].heldState) = (nil, nil, nil)
    (nodes[job].intentAt, nodes[job].submittedAt, nodes[job].runningAt) = (now, nil, nil)
    nodes[job].lostAt = nil
    submitting += 1
    record(.intent(attempt: nodes[job].attempt), of: job, at: now)
    actions.append(.submit(job: job, attempt: nodes[job].attempt))
  }

  private mutating func startCollecting(_ job: Int, at now: Instant) {
    guard let task = nodes[job].task, let status = nodes[job].status else { return }
    if nodes[job].state != .verifying {
      nodes[job].state = .verifying
      record(.verifying(attempt: nodes[job].attempt), of: job, at: now)
    }
    collecting += 1
    actions.append(.collect(job: job, attempt: nodes[job].attempt, task: task, status))
  }

  // MARK: Recording and ending

  mutating func record(_ kind: JournalEvent.Kind, of job: Int, at now: Instant) {
    actions.append(.record(JournalEvent(kind, of: nodes[job].key, at: now)))
  }

  /// Ends a job in this run. Dependents of anything but success are skipped, and say because of whom.
  mutating func end(_ job: Int, _ state: JobState, _ kind: JournalEvent.Kind, at now: Instant) {
    releaseSlot(job)
    nodes[job].state = state
    nodes[job].pending = .nothing
    unfinished -= 1
    record(kind, of: job, at: now)
    var ended: [Int] = []
    if !nodes[job].isGood {
      if state == .verified { return passGates(of: job, at: now) }
      ended = [job]
    }
    if state == .failed { ended += stopExport(of: job, at: now) }
    while let blocker = ended.popLast() {
      for dependent in gates.dependents(of: blocker) where nodes[dependent].state == .waiting {
        nodes[dependent].state = .skipped
        unfinished -= 1
        record(.skipped(because: nodes[blocker].key), of: dependent, at: now)
        ended.append(dependent)
      }
    }
  }

  /// Skips what an export has not started, once enough of its jobs have failed.
  private mutating func stopExport(of job: Int, at now: Instant) -> [Int] {
    let export = nodes[job].export
    failures[export, default: 0] += 1
    guard let most = plan.exports[export].maxFailures, failures[export] == most else { return [] }
    let left = nodes.indices.filter {
      nodes[$0].export == export && (nodes[$0].state == .waiting || nodes[$0].state == .ready)
    }
    for other in left {
      nodes[other].state = .skipped
      nodes[other].pending = .nothing
      // A pause before another attempt ends here.
      nodes[other].serial += 1
      unfinished -= 1
      record(.skipped(because: nodes[job].key, isStop: true), of: other, at: now)
    }
    return left
  }

  private mutating func passGates(of job: Int, at now: Instant) {
    for gate in gates.passed(by: job) {
      for dependent in gates.dependents[gate] {
        nodes[dependent].gatesLeft -= 1
        if nodes[dependent].gatesLeft == 0, nodes[dependent].state == .waiting { makeReady(dependent) }
      }
    }
  }
}

extension Scheduler.Node {
  /// The job as the journal left it.
  init(key: JobKey, app: Int, service: Int, export: Int, restoring record: JobRecord?) {
    self.init(key: key, app: app, service: service, export: export)
    guard let record else { return }
    attempt = record.attempt
    guard record.hasOpenTask else { return }
    state = .submitting
    task = record.task
    intentAt = record.intentAt
    submittedAt = record.submittedAt
    runningAt = record.runningAt
  }
}
