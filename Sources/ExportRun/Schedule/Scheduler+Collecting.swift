// SPDX-License-Identifier: Apache-2.0
import ExportCore

// Artifacts of tasks that succeeded: brought and checked, from where the service wrote them or from the service.
extension Scheduler {
  /// The job's artifacts may be brought: at once, or a little later together with those of others. Its slot is free already.
  mutating func gather(_ job: Int, at now: Instant) {
    let rule = services[service(of: job)].rule
    let instant = rule.isFetched ? now : rule.polling.gathered(now, experience: experience(job))
    if instant > now { arm(job, .collect, at: instant) } else { collectQueue.append(job) }
  }

  mutating func startCollecting(_ job: Int, at now: Instant) {
    guard isWorkedOn(job), let task = self[job].task, let status = self[job].status else { return }
    // Fetching is asking the service.
    if services[service(of: job)].rule.isFetched { services[service(of: job)].sent(.fetch, at: now) }
    if states[job] != .verifying {
      states[job] = .verifying
      record(.verifying(attempt: self[job].number), of: job, at: now)
    }
    collecting += 1
    actions.append(.collect(job: job, attempt: self[job].number, task: task, status))
  }

  mutating func collected(
    _ job: Int, _ result: Result<Verification, StoreError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    if services[service(of: job)].rule.isFetched { fetched(from: service(of: job), result, at: now) }
    switch result {
    case .success(let verification):
      let task = self[job].task
      end(job, .verified, .verified(attempt: self[job].number, verification), at: now)
      if let task { tidy(task, of: job, at: now) }
    case .failure(let error):
      let failure = Failure(error)
      switch error {
      case .artifact:
        record(.rejected(attempt: self[job].number, failure), of: job, at: now)
        tryAnother(job, after: failure, at: now, using: &random)
      case .again(_, let retryAfter):
        collectLater(job, .again, failure, retryAfter: retryAfter, at: now, using: &random)
      case .refused, .disk:
        record(.setback(step: .verify, failure), of: job, at: now)
        halt(failure)
      case .never:
        record(.rejected(attempt: self[job].number, failure), of: job, at: now)
        end(job, .failed, .failed(failure), at: now)
      }
    }
  }

  /// The service did not hand over what it keeps. Its task has succeeded all the same: only files that are gone, or that
  /// it will never give, are the attempt's failure.
  mutating func unfetched(
    _ job: Int, _ error: ServiceError, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    let failure = Failure(error)
    failed(service(of: job), error, at: now)
    switch error.kind {
    case .again, .busy:
      collectLater(job, error.kind, failure, retryAfter: error.retryAfter, at: now, using: &random)
    case .login:
      record(.setback(step: .verify, failure), of: job, at: now)
      halt(failure)
    case .gone:
      record(.rejected(attempt: self[job].number, failure), of: job, at: now)
      tryAnother(job, after: failure, at: now, using: &random)
    case .never, .split:
      record(.rejected(attempt: self[job].number, failure), of: job, at: now)
      end(job, .failed, .failed(failure), at: now)
    }
  }

  // MARK: Parts

  private mutating func collectLater(
    _ job: Int, _ kind: ErrorClass, _ failure: Failure, retryAfter: Duration?, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    self[job].failures += 1
    if self[job].failures == 1 { self[job].unansweredAt = now }
    record(.setback(step: .verify, failure), of: job, at: now)
    switch retry(job).decision(after: self[job].failures, kind, .verify, retryAfter: retryAfter, using: &random) {
    case .again(let pause):
      guard kind == .busy || retries.take() else { return endUnretried(job, failure, .abandoned, at: now) }
      arm(job, .collect, at: now.advanced(by: pause))
    case .giveUp:
      // A store that is away is waited for as a service is. After that the task has done its part: the next run looks
      // at it and fetches again.
      guard let since = self[job].unansweredAt, since.duration(to: now) < bounds.outage else {
        return end(job, .abandoned, .abandoned(failure), at: now)
      }
      arm(job, .collect, at: now.advanced(by: retry(job).setting.most))
    }
  }

  /// What fetching says of the service itself.
  private mutating func fetched(from service: Int, _ result: Result<Verification, StoreError>, at now: Instant) {
    switch result {
    case .success, .failure(.artifact): answered(by: service, remaining: nil, at: now)
    case .failure: services[service].breaker.unsent()
    }
  }

  /// Has a task taken away whose files are good. That is durable before the request leaves; what becomes of the request
  /// changes nothing, and a later run does not send it again.
  private mutating func tidy(_ task: String, of job: Int, at now: Instant) {
    guard services[service(of: job)].rule.tidies, stopReason == nil else { return }
    tidying += 1
    services[service(of: job)].calls.take(at: now)
    actions.append(.tidy(job: job, task: task))
  }
}
