// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

// What follows when nobody knows whether a task was made: what the service's recovery class allows, and nothing more.
extension Scheduler {
  /// The answer to the attempt's submit is lost, now or in a run before.
  mutating func lose(_ job: Int, at now: Instant) {
    if self[job].lostAt == nil { self[job].lostAt = now }
    self[job].pending = .nothing
    switch rule(of: job).recovery {
    // To send it again could make the task: the next run does that, or a person knows better.
    case .token where bounds.purpose == .cancel, .blind where bounds.purpose == .cancel: leave(job, at: now)
    case .token: arm(job, .resubmit, at: now)
    case .blind: arm(job, .find, at: settled(job, now))
    case .named, .marked, .single, .lookalike: arm(job, .find, at: now)
    }
  }

  /// As `lose`, after a pause.
  mutating func lose(_ job: Int, at now: Instant, using random: inout some RandomNumberGenerator) {
    if let failure = passedDeadline(job, at: now) { return end(job, .abandoned, .abandoned(failure), at: now) }
    self[job].losses += 1
    let pause = retry(job).pause(after: self[job].losses, using: &random)
    lose(job, at: now)
    guard isWorkedOn(job), rule(of: job).recovery != .blind else { return }
    arm(job, self[job].pending, at: now.advanced(by: pause))
  }

  /// The same request again, after a pause that grows, until the job's deadline.
  mutating func resendLater(_ job: Int, at now: Instant, using random: inout some RandomNumberGenerator) {
    if let failure = passedDeadline(job, at: now) { return end(job, .abandoned, .abandoned(failure), at: now) }
    self[job].losses += 1
    arm(job, .resubmit, at: now.advanced(by: retry(job).pause(after: self[job].losses, using: &random)))
  }

  private func rule(of job: Int) -> ServiceRule { services[service(of: job)].rule }

  /// When a request that was on the wire must have arrived.
  private func settled(_ job: Int, _ now: Instant) -> Instant {
    (self[job].lostAt ?? now).advanced(by: bounds.settle)
  }

  /// Looks for the lost task, or does what stands for it where nothing can be looked for.
  mutating func lookFor(_ job: Int, at now: Instant) {
    guard rule(of: job).recovery != .blind else { return giveUpLooking(job, at: now) }
    self[job].lookAt = now
    let service = service(of: job)
    services[service].sent(services[service].lookupVerb, at: now)
    actions.append(.find(job: job, attempt: self[job].number, since: self[job].intentAt ?? now))
  }

  /// Sends the same request again, where the service makes one task of both.
  mutating func resend(_ job: Int, at now: Instant) {
    let rule = rule(of: job)
    if rule.recovery == .token {
      let life = rule.tokenLife ?? .zero
      // A minute for the way.
      let last = (self[job].intentAt ?? now).advanced(by: life - .seconds(60))
      guard now < last else {
        let failure = Failure(
          .ambiguous,
          "the answer to the submit is lost, and the service tells a repetition from a new task only for \(DurationText.format(life)): whether it made the task has to be looked up there"
        )
        return end(job, .abandoned, .abandoned(failure), at: now)
      }
    }
    let service = service(of: job)
    if let later = services[service].whenCallable(.submit, at: now) {
      return arm(job, .resubmit, at: later)
    }
    send(job, at: now)
  }

  mutating func found(
    _ job: Int, _ result: Result<[FoundTask], ServiceError>, at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    switch result {
    case .success(let tasks):
      answered(by: service(of: job), remaining: tasks.first?.status.remaining, at: now)
      self[job].failures = 0
      let past = self[job].pastTasks
      let tasks = tasks.filter { !past.contains($0.id) }
      switch rule(of: job).recovery {
      case .lookalike: compare(job, tasks, at: now, using: &random)
      default:
        guard let task = tasks.first(where: { $0.status.phase == .succeeded }) ?? tasks.first else {
          return notThere(job, at: now, using: &random)
        }
        adoptFound(job, task, at: now, using: &random)
      }
    case .failure(let error):
      lookAgain(job, .find, error, at: now, using: &random)
    }
  }

  private mutating func adoptFound(
    _ job: Int, _ task: FoundTask, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    adopt(job, task.id, at: now)
    record(.adopted(attempt: self[job].number, task: task.id), of: job, at: now)
    if bounds.purpose == .cancel || isCancelling, !task.status.isFinal { return stopTask(of: job, at: now) }
    polled(job, .success(task.status), at: now, using: &random)
  }

  /// The service does not have the task, as far as it was asked.
  private mutating func notThere(
    _ job: Int, at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    // What the service was asked before then may have been answered before the request arrived.
    let settled = settled(job, now)
    guard (self[job].lookAt ?? now) >= settled else { return arm(job, .find, at: settled) }
    if rule(of: job).recovery == .named, bounds.purpose == .work {
      // The same name makes no second task, whatever is still on its way.
      return resendLater(job, at: now, using: &random)
    }
    record(.absent(attempt: self[job].number), of: job, at: now)
    self[job].lostAt = nil
    releaseSlot(job)
    guard bounds.purpose == .work else { return leave(job, at: now) }
    // What a run before did not come to is no try of this one.
    guard self[job].tries > 0 else { return readyAgain(job) }
    tryAnother(job, after: Failure(.service, "the service never made the task"), at: now, using: &random)
  }

  /// Nothing can be looked for: the next attempt may make a second task, and the journal says so.
  private mutating func giveUpLooking(_ job: Int, at now: Instant) {
    guard bounds.purpose == .work else { return leave(job, at: now) }
    record(.unknowable(attempt: self[job].number), of: job, at: now)
    releaseSlot(job)
    guard self[job].tries < retry(job).setting.attempts else {
      let failure = Failure(.service, "the answer to the submit is lost, and the service cannot be asked")
      return end(job, .failed, .failed(failure), at: now)
    }
    self[job].failures = 0
    self[job].lostAt = nil
    readyAgain(job)
  }

  // MARK: Tasks that look alike

  /// Holds what may be the task until every lost attempt of the service has looked: one whose only candidate is no
  /// other's has found it.
  private mutating func compare(
    _ job: Int, _ tasks: [FoundTask], at now: Instant, using random: inout some RandomNumberGenerator
  ) {
    if tasks.isEmpty, (self[job].lookAt ?? now) < settled(job, now) { return arm(job, .find, at: settled(job, now)) }
    self[job].candidates = tasks
    judge(service(of: job), at: now, using: &random)
  }

  /// An attempt was answered or has come to an end: those that are lost are judged anew.
  mutating func unsettle(_ service: Int) {
    if services[service].rule.recovery == .lookalike { unsettled.insert(service) }
  }

  /// Decides once all lost attempts of a service have looked.
  mutating func judge(_ service: Int, at now: Instant, using random: inout some RandomNumberGenerator) {
    let ours = inHand.filter { self.service(of: $0) == service }
    let lost = ours.filter { self[$0].lostAt != nil }.sorted()
    guard !lost.isEmpty, lost.allSatisfy({ self[$0].candidates != nil }) else { return }
    // What was asked for before the last look and is not answered yet may be among the candidates.
    let lastLook = lost.compactMap { self[$0].lookAt }.max() ?? now
    guard
      ours.allSatisfy({ states[$0] != .submitting || self[$0].lostAt != nil || (self[$0].intentAt ?? now) > lastLook })
    else { return }
    let known = services[service].receipts
    var claims: [String: Int] = [:]
    for job in lost {
      self[job].candidates?.removeAll { known.contains($0.id) }
      for task in self[job].candidates ?? [] { claims[task.id, default: 0] += 1 }
    }
    for job in lost {
      let candidates = self[job].candidates ?? []
      self[job].candidates = nil
      if candidates.isEmpty {
        notThere(job, at: now, using: &random)
      } else if candidates.count == 1, claims[candidates[0].id] == 1, !hasLostStranger {
        adoptFound(job, candidates[0], at: now, using: &random)
      } else {
        let names = candidates.prefix(3).map { "'\($0.id)'" }.joined(separator: ", ")
        let failure = Failure(
          .ambiguous, "the answer to the submit is lost, and what the service made cannot be told apart: \(names)")
        hasLostStranger = true
        end(job, .abandoned, .abandoned(failure), at: now)
      }
    }
  }
}
