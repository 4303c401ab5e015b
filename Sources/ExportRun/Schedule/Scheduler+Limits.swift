// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

// Tasks that a service lets be made in a span of time, files that it lets be fetched, and data that it no longer has.
extension Scheduler {
  /// A shorter wait for a start is not worth a line.
  private static let spentLeast: Duration = .seconds(60)

  /// `nil` when a task may be made now, else when one may.
  mutating func whenStartIsFree(_ service: Int, at now: Instant) -> Instant? {
    guard services[service].ready.count > 0 else { return nil }
    var latest: Instant?
    for limit in services[service].starts.indices {
      guard let free = services[service].starts[limit].whenFree(at: now) else { continue }
      latest = max(latest ?? free, free)
    }
    services[service].spentUntil = latest
    if let latest { tellSpent(service, until: latest, at: now) }
    return latest
  }

  /// Once for each wait.
  private mutating func tellSpent(_ service: Int, until: Instant, at now: Instant) {
    if let told = services[service].spentToldUntil, now < told { return }
    guard now.duration(to: until) >= Self.spentLeast else { return }
    services[service].spentToldUntil = until
    actions.append(.notice(.spent(service: services[service].name, until: until)))
  }

  mutating func takeStart(of job: Int, at now: Instant) {
    let service = service(of: job)
    for limit in services[service].starts.indices { services[service].starts[limit].take(at: now) }
  }

  /// The attempt made no task: it does not count.
  mutating func giveBackStart(of job: Int) {
    guard let at = self[job].intentAt else { return }
    let service = service(of: job)
    for limit in services[service].starts.indices { services[service].starts[limit].giveBack(at) }
  }

  // MARK: Files

  /// Fetches and checks files, as many at once as the run allows and as their services may be asked for.
  mutating func fillCollecting(at now: Instant) {
    for service in services.indices {
      while collecting < bounds.collecting, let job = services[service].fetches.first {
        if let later = services[service].whenCallable(.fetch, at: now) {
          arm(service: service, at: later)
          break
        }
        services[service].fetches.removeFirst()
        startCollecting(job, at: now)
      }
    }
    while collecting < bounds.collecting, let job = collectQueue.popFirst() {
      let service = service(of: job)
      guard services[service].rule.isFetched, isWorkedOn(job),
        let later = services[service].whenCallable(.fetch, at: now)
      else {
        startCollecting(job, at: now)
        continue
      }
      services[service].fetches.append(job)
      arm(service: service, at: later)
    }
  }

  // MARK: Data that are gone

  /// The window begins before what the service still has: it was waited for too long.
  func isPast(_ job: Int, at now: Instant) -> Bool {
    let export = plan.exports[export(of: job)]
    guard !export.oldest.isEmpty else { return false }
    let planned = self.job(job)
    guard planned.kind == .historical, let oldest = export.oldest[planned.dataset] else { return false }
    return planned.window.start.advanced(by: oldest) < now
  }

  /// Such a job is neither done nor failed, and nor is what waits for it.
  mutating func setAside(_ job: Int, at now: Instant) {
    guard job < plannedCount else {
      let failure = Failure(.service, "the service no longer has the data of the window")
      return end(job, .failed, .failed(failure), at: now)
    }
    letGo(job)
    var left = [job]
    while let next = left.popLast() {
      states[next] = .planned
      unfinished -= 1
      guard !isGood[next] else { continue }
      left += (gates?.abandoned(by: next) ?? []).filter { states[$0] == .waiting }
    }
  }
}
