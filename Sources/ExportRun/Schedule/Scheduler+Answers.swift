// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

// What follows from each answer of the world.
extension Scheduler {
  private func retry(_ job: Int) -> RetryPolicy { RetryPolicy(plan.exports[nodes[job].export].retry) }
  private func polling(_ job: Int) -> PollPolicy { services[nodes[job].service].rule.polling }

  // MARK: Submit

  mutating func submitted(
    _ job: Int, _ result: Result<TaskReceipt, ServiceError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    switch result {
    case .success(let receipt):
      adopt(job, receipt.id, at: now)
      record(
        .submitted(attempt: nodes[job].attempt, task: receipt.id, requestID: receipt.requestID), of: job, at: now)
      arm(
        job, .poll, at: now.advanced(by: polling(job).pause(before: 1, retryAfter: receipt.retryAfter, using: &random)))
    case .failure(let error) where error.isLost:
      // The task may exist: it is looked for, never asked for again blindly.
      record(.setback(step: .submit, Failure(error)), of: job, at: now)
      nodes[job].failures = 0
      nodes[job].lostAt = now
      arm(job, .find, at: now.advanced(by: retry(job).pause(after: 1, using: &random)))
    case .failure(let error):
      refused(job, error, at: now, using: &random)
    }
  }

  mutating func unaddressed(
    _ job: Int, _ error: StoreError, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    let failure = Failure(error)
    switch error {
    case .again(let message, let retryAfter):
      refused(job, ServiceError(.again, message, retryAfter: retryAfter), as: failure, at: now, using: &random)
    case .refused, .disk:
      releaseSlot(job)
      record(.refused(attempt: nodes[job].attempt, failure), of: job, at: now)
      halt(failure)
    case .never, .artifact:
      record(.refused(attempt: nodes[job].attempt, failure), of: job, at: now)
      end(job, .failed, .failed(failure), at: now)
    }
  }

  /// No task was made; the slot is free again.
  private mutating func refused(
    _ job: Int, _ error: ServiceError, as failure: Failure? = nil, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    let failure = failure ?? Failure(error)
    pauseService(of: job, after: error, at: now)
    record(.refused(attempt: nodes[job].attempt, failure), of: job, at: now)
    releaseSlot(job)
    nodes[job].failures += 1
    if error.kind == .busy { nodes[job].tries -= 1 }
    // Tasks asked for, not refusals in a row, are what a job may use up.
    switch retry(job).decision(after: nodes[job].tries, error.kind, retryAfter: error.retryAfter, using: &random) {
    case .again(let pause):
      nodes[job].state = .ready
      arm(job, .resubmit, at: now.advanced(by: pause))
    case .giveUp where error.kind == .login || error.isUnreachable:
      halt(failure)
    case .giveUp:
      end(job, .failed, .failed(failure), at: now)
    }
  }

  // MARK: Find

  mutating func found(
    _ job: Int, _ result: Result<[FoundTask], ServiceError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    switch result {
    case .success(let tasks):
      nodes[job].failures = 0
      if let task = tasks.first(where: { $0.status.phase == .succeeded }) ?? tasks.first {
        adopt(job, task.id, at: now)
        record(.adopted(attempt: nodes[job].attempt, task: task.id), of: job, at: now)
        polled(job, .success(task.status), at: now, using: &random)
        return
      }
      // What the service was asked before then may have been answered before the request arrived.
      let settled = (nodes[job].lostAt ?? now).advanced(by: bounds.settle)
      guard (nodes[job].lookAt ?? now) >= settled else { return arm(job, .find, at: settled) }
      record(.absent(attempt: nodes[job].attempt), of: job, at: now)
      releaseSlot(job)
      tryAnother(job, after: Failure(.service, "the service never made the task"), at: now, using: &random)
    case .failure(let error):
      lookAgain(job, .find, error, at: now, using: &random)
    }
  }

  private mutating func adopt(_ job: Int, _ task: String, at now: Instant) {
    nodes[job].task = task
    nodes[job].state = .submitted
    nodes[job].submittedAt = now
    nodes[job].failures = 0
  }

  // MARK: Poll

  mutating func polled(
    _ job: Int, _ result: Result<TaskStatus, ServiceError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    switch result {
    case .success(let status):
      nodes[job].failures = 0
      nodes[job].status = status
      take(status, of: job, at: now, using: &random)
    case .failure(let error) where error.kind == .gone:
      // What is not there any more is final.
      taskEnded(job, Failure(.taskGone, error.message, requestID: error.requestID), at: now, using: &random)
    case .failure(let error):
      lookAgain(job, .poll, error, at: now, using: &random)
    }
  }

  private mutating func take(
    _ status: TaskStatus, of job: Int, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    switch status.phase {
    case .succeeded:
      nodes[job].state = .succeeded
      releaseSlot(job)
      record(.succeeded(attempt: nodes[job].attempt), of: job, at: now)
      collectQueue.append(job)
    case .failed(let reason, _):
      taskEnded(
        job, Failure(.taskFailed, "the task failed: \(reason)", requestID: status.requestID), at: now, using: &random)
    case .cancelled:
      taskEnded(job, Failure(.taskFailed, "the task was cancelled at the service"), at: now, using: &random)
    case .queued, .running, .unknown:
      note(status.phase, of: job, at: now)
      if let deadline = passedDeadline(job, at: now) {
        end(job, .abandoned, .abandoned(deadline), at: now)
        return
      }
      let pause: Duration
      if case .unknown = status.phase {
        pause = polling(job).holdPause(using: &random)
      } else {
        pause = polling(job).pause(before: nodes[job].polls + 1, retryAfter: status.retryAfter, using: &random)
      }
      arm(job, .poll, at: now.advanced(by: pause))
    }
  }

  /// Journals a change of a living task's state.
  private mutating func note(_ phase: TaskStatus.Phase, of job: Int, at now: Instant) {
    if case .unknown(let state) = phase {
      if nodes[job].heldState != state { record(.held(state: state), of: job, at: now) }
      nodes[job].heldState = state
      return
    }
    nodes[job].heldState = nil
    let state: JobState = phase == .running ? .running : .submitted
    guard nodes[job].state != state else { return }
    nodes[job].state = state
    if state == .running, nodes[job].runningAt == nil { nodes[job].runningAt = now }
    record(state == .running ? .running : .queued, of: job, at: now)
  }

  private func passedDeadline(_ job: Int, at now: Instant) -> Failure? {
    let limits = plan.exports[nodes[job].export].timeouts
    guard let submittedAt = nodes[job].submittedAt ?? nodes[job].lostAt else { return nil }
    func passed(_ name: String, _ limit: Duration, since start: Instant) -> Failure? {
      guard start.duration(to: now) >= limit else { return nil }
      return Failure(
        .deadline, "the task took longer than \(name): \(DurationText.format(limit)); the next run looks at it again")
    }
    let phase =
      if let runningAt = nodes[job].runningAt {
        passed("running", limits.running, since: runningAt)
      } else {
        passed("queued", limits.queued, since: submittedAt)
      }
    return phase ?? passed("total", limits.total, since: submittedAt)
  }

  /// A failed look is not a failed task: it is looked at again, until its deadline.
  private mutating func lookAgain(
    _ job: Int, _ pending: Node.Pending, _ error: ServiceError, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    let failure = Failure(error)
    pauseService(of: job, after: error, at: now)
    nodes[job].failures += 1
    record(.setback(step: pending == .find ? .find : .poll, failure), of: job, at: now)
    let policy = retry(job)
    switch policy.decision(after: nodes[job].failures, error.kind, retryAfter: error.retryAfter, using: &random) {
    case .again(let pause):
      arm(job, pending, at: now.advanced(by: pause))
    case .giveUp where error.kind == .login || error.isUnreachable:
      halt(failure)
    case .giveUp where error.kind == .again:
      if let deadline = passedDeadline(job, at: now) {
        end(job, .abandoned, .abandoned(deadline), at: now)
      } else {
        arm(job, pending, at: now.advanced(by: policy.setting.most))
      }
    case .giveUp:
      end(job, .abandoned, .abandoned(failure), at: now)
    }
  }

  // MARK: The end of a task

  private mutating func taskEnded(
    _ job: Int, _ failure: Failure, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    record(.taskFailed(attempt: nodes[job].attempt, failure), of: job, at: now)
    releaseSlot(job)
    tryAnother(job, after: failure, at: now, using: &random)
  }

  /// The attempt is over for certain: the next one, when there may be one.
  private mutating func tryAnother(
    _ job: Int, after failure: Failure, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    let policy = retry(job)
    guard nodes[job].tries < policy.setting.attempts else {
      return end(job, .failed, .failed(failure), at: now)
    }
    nodes[job].state = .ready
    nodes[job].failures = 0
    arm(job, .resubmit, at: now.advanced(by: policy.pause(after: nodes[job].tries, using: &random)))
  }

  // MARK: Artifacts

  mutating func collected(
    _ job: Int, _ result: Result<Verification, StoreError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    switch result {
    case .success(let verification):
      end(job, .verified, .verified(attempt: nodes[job].attempt, verification), at: now)
    case .failure(let error):
      let failure = Failure(error)
      switch error {
      case .artifact:
        record(.rejected(attempt: nodes[job].attempt, failure), of: job, at: now)
        tryAnother(job, after: failure, at: now, using: &random)
      case .again(_, let retryAfter):
        nodes[job].failures += 1
        record(.setback(step: .verify, failure), of: job, at: now)
        switch retry(job).decision(after: nodes[job].failures, .again, retryAfter: retryAfter, using: &random) {
        case .again(let pause): arm(job, .collect, at: now.advanced(by: pause))
        // The task has done its part: the next run looks at it and fetches again.
        case .giveUp: end(job, .abandoned, .abandoned(failure), at: now)
        }
      case .refused, .disk:
        record(.setback(step: .verify, failure), of: job, at: now)
        halt(failure)
      case .never:
        record(.rejected(attempt: nodes[job].attempt, failure), of: job, at: now)
        end(job, .failed, .failed(failure), at: now)
      }
    }
  }

  // MARK: The service as a whole

  /// A service that asks for patience is left alone by all of its jobs.
  private mutating func pauseService(of job: Int, after error: ServiceError, at now: Instant) {
    guard error.kind == .busy || error.retryAfter != nil else { return }
    let until = now.advanced(by: error.retryAfter ?? plan.exports[nodes[job].export].retry.first)
    let service = nodes[job].service
    services[service].pausedUntil = max(until, services[service].pausedUntil ?? until)
  }

  private mutating func halt(_ failure: Failure) {
    if stopReason == nil { stopReason = .halted(failure) }
  }
}
