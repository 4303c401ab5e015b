// SPDX-License-Identifier: Apache-2.0

extension CoverageStatus {
  public var word: String {
    switch self {
    case .exported: "exported"
    case .redoFailed: "exported before, redo failed"
    case .redoWaiting: "exported before, redo waits"
    case .failed: "failed"
    case .abandoned: "abandoned"
    case .skipped: "skipped"
    case .cancelled: "cancelled"
    case .waiting: "waiting"
    case .notRipe: "not ripe"
    case .snapshotMissed: "snapshot missed"
    case .beyondCatchUp: "beyond catch_up"
    case .noLongerKept: "no longer kept"
    }
  }

  /// One character of a calendar. Capital letters are missing.
  public var letter: Character {
    switch self {
    case .exported: "."
    case .redoFailed: "r"
    case .redoWaiting: "w"
    case .failed: "F"
    case .abandoned: "A"
    case .skipped: "S"
    case .cancelled: "C"
    case .waiting: "W"
    case .notRipe: "-"
    case .snapshotMissed: "x"
    case .beyondCatchUp: "b"
    case .noLongerKept: "k"
    }
  }
}
