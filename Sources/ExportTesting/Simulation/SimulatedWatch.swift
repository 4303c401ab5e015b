// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// Holds a run against its promises, after every commit of the journal and every task that the service makes.
///
/// It folds events for itself, as the journal told them, and trusts neither the scheduler nor the journal's rows.
final class SimulatedWatch: @unchecked Sendable {
  private let world: SimulatedWorld
  private let service: SimulatedService
  private(set) var plan: Plan
  private var bounds = Scheduler.Bounds()
  /// Of the present run, per job of the plan.
  private var dues: [Due] = []
  private var jobs: [JobKey: Int] = [:]
  /// What all events of all runs fold to.
  private(set) var records: [JobKey: JobRecord] = [:]
  /// By the key that marks carry: the job's, and for a part of a job that of the job in the plan.
  private var keys: [String: JobKey] = [:]
  private var wholes: [JobKey: JobKey] = [:]
  /// Names of exports and apps, which outlive a plan.
  private var places: [JobKey: (export: String, app: String)] = [:]
  /// Attempts whose tasks nobody can ask for.
  private var unknowable: Set<TaskMark> = []
  /// When tasks were asked for that were not refused, by what the program's clock said.
  private var starts = SimulatedStarts()
  /// Events of the present run that were told.
  private var told: [JournalEvent] = []

  /// - Parameter limits: of the service.
  init(_ world: SimulatedWorld, _ service: SimulatedService, limits: ServiceLimits) {
    (self.world, self.service) = (world, service)
    starts.limits = limits
    plan = Plan(name: "none", asOf: world.wall)
    service.leaving = { [unowned self] order in leaves(order) }
    service.made = { [unowned self] task in made(task) }
  }

  // MARK: What the journal tells

  func begins(_ plan: Plan, bounds: Scheduler.Bounds) {
    (self.plan, self.bounds) = (plan, bounds)
    (dues, told, jobs) = ([], [], [:])
    for job in plan.jobs.indices {
      let planned = plan.jobs[job]
      jobs[planned.key] = job
      keys[planned.key.base32] = planned.key
      places[planned.key] = (plan.exports[planned.export].name, plan.apps[planned.app].name)
    }
  }

  func began(_ header: RunHeader) {
    dues = header.dues
    starts.runBegins(at: header.started)
  }

  func happened(_ events: [JournalEvent]) {
    for event in events { take(event) }
    told += events
  }

  /// The journal as it is after a run: what was told is what it holds, and no more than one commit was not told.
  func reconcile(_ journal: [JournalEvent]) {
    guard journal.starts(with: told) else {
      return world.broken(
        "the journal does not hold what it told: \(told.count) events, \(journal.count) in the journal")
    }
    happened(Array(journal[told.count...]))
  }

  /// What the journal hands out is what the events say.
  func compare(_ rows: [JobKey: JobRecord], of keys: some Sequence<JobKey>) {
    for key in keys {
      let (row, fold) = (rows[key], records[key])
      guard row != fold else { continue }
      return world.broken(
        "the events of \(name(key)) fold to \(fold.map { "\($0)" } ?? "nothing"), its row is \(row.map { "\($0)" } ?? "none")"
      )
    }
  }

  /// What a run says of its jobs is what their events say.
  func ended(_ result: RunResult) {
    for job in plan.jobs.indices where result.states[job].isFinal && dues[job].isDue {
      let (key, state) = (plan.jobs.keys[job], result.states[job])
      guard records[key]?.state != state else { continue }
      world.broken("\(name(key)) ended as \(state), its events say \(records[key]?.state.rawValue ?? "nothing")")
    }
  }

  private func take(_ event: JournalEvent) {
    var record = records[event.key] ?? JobRecord()
    let json = event.kind.json
    world.count("event \(json["event"]?.string ?? "")")
    world.tell("! \(name(event.key)) \(json.canonicalText)")
    switch event.kind {
    case .intent(let attempt):
      intends(event.key, attempt, record)
      if let broken = starts.take(TaskMark(event.key, attempt: attempt), at: event.at) { world.broken(broken) }
    case .refused(let attempt, _): starts.giveBack(TaskMark(event.key, attempt: attempt))
    case .verified(let attempt, let verification): verified(event.key, attempt, verification)
    case .unknowable(let attempt): unknowable.insert(TaskMark(event.key, attempt: attempt))
    case .split(_, let parts):
      for part in parts {
        keys[part.key.base32] = part.key
        wholes[part.key] = wholes[event.key] ?? event.key
        places[part.key] = places[event.key]
      }
    default: break
    }
    record.apply(event)
    records[event.key] = record
  }

  private func intends(_ key: JobKey, _ attempt: Int, _ record: JobRecord) {
    if record.hasOpenTask {
      world.broken("attempt \(attempt) of \(name(key)) was begun while attempt \(record.attempt) was \(record.state)")
    }
    if attempt != record.attempt + 1 {
      world.broken("attempt \(attempt) of \(name(key)) follows attempt \(record.attempt)")
    }
    guard let job = jobs[wholes[key] ?? key] else { return world.broken("\(name(key)) is not in the plan") }
    // In flight: what an earlier run had begun to take again.
    let due = dues.indices.contains(job) ? dues[job] : .neverExported
    // A part is wanted again with its whole.
    let isWanted = record.wanted != nil || (wholes[key] != nil && due == .forced)
    if record.verification != nil, !isWanted, due != .lookback, due != .inFlight {
      world.broken("\(name(key)) was begun again although its result is verified")
    }
    if record.verification != nil, told.contains(where: { $0.key == key && Self.isVerified($0) }) {
      world.broken("\(name(key)) was begun again although this run verified it")
    }
    for gate in plan.jobs[job].after {
      for member in plan.gates[gate].members where !isDone(plan.jobs[member].key) {
        world.broken("\(name(key)) was begun before \(name(plan.jobs[member].key)) was verified")
      }
    }
  }

  /// Verified, or split into parts that all are.
  func isDone(_ key: JobKey) -> Bool {
    guard let record = records[key] else { return false }
    if record.verification != nil { return true }
    guard let parts = record.parts, !parts.isEmpty else { return false }
    return parts.allSatisfy { isDone($0.key) }
  }

  private func verified(_ key: JobKey, _ attempt: Int, _ verification: Verification) {
    // A job whose parts are done has no task of its own.
    guard records[key]?.parts == nil else { return }
    guard let id = verification.artifacts.first?.name, let task = service.task(id) else {
      return world.broken("\(name(key)) was verified by nothing that the service made")
    }
    if task.mark != TaskMark(key, attempt: attempt) || !task.isSound {
      world.broken("\(name(key)) was verified by \(id), which is of \(task.mark)")
    }
  }

  // MARK: What the service sees

  private func leaves(_ order: TaskOrder) {
    guard let key = keys[order.mark.key], let record = records[key] else {
      return world.broken("the request for \(order.mark) left before its intent was durable")
    }
    if record.attempt < order.mark.attempt {
      world.broken("the request for attempt \(order.mark.attempt) of \(name(key)) left before its intent was durable")
    }
  }

  private func made(_ task: SimulatedService.Task) {
    guard let key = keys[task.mark.key] else { return }
    let others = service.tasks.filter { $0.mark.key == task.mark.key && $0.id != task.id }
    let counted = others.filter { !unknowable.contains($0.mark) }
    if let other = counted.first(where: \.isLive) {
      world.broken("\(name(key)) has two live tasks: \(other.id) and \(task.id)")
    }
    // A good task is used up by the result that was made of it.
    let verifications = 1 + (records[key]?.renewals ?? 0)
    let used = records[key]?.verification == nil ? 0 : verifications
    if let other = counted.filter(\.isGood).dropFirst(used).first {
      world.broken("\(name(key)) was asked for again although \(other.id) is good")
    }
    holdLimits(task)
  }

  private func holdLimits(_ task: SimulatedService.Task) {
    let live = service.tasks.filter { $0.isLive && !unknowable.contains($0.mark) }
    let limits = plan.services[0].limits
    func hold(_ what: String, _ count: Int, _ most: Int?) {
      if let most, count > most { world.broken("\(count) live tasks of \(what), where \(most) are allowed") }
    }
    hold("the service", live.count, limits.active)
    hold("a run", live.count, bounds.active)
    guard let key = keys[task.mark.key], let place = places[key] else { return }
    let ofApp = live.filter { keys[$0.mark.key].flatMap { places[$0] }?.app == place.app }
    hold("app \(place.app)", ofApp.count, limits.activePerApp)
    guard let export = plan.exports.first(where: { $0.name == place.export }) else { return }
    let ofExport = live.filter { keys[$0.mark.key].flatMap { places[$0] }?.export == place.export }
    hold("export \(place.export)", ofExport.count, export.limits.active)
    let ofBoth = ofExport.count { keys[$0.mark.key].flatMap { places[$0] }?.app == place.app }
    hold("export \(place.export) of app \(place.app)", ofBoth, export.limits.activePerApp)
  }

  // MARK: The end

  /// Every job of the plan is where it should be when nothing goes wrong any more.
  func expectDone(_ result: RunResult) {
    var excused: Set<Int> = []
    // A task that another plan has left takes a slot for some hours.
    let hasStrangers = records.contains { key, record in jobs[wholes[key] ?? key] == nil && record.hasOpenTask }
    for job in plan.jobs.indices {
      let planned = plan.jobs[job]
      let isDoomed = service.doomed.contains(planned.key.base32)
      let waits = planned.after.contains { plan.gates[$0].members.contains(where: excused.contains) }
      let isStopped =
        plan.exports[planned.export].maxFailures != nil
        && plan.jobs.contains { $0.export == planned.export && service.doomed.contains($0.key.base32) }
      if isDoomed || waits || isStopped || !result.header.dues[job].isDue { excused.insert(job) }
      guard !excused.contains(job), result.states[job] != .verified else { continue }
      if hasStrangers, [.ready, .waiting, .split].contains(result.states[job]) { continue }
      world.broken("\(name(planned.key)) is \(result.states[job]) at the end, when nothing went wrong any more")
    }
  }

  // MARK: Words

  func name(_ key: JobKey) -> String {
    guard let job = jobs[key] else { return wholes[key].map { "part \(key.short) of \(name($0))" } ?? key.short }
    return plan.title(of: plan.jobs[job])
  }

  private static func isVerified(_ event: JournalEvent) -> Bool {
    if case .verified = event.kind { true } else { false }
  }
}
