// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

// What follows when a task was asked for.
extension Scheduler {
  mutating func submitted(
    _ job: Int, _ result: Result<TaskReceipt, ServiceError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    switch result {
    case .success(let receipt):
      answered(by: service(of: job), remaining: receipt.remaining, at: now)
      services[service(of: job)].active.accepted()
      settleThrottle(of: service(of: job))
      adopt(job, receipt.id, at: now)
      self[job].isAnswered = true
      record(
        .submitted(attempt: self[job].number, task: receipt.id, requestID: receipt.requestID), of: job, at: now)
      if isCancelling { return stopTask(of: job, at: now) }
      armPoll(job, retryAfter: receipt.retryAfter, at: now, using: &random)
    case .failure(let error) where error.isLost:
      // The task may exist: it is looked for, never asked for again blindly.
      failed(service(of: job), error, at: now)
      record(.setback(step: .submit, Failure(error)), of: job, at: now)
      self[job].unansweredAt = now
      lose(job, at: now, using: &random)
    case .failure(let error):
      refused(job, error, at: now, using: &random)
    }
  }

  mutating func unaddressed(
    _ job: Int, _ error: StoreError, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    let failure = Failure(error)
    services[service(of: job)].breaker.unsent()
    // Nothing was sent this time; what was sent before may have made a task.
    guard self[job].lostAt == nil else {
      record(.setback(step: .submit, failure), of: job, at: now)
      switch error {
      case .refused, .disk: return halt(failure)
      case .never, .artifact: return end(job, .abandoned, .abandoned(failure), at: now)
      case .again: return resendLater(job, at: now, using: &random)
      }
    }
    switch error {
    case .again(let message, let retryAfter):
      notMade(job, failure, at: now)
      tryAgain(job, ServiceError(.again, message, retryAfter: retryAfter), failure, at: now, using: &random)
    case .refused, .disk:
      notMade(job, failure, at: now)
      halt(failure)
    case .never, .artifact:
      record(.refused(attempt: self[job].number, failure), of: job, at: now)
      end(job, .failed, .failed(failure), at: now)
    }
  }

  /// No task was made; the slot is free again.
  private mutating func refused(
    _ job: Int, _ error: ServiceError, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    let failure = Failure(error)
    failed(service(of: job), error, at: now)
    // A request of the same attempt went before: only a look can tell what became of that.
    guard self[job].lostAt == nil else {
      record(.setback(step: .submit, failure), of: job, at: now)
      if error.kind == .login { return halt(failure) }
      // Where a repetition makes no second task, one that is refused for good again was refused before as well; not so
      // where the repetition has another address in it than the request before.
      if [.never, .gone, .split].contains(error.kind) { self[job].refusals += 1 }
      let isSettled = self[job].unansweredAt.map { $0.advanced(by: bounds.settle) <= now } ?? true
      guard self[job].refusals >= 2, isSettled else { return lose(job, at: now, using: &random) }
      guard services[service(of: job)].rule.recovery == .named else {
        return end(job, .abandoned, .abandoned(Failure(.ambiguous, failure.message)), at: now)
      }
      notMade(job, failure, at: now)
      return end(job, .failed, .failed(failure), at: now)
    }
    if error.kind == .split, split(job, because: failure, at: now) { return }
    notMade(job, failure, at: now)
    tryAgain(job, error, failure, at: now, using: &random)
  }

  private mutating func notMade(_ job: Int, _ failure: Failure, at now: Instant) {
    record(.refused(attempt: self[job].number, failure), of: job, at: now)
    releaseSlot(job)
    giveBackStart(of: job)
    states[job] = .ready
    self[job].failures += 1
  }

  private mutating func tryAgain(
    _ job: Int, _ error: ServiceError, _ failure: Failure, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    // What a service puts off is no failure of the job, and neither is an outage of a service that has answered before.
    let isPutOff = error.kind == .busy || (error.isUnreachable && services[service(of: job)].hasAnswered)
    if isPutOff { self[job].tries -= 1 }
    let kind = isPutOff ? .busy : error.kind
    // Tasks asked for, not refusals in a row, are what a job may use up.
    switch retry(job).decision(
      after: isPutOff ? self[job].failures : self[job].tries, kind, .submit, retryAfter: error.retryAfter,
      using: &random)
    {
    case .again(let pause):
      guard isPutOff || retries.take() else { return endUnretried(job, failure, .failed, at: now) }
      arm(job, .resubmit, at: now.advanced(by: pause))
    case .giveUp where error.kind == .login || error.isUnreachable:
      halt(failure)
    case .giveUp:
      end(job, .failed, .failed(failure), at: now)
    }
  }

  /// The run has no retries left: what failed stays failed until the next run.
  mutating func endUnretried(_ job: Int, _ failure: Failure, _ state: JobState, at now: Instant) {
    let failure = Failure(
      .budget, "the run has used up its retries; the last failure: \(failure.message)", requestID: failure.requestID)
    end(job, state, state == .failed ? .failed(failure) : .abandoned(failure), at: now)
  }

  /// The task exists.
  mutating func adopt(_ job: Int, _ task: String, at now: Instant) {
    let service = service(of: job)
    if services[service].rule.recovery == .lookalike { services[service].receipts.insert(task) }
    self[job].task = task
    states[job] = .submitted
    self[job].submittedAt = now
    self[job].failures = 0
    self[job].lostAt = nil
    self[job].candidates = nil
  }

  mutating func halt(_ failure: Failure) {
    if stopReason == nil { stopReason = .halted(failure) }
  }
}
