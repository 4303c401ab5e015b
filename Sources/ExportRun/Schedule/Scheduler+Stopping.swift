// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

// Tasks that are stopped at their services: by a second signal, by `cancel`, or because they took too long.
extension Scheduler {
  /// Stops every live task that can be, and ends the run.
  mutating func stopTasks(at now: Instant) {
    if stopReason == nil { stopReason = .interrupted }
    isCancelling = true
    for job in inHand.sorted() where states[job].isAtService && self[job].task != nil {
      guard services[service(of: job)].rule.canCancel, !self[job].isStopping else { continue }
      stopTask(of: job, at: now)
    }
  }

  mutating func stopTask(of job: Int, at now: Instant) {
    guard self[job].task != nil else { return }
    guard services[service(of: job)].rule.canCancel else {
      // It lives on, and is looked at by the next run.
      return bounds.purpose == .cancel ? leave(job, at: now) : ()
    }
    self[job].isStopping = true
    stopping += 1
    // A stop keeps to the rates as every request does.
    arm(job, .stop, at: now)
  }

  /// Sends a stop that the service may be asked for now.
  mutating func sendStop(_ job: Int, at now: Instant) {
    guard let task = self[job].task else { return }
    self[job].pending = .nothing
    services[service(of: job)].sent(.cancel, at: now)
    actions.append(.stop(job: job, attempt: self[job].number, task: task))
  }

  mutating func stopped(
    _ job: Int, _ result: Result<TaskStatus, ServiceError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    let isWished = bounds.purpose == .cancel || stopReason != nil
    switch result {
    case .success(let status) where status.phase == .succeeded:
      // It was done before it could be stopped.
      endStop(job)
      self[job].status = status
      polled(job, .success(status), at: now, using: &random)
    case .success(let status) where status.isFinal:
      endStop(job)
      answered(by: service(of: job), remaining: status.remaining, at: now)
      if isWished { return end(job, .cancelled, .cancelled(attempt: self[job].number), at: now) }
      let failure = Failure(.deadline, "the task took too long and was stopped at the service")
      taskEnded(job, failure, at: now, using: &random)
    case .failure(let error) where error.kind == .gone:
      endStop(job)
      answered(by: service(of: job), remaining: error.remaining, at: now)
      if isWished { return end(job, .cancelled, .cancelled(attempt: self[job].number), at: now) }
      taskEnded(job, Failure(.taskGone, error.message, requestID: error.requestID), at: now, using: &random)
    case .success(let status):
      endStop(job)
      answered(by: service(of: job), remaining: status.remaining, at: now)
      notStopped(job, Failure(.deadline, "the service has not confirmed that the task is stopped"), at: now)
    case .failure(let error):
      failed(service(of: job), error, at: now)
      record(.setback(step: .cancel, Failure(error)), of: job, at: now)
      self[job].failures += 1
      let decision = retry(job).decision(
        after: self[job].failures, error.kind, .submit, retryAfter: error.retryAfter, using: &random)
      if case .again(let pause) = decision, self[job].failures < 2 * retry(job).setting.attempts {
        return arm(job, .stop, at: now.advanced(by: pause))
      }
      endStop(job)
      notStopped(job, Failure(error), at: now)
    }
  }

  /// The stop has come to an end, one way or the other.
  mutating func endStop(_ job: Int) {
    self[job].isStopping = false
    stopping -= 1
  }

  /// Without a confirmation the task counts as alive.
  private mutating func notStopped(_ job: Int, _ failure: Failure, at now: Instant) {
    if bounds.purpose == .cancel { return leave(job, at: now) }
    guard stopReason == nil else { return }
    end(job, .abandoned, .abandoned(failure), at: now)
  }
}
