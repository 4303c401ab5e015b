// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

// What starts, as far as limits have room.
extension Scheduler {
  mutating func makeReady(_ job: Int) {
    states[job] = .ready
    let export = export(of: job)
    services[plan.exports[export].service].ready.add(
      job, app: app(of: job), export: export, priority: plan.exports[export].priority)
  }

  /// Fills every free slot at once. Services take turns at what the run allows of all of them.
  mutating func fill(at now: Instant) {
    var idle = 0
    while capacity.isOpen, submitting < bounds.submitting, idle < services.count {
      let service = turn
      turn = (turn + 1) % services.count
      guard services[service].ready.count > 0, let job = takeReady(service, at: now) else {
        idle += 1
        continue
      }
      idle = 0
      start(job, at: now)
    }
    fillCollecting(at: now)
  }

  private mutating func takeReady(_ index: Int, at now: Instant) -> Int? {
    let most = services[index].active.present + services[index].abandoned
    guard capacity.isOpen(service: index, most: most) else { return nil }
    if let free = services[index].whenCallable(.submit, at: now) ?? whenStartIsFree(index, at: now) {
      arm(service: index, at: free)
      return nil
    }
    var past: [Int] = []
    let job = nextReady(index, at: now, &past)
    for job in past { setAside(job, at: now) }
    return job
  }

  /// - Parameter past: jobs whose windows the service no longer has.
  private mutating func nextReady(_ index: Int, at now: Instant, _ past: inout [Int]) -> Int? {
    // The queue is taken out, so that nothing is copied with it.
    var ready = ReadyQueue()
    swap(&ready, &services[index].ready)
    defer { swap(&ready, &services[index].ready) }
    while let job = ready.take({ app, export in capacity.hindrance(export: export, app: app) }) {
      if states[job] == .ready {
        guard isPast(job, at: now) else { return job }
        past.append(job)
      }
      // Jobs that were skipped while they waited in the queue are passed over, and their room is for others.
      let (export, app) = (export(of: job), app(of: job))
      ready.wake(.app(service: index, app: app))
      for limit in capacity.limitsBesidesApp(export: export, app: app) { ready.wake(limit) }
    }
    return nil
  }

  private mutating func start(_ job: Int, at now: Instant) {
    takeInHand(job)
    takeSlot(job)
    if self[job].isStopping { endStop(job) }
    self[job].renew(at: now)
    takeStart(of: job, at: now)
    states[job] = .submitting
    record(.intent(attempt: self[job].number), of: job, at: now)
    send(job, at: now)
  }

  /// Asks for the attempt's task. The intent is recorded, in this batch or before.
  mutating func send(_ job: Int, at now: Instant) {
    submitting += 1
    services[service(of: job)].sent(.submit, at: now)
    actions.append(.submit(job: job, attempt: self[job].number))
  }

  // MARK: Slots

  mutating func takeSlot(_ job: Int) {
    guard !self[job].hasSlot else { return }
    self[job].hasSlot = true
    capacity.take(export: export(of: job), app: app(of: job))
  }

  mutating func releaseSlot(_ job: Int) {
    guard self[job].hasSlot else { return }
    self[job].hasSlot = false
    let service = service(of: job)
    #if DEBUG
      if releasesTwice { capacity.releaseUnchecked(export: export(of: job), app: app(of: job)) }
    #endif
    let (export, app) = (export(of: job), app(of: job))
    capacity.release(export: export, app: app)
    services[service].ready.wake(.app(service: service, app: app))
    for limit in capacity.limitsBesidesApp(export: export, app: app) { services[service].ready.wake(limit) }
  }

  mutating func record(_ kind: JournalEvent.Kind, of job: Int, at now: Instant) {
    actions.append(.record(JournalEvent(kind, of: key(of: job), at: now)))
  }
}
