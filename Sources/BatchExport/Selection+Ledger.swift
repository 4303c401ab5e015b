// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation

extension Selection {
  /// The part of a plan that is meant, with those of the jobs that it does not wait for that are not done; the ledger is
  /// read only when the selection says a status, or leaves out what its jobs would have waited for.
  /// - Throws: `SelectionError` for a name that the plan has not, `JournalError`.
  public func selected(from plan: Plan, state: URL, at now: Instant) throws -> SelectedPlan {
    try checkNames(in: [plan])
    let dues = needsLedger ? try Ledger(directory: state).dues(of: plan, at: now) : []
    var selected = applied(to: plan) { dues[$0].statuses }
    if !selected.unawaited.isEmpty {
      let records = try Ledger(directory: state).planRecords(of: plan)
      selected.unawaited.removeAll { records.brief(of: $0)?.isGood == true }
    }
    return selected
  }
}

extension Due {
  /// The words of a selection that fit.
  var statuses: Set<Selection.Status> {
    switch self {
    case .neverExported: [.neverExported, .due, .missing]
    case .failedBefore: [.failed, .due, .missing]
    case .lookback: [.lookback, .due]
    case .forced: [.forced, .due]
    case .artifactMissing: [.artifactMissing, .due, .missing]
    case .definitionChanged: [.definitionChanged, .due, .missing]
    case .inFlight: [.inFlight, .due, .missing]
    case .notRipe: [.notRipe]
    case .alreadyExported: [.exported]
    case .snapshotMissed: [.snapshotMissed]
    case .beyondCatchUp: [.beyondCatchUp]
    case .noLongerKept: [.noLongerKept]
    }
  }
}
