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
  /// By export: when its newest ripe window ripened.
  private let latest: [Instant?]
  /// By app and sort: when results were verified, ascending. Gathered when somebody asks.
  private var verified: [UInt64: [Instant]]?
  /// Some export has a lookback: without one, a good result is never wanted again by itself.
  private let looksBack: Bool
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
      (ends, latest, looksBack) = ([], [], false)
      return
    }
    let ends = plan.historicalWindows.map { $0.map(\.end) }
    latest = zip(ends, plan.exports).map { ends, export in
      let ripe = ends.partitionPoint { now >= $0.advanced(by: export.ripeAfter) }
      return ripe == 0 ? nil : ends[ripe - 1].advanced(by: export.ripeAfter)
    }
    (self.ends, looksBack) = (ends, plan.exports.contains { $0.lookback > 0 })
  }

  /// Whether the job is due, and why. A part of a job that was split has no place in the plan, and is due when it is not
  /// verified.
  public mutating func due(_ job: Int) -> Due {
    let brief = records.brief(of: job)
    if let brief, brief.state.hasOpenTask || brief.state == .split { return .inFlight }
    if let brief, brief.isSplit, records.hasOpenPart(plan.jobs.keys[job]) { return .inFlight }
    if let brief, let verifiedAt = brief.verifiedAt {
      if let wanted = brief.wanted {
        let verdict = verdict(of: job)
        if verdict.mayBeRenewed { return wanted }
        // What is gone and cannot be had again is not exported.
        if wanted == .artifactMissing, let hindrance = verdict.hindrance { return hindrance }
      }
      guard looksBack else { return .alreadyExported }
      return isWantedAgain(job, verifiedAt, verdict(of: job)) ? .lookback : .alreadyExported
    }
    let verdict = verdict(of: job)
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
  private mutating func isWantedAgain(_ job: Int, _ at: Instant, _ verdict: Verdict) -> Bool {
    guard let newest = verdict.ripened.last, at < newest else { return false }
    if verdict.isNew { return true }
    let first = verdict.ripened[verdict.ripened.partitionPoint { $0 <= at }]
    guard let latest = latest[plan.jobs.export(of: job)] else { return false }
    let times = times(of: plan.jobs.series(of: job))
    return times.partitionPoint { $0 < first } == times.partitionPoint { $0 < latest }
  }

  /// When the results of a series were verified, ascending.
  private mutating func times(of series: UInt64) -> [Instant] {
    if let verified { return verified[series] ?? [] }
    var times: [UInt64: [Instant]] = [:]
    for job in plan.jobs.indices where plan.exports[plan.jobs.export(of: job)].lookback > 0 {
      if let at = records.brief(of: job)?.verifiedAt { times[plan.jobs.series(of: job), default: []].append(at) }
    }
    for key in times.keys { times[key]?.sort() }
    verified = times
    return times[series] ?? []
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
      if let oldest = export.oldest[job.dataset], job.window.start.advanced(by: oldest) < now {
        return Verdict(hindrance: .noLongerKept)
      }
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
