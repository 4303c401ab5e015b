// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

// When jobs and services are looked after, and what is done then.
extension Scheduler {
  mutating func arm(_ job: Int, _ pending: Attempt.Pending, at instant: Instant) {
    self[job].pending = pending
    self[job].serial += 1
    deadlines.add(.job(job, serial: self[job].serial), at: instant)
  }

  mutating func arm(service: Int, at instant: Instant) {
    if let armed = services[service].wakeAt, armed <= instant { return }
    services[service].wakeAt = instant
    deadlines.add(.service(service), at: instant)
  }

  /// The tasks that are looked at next, soonest first.
  func soonestLooks(_ most: Int, title: (PlannedJob) -> String) -> [Outlook.Look] {
    var soonest: [(job: Int, at: Instant)] = []
    for deadline in deadlines.all {
      if soonest.count == most, let last = soonest.last, last.at <= deadline.at { continue }
      guard case .job(let job, let serial) = deadline.owner, isWorkedOn(job), self[job].serial == serial,
        self[job].pending == .poll || self[job].pending == .find
      else { continue }
      let place = soonest.firstIndex { deadline.at < $0.at } ?? soonest.count
      soonest.insert((job, deadline.at), at: place)
      if soonest.count > most { soonest.removeLast() }
    }
    return soonest.map { Outlook.Look(title: title(job($0.job)), at: $0.at) }
  }

  mutating func passDeadlines(at now: Instant) {
    /// By service and app.
    var polls: [Capacity.Limit: [(job: Int, serial: Int)]] = [:]
    var order: [Capacity.Limit] = []
    while let first = deadlines.first, first.at <= now {
      deadlines.removeFirst()
      switch first.owner {
      case .service(let service):
        services[service].wakeAt = nil
        if stopReason == nil || isCancelling { askWaiting(service, at: now) }
      case .job(let job, let serial):
        guard isWorkedOn(job), self[job].serial == serial, stopReason == nil || self[job].pending == .stop else {
          continue
        }
        guard self[job].pending == .poll, services[service(of: job)].rule.listPage != nil else {
          act(on: job, at: now)
          continue
        }
        let app = Capacity.Limit.app(service: service(of: job), app: app(of: job))
        if polls[app] == nil { order.append(app) }
        polls[app, default: []].append((job, serial))
      }
    }
    for app in order {
      guard case .app(let service, _) = app, let jobs = polls[app] else { continue }
      let page = max(1, services[service].rule.listPage ?? 1)
      for start in stride(from: 0, to: jobs.count, by: page) {
        askForLooks(Array(jobs[start..<min(start + page, jobs.count)]), of: service, at: now)
      }
    }
  }

  private mutating func act(on job: Int, at now: Instant) {
    let pending = self[job].pending
    switch pending {
    case .nothing: return
    case .resubmit:
      self[job].pending = .nothing
      if states[job] == .submitting { return resend(job, at: now) }
      readyAgain(job)
    case .find: ask(.find(job: job, serial: self[job].serial), of: service(of: job), at: now)
    case .poll: ask(.poll(job: job, serial: self[job].serial), of: service(of: job), at: now)
    case .stop: ask(.stop(job: job, serial: self[job].serial), of: service(of: job), at: now)
    case .collect:
      self[job].pending = .nothing
      collectQueue.append(job)
    }
  }
}
