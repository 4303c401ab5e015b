// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

extension Due {
  /// Plan minus ledger: whether this job of the plan is to be done at `now`.
  public static func reckon(_ job: PlannedJob, in plan: Plan, record: JobRecord?, at now: Instant) -> Due {
    if let record {
      if record.hasOpenTask { return .inFlight }
      if record.verification != nil { return .alreadyExported }
    }
    switch job.kind {
    case .snapshot:
      guard now < job.window.end else { return .snapshotMissed }
      guard now >= job.window.start else { return .notRipe }
    case .historical:
      guard now >= job.window.end.advanced(by: plan.exports[job.export].ripeAfter) else { return .notRipe }
    }
    guard let record, record.attempt > 0 || record.lastFailure != nil else { return .neverExported }
    return .failedBefore
  }
}
