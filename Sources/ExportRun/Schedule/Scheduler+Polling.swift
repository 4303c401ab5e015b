// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

// Looks at tasks, and what follows from them.
extension Scheduler {
  /// After so many lists in a row that could not be read, one task is looked at by itself.
  static let listPatience = 3
  /// How long tasks are then looked at one by one, when that works.
  static let listPause = Duration.seconds(300)

  // MARK: Asking

  /// Sends a look, or lets it wait until the service may be asked.
  mutating func ask(_ request: ServiceState.Waiting, of service: Int, at now: Instant) {
    let verb = services[service].verb(of: request)
    guard services[service].waiting.isEmpty, services[service].whenCallable(verb, at: now) == nil else {
      services[service].waiting.append(request, verb)
      return askWaiting(service, at: now)
    }
    send(request, to: service, at: now)
  }

  /// Sends looks at tasks of one app: together, where the service has a list.
  mutating func askForLooks(_ jobs: [(job: Int, serial: Int)], of service: Int, at now: Instant) {
    guard services[service].mayList(at: now), jobs.count > 1 else {
      for (job, serial) in jobs { ask(.poll(job: job, serial: serial), of: service, at: now) }
      return
    }
    ask(.polls(jobs), of: service, at: now)
  }

  /// The service may be asked again: what waits is sent, as far as it may be.
  mutating func askWaiting(_ service: Int, at now: Instant) {
    while true {
      // Taken out, so that it is not copied.
      var waiting = WaitingRequests()
      swap(&waiting, &services[service].waiting)
      let next = waiting.take { services[service].whenCallable($0, at: now) }
      swap(&waiting, &services[service].waiting)
      switch next {
      case .nothing: return
      case .later(let instant): return arm(service: service, at: instant)
      case .request(let request):
        // A run that ends looks at nothing more; it stops what is to be stopped.
        if stopReason != nil, !request.isStop { continue }
        send(request, to: service, at: now)
      }
    }
  }

  private mutating func send(_ request: ServiceState.Waiting, to service: Int, at now: Instant) {
    func isWanted(_ job: Int, _ serial: Int) -> Bool { isWorkedOn(job) && self[job].serial == serial }
    switch request {
    case .find(let job, let serial):
      guard isWanted(job, serial) else { return }
      self[job].pending = .nothing
      lookFor(job, at: now)
    case .stop(let job, let serial):
      guard isWanted(job, serial) else { return }
      sendStop(job, at: now)
    case .poll(let job, let serial):
      guard isWanted(job, serial), let look = look(at: job) else { return }
      sendAlone(look, to: service, at: now)
    case .polls(let jobs):
      let jobs = jobs.filter { isWanted($0.job, $0.serial) }
      guard jobs.count > 1, services[service].mayList(at: now) else { return askForLooks(jobs, of: service, at: now) }
      services[service].sent(.list, at: now)
      actions.append(.list(jobs.compactMap { look(at: $0.job) }))
    }
  }

  private mutating func look(at job: Int) -> Look? {
    guard let task = self[job].task else { return nil }
    self[job].pending = .nothing
    self[job].polls += 1
    return Look(job: job, attempt: self[job].number, task: task)
  }

  private mutating func sendAlone(_ look: Look, to service: Int, at now: Instant) {
    services[service].sent(.poll, at: now)
    actions.append(.poll(job: look.job, attempt: look.attempt, task: look.task))
  }

  /// Arms the next look at a task.
  mutating func armPoll(
    _ job: Int, retryAfter: Duration?, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    let polling = services[service(of: job)].rule.polling
    let age = self[job].submittedAt?.duration(to: now) ?? .zero
    let known = experience(job)
    let pause = polling.pause(
      before: self[job].polls + 1, retryAfter: retryAfter, age: age, experience: known, using: &random)
    arm(
      job, .poll,
      at: together(
        job, now.advanced(by: pause), known, notBefore: retryAfter.map { now.advanced(by: $0) } ?? now, at: now))
  }

  /// The instant, or a little later where the app's other tasks are looked at too; not after the job's deadline.
  /// - Parameter earliest: what the service has asked for, if anything.
  private func together(
    _ job: Int, _ instant: Instant, _ known: PollPolicy.Experience?, notBefore earliest: Instant, at now: Instant
  ) -> Instant {
    let rule = services[service(of: job)].rule
    let shared =
      rule.listPage == nil ? instant : rule.polling.together(instant, app: app(of: job), experience: known)
    guard let deadline = deadline(of: job), deadline > now else { return shared }
    return max(earliest, min(shared, deadline))
  }

  // MARK: Answers

  mutating func polled(
    _ job: Int, _ result: Result<TaskStatus, ServiceError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    switch result {
    case .success(let status):
      let service = service(of: job)
      answered(by: service, remaining: status.remaining, at: now)
      self[job].failures = 0
      if services[service].listFailures >= Self.listPatience {
        services[service].listBarredUntil = now.advanced(by: Self.listPause)
      }
      // Until then nobody asks for it.
      if status.phase == .succeeded { self[job].status = status }
      take(status, of: job, at: now, using: &random)
    case .failure(let error) where error.kind == .gone && isYoung(job, at: now):
      // A service whose lists and looks lag behind its answers does not have it yet.
      var error = error
      error.kind = .again
      answered(by: service(of: job), remaining: error.remaining, at: now)
      record(.setback(step: .poll, Failure(error)), of: job, at: now)
      armPoll(job, retryAfter: nil, at: now, using: &random)
    case .failure(let error) where error.kind == .gone:
      // What is not there any more is final.
      answered(by: service(of: job), remaining: error.remaining, at: now)
      taskEnded(job, Failure(.taskGone, error.message, requestID: error.requestID), at: now, using: &random)
    case .failure(let error):
      lookAgain(job, .poll, error, at: now, using: &random)
    }
  }

  mutating func listed(
    _ looks: [Look], _ result: Result<[FoundTask], ServiceError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    guard let service = looks.first.map({ service(of: $0.job) }) else { return }
    let looks = looks.filter { isCurrent($0.job, $0.attempt) && states[$0.job].isAtService && !self[$0.job].isStopping }
    switch result {
    case .success(let tasks):
      answered(by: service, remaining: tasks.compactMap(\.status.remaining).min(), at: now)
      services[service].listFailures = 0
      let found = Dictionary(tasks.map { ($0.id, $0.status) }, uniquingKeysWith: { first, _ in first })
      for look in looks {
        if let status = found[look.task] {
          polled(look.job, .success(status), at: now, using: &random)
        } else {
          // The list says nothing of it: it is looked at by itself.
          self[look.job].pending = .poll
          self[look.job].serial += 1
          ask(.poll(job: look.job, serial: self[look.job].serial), of: service, at: now)
        }
      }
    case .failure(let error):
      guard let first = looks.first else { return failed(service, error, at: now) }
      if [.never, .gone, .split].contains(error.kind) {
        // It may be looked at, and not listed: that is not tried again, and said once.
        services[service].hasList = false
        record(.setback(step: .poll, Failure(error)), of: first.job, at: now)
        for look in looks {
          self[look.job].pending = .poll
          self[look.job].serial += 1
          ask(.poll(job: look.job, serial: self[look.job].serial), of: service, at: now)
        }
        return
      }
      // One request failed, and is told once; the other tasks are looked at again as well.
      services[service].listFailures += 1
      if services[service].listFailures >= Self.listPatience {
        goAhead(first.job, of: service, after: error, at: now)
      } else {
        lookAgain(first.job, .poll, error, at: now, using: &random)
      }
      let again = self.again(
        error, after: isWorkedOn(first.job) ? self[first.job].failures : 1, first.job, using: &random)
      for look in looks.dropFirst() where isWorkedOn(look.job) {
        self[look.job].failures += 1
        if let failure = passedDeadline(look.job, at: now) {
          overdue(look.job, failure, at: now)
          continue
        }
        arm(look.job, .poll, at: now.advanced(by: again))
      }
    }
  }

  /// Looks at one task by itself: it may be the list alone that does not work, and a service without an answer is not
  /// asked about every task for that.
  private mutating func goAhead(_ job: Int, of service: Int, after error: ServiceError, at now: Instant) {
    failed(service, error, at: now)
    self[job].failures += 1
    record(.setback(step: .poll, Failure(error)), of: job, at: now)
    guard stopReason == nil else { return }
    if let failure = passedDeadline(job, at: now) { return overdue(job, failure, at: now) }
    self[job].pending = .poll
    self[job].serial += 1
    ask(.poll(job: job, serial: self[job].serial), of: service, at: now)
  }

  private func again(
    _ error: ServiceError, after failures: Int, _ job: Int, using random: inout some RandomNumberGenerator
  ) -> Duration {
    let policy = retry(job)
    switch policy.decision(after: failures, error.kind, .look, retryAfter: error.retryAfter, using: &random) {
    case .again(let pause): return pause
    case .giveUp: return policy.setting.most
    }
  }

  private mutating func take(
    _ status: TaskStatus, of job: Int, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    switch status.phase {
    case .succeeded:
      learn(from: job, at: now)
      states[job] = .succeeded
      self[job].pending = .nothing
      self[job].serial += 1
      releaseSlot(job)
      record(.succeeded(attempt: self[job].number), of: job, at: now)
      guard bounds.purpose == .work else { return leave(job, at: now) }
      gather(job, at: now)
    case .failed(let reason, let isTooLarge):
      let failure = Failure(.taskFailed, "the task failed: \(reason)", requestID: status.requestID)
      if isTooLarge, bounds.purpose == .work, split(job, because: failure, at: now) { return }
      taskEnded(job, failure, at: now, using: &random)
    case .cancelled:
      taskEnded(job, Failure(.taskFailed, "the task was cancelled at the service"), at: now, using: &random)
    case .queued, .running, .unknown:
      note(status.phase, of: job, at: now)
      self[job].lookedAt = now
      // The answer to the stop says how it goes on.
      if self[job].isStopping { return }
      if let failure = passedDeadline(job, at: now) { return overdue(job, failure, at: now) }
      if case .unknown = status.phase {
        arm(job, .poll, at: now.advanced(by: services[service(of: job)].rule.polling.holdPause(using: &random)))
      } else {
        armPoll(job, retryAfter: status.retryAfter, at: now, using: &random)
      }
    }
  }

  /// Journals a change of a living task's state.
  private mutating func note(_ phase: TaskStatus.Phase, of job: Int, at now: Instant) {
    if case .unknown(let state) = phase {
      if self[job].heldState != state { record(.held(state: state), of: job, at: now) }
      self[job].heldState = state
      return
    }
    self[job].heldState = nil
    let state: JobState = phase == .running ? .running : .submitted
    guard states[job] != state else { return }
    states[job] = state
    if state == .running, self[job].runningAt == nil { self[job].runningAt = now }
    record(state == .running ? .running : .queued, of: job, at: now)
  }

  /// A failed look is not a failed task: it is looked at again, until its deadline.
  mutating func lookAgain(
    _ job: Int, _ pending: Attempt.Pending, _ error: ServiceError, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    let failure = Failure(error)
    let service = service(of: job)
    failed(service, error, at: now)
    self[job].failures += 1
    let policy = retry(job)
    let decision = policy.decision(
      after: self[job].failures, error.kind, .look, retryAfter: error.retryAfter, using: &random)
    // What is not tried again is told by what it leads to.
    if self[job].isStopping || decision != .giveUp {
      record(.setback(step: pending == .find ? .find : .poll, failure), of: job, at: now)
    }
    if self[job].isStopping { return }
    switch decision {
    case .again(let pause):
      if error.isUnreachable, !services[service].hasAnswered, self[job].failures >= policy.setting.attempts {
        return halt(failure)
      }
      if let deadline = passedDeadline(job, at: now) { return overdue(job, deadline, at: now) }
      arm(job, pending, at: now.advanced(by: pause))
    case .giveUp where error.kind == .login: halt(failure)
    case .giveUp: end(job, .abandoned, .abandoned(failure), at: now)
    }
  }

  /// It was made, or found, so lately that a look may not see it yet.
  private func isYoung(_ job: Int, at now: Instant) -> Bool {
    guard let made = self[job].submittedAt else { return false }
    return now < made.advanced(by: bounds.settle)
  }

  // MARK: Deadlines of jobs

  func passedDeadline(_ job: Int, at now: Instant) -> Failure? {
    guard let limit = limit(of: job), limit.at <= now else { return nil }
    let then =
      plan.exports[export(of: job)].timeouts.then == .resubmit && services[service(of: job)].rule.canCancel
      ? "the service is asked to stop it" : "the next run looks at it again"
    return Failure(
      .deadline, "the task took longer than \(limit.name): \(DurationText.format(limit.length)); \(then)")
  }

  /// When the job is waited for no longer.
  private func deadline(of job: Int) -> Instant? { limit(of: job)?.at }

  /// The time-out that passes first.
  private func limit(of job: Int) -> (name: StaticString, length: Duration, at: Instant)? {
    let limits = plan.exports[export(of: job)].timeouts
    guard let made = self[job].submittedAt else {
      // One that is looked for is given the time in which it must turn up, and as much again.
      let most = max(limits.total, bounds.settle * 2)
      return self[job].lostAt.map { ("total", most, $0.advanced(by: most)) }
    }
    let runningAt = self[job].runningAt
    let phase = runningAt == nil ? limits.queued : limits.running
    let phaseEnd = (runningAt ?? made).advanced(by: phase)
    let totalEnd = made.advanced(by: limits.total)
    if totalEnd < phaseEnd { return ("total", limits.total, totalEnd) }
    return (runningAt == nil ? "queued" : "running", phase, phaseEnd)
  }

  /// The job is waited for no longer; its task is left alone, or stopped where that was wished and can be.
  private mutating func overdue(_ job: Int, _ failure: Failure, at now: Instant) {
    guard plan.exports[export(of: job)].timeouts.then == .resubmit, services[service(of: job)].rule.canCancel,
      self[job].task != nil, !self[job].isStopping
    else { return end(job, .abandoned, .abandoned(failure), at: now) }
    stopTask(of: job, at: now)
  }
}
