// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

// The end of a task, and of a job.
extension Scheduler {
  /// The task is over and no good.
  mutating func taskEnded(
    _ job: Int, _ failure: Failure, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    record(.taskFailed(attempt: self[job].number, failure), of: job, at: now)
    releaseSlot(job)
    guard bounds.purpose == .work else { return leave(job, at: now) }
    tryAnother(job, after: failure, at: now, using: &random)
  }

  /// The attempt is over for certain: the next one, when there may be one.
  mutating func tryAnother(
    _ job: Int, after failure: Failure, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    let policy = retry(job)
    guard self[job].tries < policy.setting.attempts else { return end(job, .failed, .failed(failure), at: now) }
    guard retries.take() else { return endUnretried(job, failure, .failed, at: now) }
    states[job] = .ready
    self[job].failures = 0
    let pause =
      failure.cause == .taskFailed
      ? policy.coolDown(after: self[job].tries, using: &random) : policy.pause(after: self[job].tries, using: &random)
    arm(job, .resubmit, at: now.advanced(by: pause))
  }

  // MARK: Jobs

  /// Ends a job in this run. Dependents of anything but success are skipped, and say because of whom.
  mutating func end(_ job: Int, _ state: JobState, _ kind: JournalEvent.Kind, at now: Instant) {
    if isWorkedOn(job) {
      if self[job].lostAt != nil { unsettle(service(of: job)) }
      // A task that is waited for no longer may live on, and keeps its slot.
      if state != .abandoned {
        releaseSlot(job)
      } else if self[job].hasSlot {
        services[service(of: job)].abandoned += 1
      }
      letGo(job)
    }
    states[job] = state
    unfinished -= 1
    record(kind, of: job, at: now)
    if case .verified(_, let verification) = kind {
      partEnded(job, .success(verification), at: now)
    } else {
      partEnded(job, .failure(kind.failure ?? Failure(.service, "it was not done")), at: now)
    }
    guard job < plannedCount else { return }
    var ended: [Int] = []
    if !isGood[job] {
      if state == .verified { return passGates(of: job, at: now) }
      ended = [job]
    }
    if state == .failed { ended += stopExport(of: job, at: now) }
    skipDependents(of: ended, at: now)
  }

  private mutating func skipDependents(of jobs: [Int], at now: Instant) {
    guard gates != nil else { return }
    var ended = jobs
    while let blocker = ended.popLast() {
      for dependent in gates?.abandoned(by: blocker) ?? [] where states[dependent] == .waiting {
        letGo(dependent)
        states[dependent] = .skipped
        unfinished -= 1
        record(.skipped(because: key(of: blocker)), of: dependent, at: now)
        partEnded(dependent, .failure(Failure(.service, "it was skipped")), at: now)
        ended.append(dependent)
      }
    }
  }

  /// Skips what an export has not started, once enough of its jobs have failed.
  private mutating func stopExport(of job: Int, at now: Instant) -> [Int] {
    let export = export(of: job)
    failures[export, default: 0] += 1
    guard let most = plan.exports[export].maxFailures, failures[export] == most else { return [] }
    let left = plan.jobs.indices.filter {
      (states[$0] == .waiting || states[$0] == .ready) && plan.jobs.export(of: $0) == export
    }
    for other in left {
      // A pause before another attempt ends here.
      letGo(other)
      states[other] = .skipped
      unfinished -= 1
      record(.skipped(because: key(of: job), isStop: true), of: other, at: now)
      partEnded(other, .failure(Failure(.service, "its export was stopped")), at: now)
    }
    return left.filter { !isGood[$0] }
  }

  private mutating func passGates(of job: Int, at now: Instant) {
    for dependent in gates?.passed(by: job) ?? [] { begin(dependent, at: now) }
  }

  /// A job that this run does not bring to an end, and that is no worse than before: for a run that only stops tasks.
  mutating func leave(_ job: Int, at now: Instant) {
    if self[job].lostAt != nil { unsettle(service(of: job)) }
    releaseSlot(job)
    letGo(job)
    unfinished -= 1
  }
}
