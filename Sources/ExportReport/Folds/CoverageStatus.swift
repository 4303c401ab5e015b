// SPDX-License-Identifier: Apache-2.0
import ExportRun

/// Where a window stands when a run has ended: a closed list.
public enum CoverageStatus: UInt8, Sendable, Hashable, CaseIterable {
  case exported
  /// It was exported before; doing it once more failed, or has not come to pass. The earlier result is still there.
  case redoFailed, redoWaiting
  // Missing: it was due, and there is no good result.
  case failed, abandoned, skipped, cancelled, waiting
  // No good result, and no run brings one now.
  case notRipe, snapshotMissed, beyondCatchUp, noLongerKept

  /// A run that is started again works on it, and nothing is there until then.
  public var isMissing: Bool {
    switch self {
    case .failed, .abandoned, .skipped, .cancelled, .waiting: true
    case .exported, .redoFailed, .redoWaiting, .notRipe, .snapshotMissed, .beyondCatchUp, .noLongerKept: false
    }
  }

  /// There is no good result, and no run brings one while the manifest says what it says.
  public var isLost: Bool { self == .snapshotMissed || self == .beyondCatchUp || self == .noLongerKept }

  /// What a job became that was due for a reason, or was not due.
  /// - Parameter state: `nil`: it was not due.
  init(_ due: Due, _ state: JobState?) {
    switch due {
    case .alreadyExported: self = .exported
    case .notRipe: self = .notRipe
    case .snapshotMissed: self = .snapshotMissed
    case .beyondCatchUp: self = .beyondCatchUp
    case .noLongerKept: self = .noLongerKept
    case .lookback, .forced:
      switch state {
      case .verified: self = .exported
      case .failed, .abandoned: self = .redoFailed
      default: self = .redoWaiting
      }
    case .neverExported, .failedBefore, .artifactMissing, .definitionChanged, .inFlight:
      switch state {
      case .verified: self = .exported
      case .failed: self = .failed
      case .abandoned: self = .abandoned
      case .skipped: self = .skipped
      case .cancelled: self = .cancelled
      default: self = .waiting
      }
    }
  }
}
