// SPDX-License-Identifier: Apache-2.0
import ExportRun

/// Where a window stands by the ledger: whether a good result is there, and if not, why.
public enum GapStatus: UInt8, Sendable, Hashable, CaseIterable {
  case exported
  // Holes: a run fills them.
  case neverExported, failedBefore, inFlight, artifactMissing, definitionChanged
  // No good result, and no hole either.
  case snapshotMissed, notRipe, beyondCatchUp, noLongerKept

  public var isHole: Bool {
    switch self {
    case .neverExported, .failedBefore, .inFlight, .artifactMissing, .definitionChanged: true
    case .exported, .snapshotMissed, .notRipe, .beyondCatchUp, .noLongerKept: false
    }
  }

  /// The word of the closed list of reasons; `exported` whatever a good result is wanted again for.
  public var word: String {
    switch self {
    case .exported: "exported"
    case .neverExported: Due.neverExported.rawValue
    case .failedBefore: Due.failedBefore.rawValue
    case .inFlight: Due.inFlight.rawValue
    case .artifactMissing: Due.artifactMissing.rawValue
    case .definitionChanged: Due.definitionChanged.rawValue
    case .snapshotMissed: Due.snapshotMissed.rawValue
    case .notRipe: Due.notRipe.rawValue
    case .beyondCatchUp: Due.beyondCatchUp.rawValue
    case .noLongerKept: Due.noLongerKept.rawValue
    }
  }

  /// One character of a calendar. Capital letters are holes.
  public var letter: Character {
    switch self {
    case .exported: "."
    case .neverExported: "N"
    case .failedBefore: "F"
    case .inFlight: "I"
    case .artifactMissing: "A"
    case .definitionChanged: "D"
    case .snapshotMissed: "x"
    case .notRipe: "-"
    case .beyondCatchUp: "b"
    case .noLongerKept: "k"
    }
  }

  /// A result that is good stays so while it is renewed; one whose files are gone is not good.
  init(_ due: Due, _ brief: PlanRecords.Brief?) {
    switch due {
    case .alreadyExported, .lookback, .forced: self = .exported
    case .inFlight:
      let isGood = brief.map { $0.isGood && $0.wanted != .artifactMissing } ?? false
      self = isGood ? .exported : .inFlight
    case .neverExported: self = .neverExported
    case .failedBefore: self = .failedBefore
    case .artifactMissing: self = .artifactMissing
    case .definitionChanged: self = .definitionChanged
    case .snapshotMissed: self = .snapshotMissed
    case .notRipe: self = .notRipe
    case .beyondCatchUp: self = .beyondCatchUp
    case .noLongerKept: self = .noLongerKept
    }
  }
}
