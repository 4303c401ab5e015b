// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// Plan minus ledger: whether each job of a plan is to be done at an instant, and why. What jobs of the same export and
/// window have in common is reckoned once.
public struct DueReckoner: Sendable {
  private let plan: Plan
  private let records: PlanRecords
  private let now: Instant
  /// By export: the ends of its windows, oldest first; empty where nobody asks for them.
  private let ends: [[Instant]]
  /// By app and sort: when results were verified, ascending; empty where nobody looks back.
  private let verified: [UInt64: [Instant]]
  private var verdicts: [UInt64: Verdict] = [:]
  private var last: (slot: UInt64, verdict: Verdict)?

  /// What holds of a job without its record.
  private struct Verdict {
    /// `nil`: it may be done now.
    var hindrance: Due?
    /// Of the windows that make this one be taken again, when each ripened, ascending; empty: nothing does.
    var ripened: [Instant] = []
    /// It is among the newest windows, as many as `lookback` says.
    var isNew = false
    /// It can be asked for once more.
    var mayBeRenewed: Bool { hindrance == nil || hindrance == .beyondCatchUp }
  }

  /// - Parameter records: what is known of the plan's jobs.
  public init(_ plan: Plan, records: PlanRecords, at now: Instant) {
    (self.plan, self.records, self.now) = (plan, records, now)
    guard plan.exports.contains(where: { $0.lookback > 0 || $0.catchUp != nil }) else {
      (ends, verified) = ([], [:])
      return
    }
    ends = plan.historicalWindows.map { $0.map(\.end) }
    var times: [UInt64: [Instant]] = [:]
    for job in plan.jobs.indices where plan.exports[plan.jobs.export(of: job)].lookback > 0 {
      if let at = records.brief(of: job)?.verifiedAt { times[plan.jobs.series(of: job), default: []].append(at) }
    }
    verified = times.mapValues { $0.sorted() }
  }

  /// Whether the job is due, and why. A part of a job that was split has no place in the plan, and is due when it is not
  /// verified.
  public mutating func due(_ job: Int) -> Due {
    let brief = records.brief(of: job)
    if let brief, brief.state.hasOpenTask || brief.state == .split { return .inFlight }
    let verdict = verdict(of: job)
    if let brief, let verifiedAt = brief.verifiedAt {
      if let wanted = brief.wanted, verdict.mayBeRenewed { return wanted }
      return isWantedAgain(job, verifiedAt, verdict) ? .lookback : .alreadyExported
    }
    if let hindrance = verdict.hindrance { return hindrance }
    if let brief, brief.hasFailed { return .failedBefore }
    return records.isRedefined(job) ? .definitionChanged : .neverExported
  }

  /// The job is good, nothing of it is open, and it could be done once more now.
  mutating func mayBeRedone(_ job: Int) -> Bool {
    guard let brief = records.brief(of: job), brief.isGood, !brief.state.hasOpenTask, brief.state != .split else {
      return false
    }
    return verdict(of: job).mayBeRenewed
  }

  /// One of the windows after it has ripened since the result was verified, and either the window is new, or this run is
  /// the first since then: what an earlier run could have taken again and did not is left alone, so that a `lookback` that
  /// is switched on does not take years of history again.
  private func isWantedAgain(_ job: Int, _ at: Instant, _ verdict: Verdict) -> Bool {
    guard let newest = verdict.ripened.last, at < newest else { return false }
    if verdict.isNew { return true }
    guard let first = verdict.ripened.first(where: { at < $0 }), let latest = latestRipening(job),
      let times = verified[plan.jobs.series(of: job)]
    else { return false }
    return times.partitionPoint { $0 < first } == times.partitionPoint { $0 < latest }
  }

  /// When the newest ripe window of the job's export ripened.
  private func latestRipening(_ job: Int) -> Instant? {
    let export = plan.jobs.export(of: job)
    let delay = plan.exports[export].ripeAfter
    return ends[export].last { now >= $0.advanced(by: delay) }?.advanced(by: delay)
  }

  private mutating func verdict(of job: Int) -> Verdict {
    let slot = plan.jobs.slot(of: job)
    if let last, last.slot == slot { return last.verdict }
    let verdict = verdicts[slot] ?? reckon(plan.jobs[job])
    verdicts[slot] = verdict
    last = (slot, verdict)
    return verdict
  }

  private func reckon(_ job: PlannedJob) -> Verdict {
    switch job.kind {
    case .snapshot:
      guard now < job.window.end else { return Verdict(hindrance: .snapshotMissed) }
      return Verdict(hindrance: now < job.window.start ? .notRipe : nil)
    case .historical:
      let export = plan.exports[job.export]
      func isRipe(_ end: Instant) -> Bool { now >= end.advanced(by: export.ripeAfter) }
      guard isRipe(job.window.end) else { return Verdict(hindrance: .notRipe) }
      guard export.lookback > 0 || export.catchUp != nil else { return Verdict() }
      let ends = ends[job.export]
      let ripe = ends.partitionPoint { isRipe($0) }
      let own = ends.partitionPoint { $0 < job.window.end }
      var verdict = Verdict()
      if let most = export.catchUp, own + most < ripe {
        verdict.hindrance = .beyondCatchUp
        return verdict
      }
      let newest = min(own + export.lookback, ripe - 1)
      if newest > own { verdict.ripened = ends[own + 1...newest].map { $0.advanced(by: export.ripeAfter) } }
      verdict.isNew = ripe - 1 - own <= export.lookback
      return verdict
    }
  }
}

extension [Instant] {
  /// How many elements, from the first on, a condition holds for that holds for no later one.
  fileprivate func partitionPoint(_ holds: (Instant) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
