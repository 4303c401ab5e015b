// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

// Windows that are too large for a service: halved along its unit until it takes them, and joined again.
extension Scheduler {
  /// Puts two halves in the place of a job that the service cannot do as a whole.
  /// - Returns: false when the window is one unit already, or no window of what happened.
  mutating func split(_ job: Int, because failure: Failure, at now: Instant) -> Bool {
    guard let halves = halves(of: self.job(job)) else { return false }
    let attempt = self[job].number
    record(.setback(step: .submit, failure), of: job, at: now)
    record(.split(attempt: attempt, halves.map(JobPart.init)), of: job, at: now)
    if self[job].lostAt != nil { unsettle(service(of: job)) }
    releaseSlot(job)
    letGo(job)
    found(halves, of: job, attempt: attempt, at: now)
    return true
  }

  /// Goes on with the parts that an earlier run made of a job.
  mutating func resumeFamily(of job: Int, at now: Instant) {
    guard let record = records.record(of: key(of: job)), let known = record.parts, !known.isEmpty else {
      states[job] = .waiting
      return begin(job, at: now)
    }
    let whole = self.job(job)
    let parts = known.map { part in
      var planned = whole
      (planned.key, planned.window, planned.label, planned.sent) = (part.key, part.window, part.label, part.sent)
      planned.after = []
      return planned
    }
    found(parts, of: job, attempt: record.attempt, at: now)
  }

  private mutating func found(_ parts: [PlannedJob], of job: Int, attempt: Int, at now: Instant) {
    states[job] = .split
    var indexes: [Int] = []
    var added: Set<Int> = []
    for part in parts {
      if let known = index(of: part.key) {
        indexes.append(known)
      } else {
        indexes.append(append(part, to: job))
        added.insert(indexes[indexes.count - 1])
      }
    }
    families.add(indexes, to: job, attempt: attempt)
    unfinished += added.count
    for part in indexes {
      if added.contains(part) {
        states[part] = .waiting
        beginPart(part, of: job, at: now)
      } else {
        joinKnown(part, at: now)
      }
    }
  }

  /// A job that the plan, or another whole, has as well. Splits are rare: it may be looked for in all of them.
  private func index(of key: JobKey) -> Int? {
    plan.jobs.keys.firstIndex(of: key)
      ?? parts.firstIndex { $0.key == key }.map { $0 + plannedCount }
  }

  /// What is worked on already ends by itself; what is over in this run is over for the whole as well.
  private mutating func joinKnown(_ part: Int, at now: Instant) {
    switch states[part] {
    case .verified:
      let result = records.record(of: key(of: part))?.verification ?? Verification(.verified, artifacts: [])
      partEnded(part, .success(result), at: now)
    case .failed, .skipped, .abandoned, .cancelled, .planned:
      partEnded(part, .failure(Failure(.service, "it is not done by this run")), at: now)
    case .waiting, .ready, .submitting, .submitted, .running, .succeeded, .verifying, .split: break
    }
  }

  /// A part is done when it was verified for this round of its whole; else it is worked on.
  private mutating func beginPart(_ part: Int, of whole: Int, at now: Instant) {
    guard let record = records.record(of: key(of: part)) else { return beginUnlessCancelling(part, at: now) }
    if record.hasOpenTask { return resume(part, at: now) }
    // A whole that is good already is wanted again, and so is each of its parts that is not newer.
    let before =
      whole < plannedCount
      ? records.brief(of: whole)?.verifiedAt : records.record(of: key(of: whole))?.verifiedAt
    if let verification = record.verification, let at = record.verifiedAt, before.map({ at > $0 }) ?? true {
      states[part] = .verified
      unfinished -= 1
      return partEnded(part, .success(verification), at: now)
    }
    if record.parts != nil { return resumeFamily(of: part, at: now) }
    beginUnlessCancelling(part, at: now)
  }

  private mutating func beginUnlessCancelling(_ part: Int, at now: Instant) {
    if bounds.purpose == .cancel {
      unfinished -= 1
    } else if isOpen(part) {
      begin(part, at: now)
    }
  }

  /// Ends a whole with the last of its parts.
  mutating func partEnded(_ part: Int, _ result: Result<Verification, Failure>, at now: Instant) {
    guard !families.isEmpty, bounds.purpose == .work else { return }
    for (whole, family) in families.ended(part, result) {
      if let joined = family.joined {
        end(whole, .verified, .verified(attempt: max(family.attempt, 1), joined), at: now)
      } else {
        let reason = family.failure?.message ?? "it was not done"
        let failure = Failure(family.failure?.cause ?? .service, "a part of the window was not done: \(reason)")
        end(whole, .failed, .failed(failure), at: now)
      }
    }
  }

  private func halves(of job: PlannedJob) -> [PlannedJob]? {
    let planned = plan.service(of: job)
    let service = plan.exports[job.export].service
    guard job.kind == .historical, job.sent != nil, let rule = services[service].rule.windows[job.dataset],
      let (first, second) = rule.halves(of: job.window)
    else { return nil }
    let parameters = services[service].rule.appParameters.applied(to: plan.apps[job.app].parameters)
    return [first, second].compactMap { window in
      guard let sent = try? rule.render(window) else { return nil }
      let content = JobContent(
        service: planned, app: parameters, dataset: job.dataset, options: plan.options(of: job), format: job.format,
        window: window, destination: plan.destination(of: job).kind)
      var part = job
      (part.key, part.window, part.label, part.sent) = (content.key, window, rule.label(ofPart: window), sent)
      part.after = []
      return part
    }
  }
}

extension JobPart {
  init(_ job: PlannedJob) {
    self.init(
      key: job.key, window: job.window, label: job.label, sent: job.sent ?? SentWindow(start: "", end: ""))
  }
}
