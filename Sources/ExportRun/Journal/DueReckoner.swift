// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// Plan minus ledger: whether each job of a plan is to be done at an instant, and why. What jobs of the same export and
/// window have in common is reckoned once.
public struct DueReckoner: Sendable {
  private let plan: Plan
  private let now: Instant
  /// By export: the ends of its windows, oldest first; empty where nobody asks for them.
  private let ends: [[Instant]]
  private var verdicts: [UInt64: Verdict] = [:]
  private var last: (slot: UInt64, verdict: Verdict)?

  /// What holds of a job without its record.
  private struct Verdict {
    /// `nil`: it may be done now.
    var hindrance: Due?
    /// A result from before this instant is wanted again.
    var renewedSince: Instant?
  }

  public init(_ plan: Plan, at now: Instant) {
    (self.plan, self.now) = (plan, now)
    guard plan.exports.contains(where: { $0.lookback > 0 || $0.catchUp != nil }) else {
      ends = []
      return
    }
    ends = plan.jobs.historicalWindows(exports: plan.exports.count).map { $0.map(\.end) }
  }

  public mutating func due(_ job: Int, record: JobRecord?) -> Due {
    if let record, record.hasOpenTask { return .inFlight }
    let verdict = verdict(of: job)
    if let record, record.verification != nil {
      guard let since = verdict.renewedSince, let verified = record.verifiedAt, verified < since else {
        return .alreadyExported
      }
      return .lookback
    }
    if let hindrance = verdict.hindrance { return hindrance }
    guard let record, record.attempt > 0 || record.lastFailure != nil else { return .neverExported }
    return .failedBefore
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
      if let most = export.catchUp, own + most < ripe { verdict.hindrance = .beyondCatchUp }
      // The newest ripe window among those that make this one be taken again.
      let newest = min(own + export.lookback, ripe - 1)
      if newest > own { verdict.renewedSince = ends[newest].advanced(by: export.ripeAfter) }
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
