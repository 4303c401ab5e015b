// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation

extension Selection {
  /// The part of a plan that is meant; the ledger is read only when the selection says a status.
  /// - Throws: `SelectionError` for a name that the plan has not, `JournalError`.
  public func selected(from plan: Plan, state: URL, at now: Instant) throws -> SelectedPlan {
    try checkNames(in: [plan])
    guard needsLedger else { return applied(to: plan) }
    let dues = try Ledger(directory: state).dues(of: plan, at: now)
    return applied(to: plan) { dues[$0].statuses }
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
