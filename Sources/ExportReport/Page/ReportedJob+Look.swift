// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

extension ReportedJob {
  /// Its state, or how good its files are known to be.
  var stateWord: String {
    guard state == .verified, let sums else { return state.rawValue }
    return sums.level.rawValue
  }

  /// The window as it was sent; `nil` where none was.
  var sentText: String? {
    job.sent.map { "\($0.start) – \($0.end)" + (parts > 0 ? ", in \(Count.words(parts, "part"))" : "") }
  }

  /// It is over and not done; its last failure says why.
  var isFailure: Bool { state == .failed || state == .abandoned }

  /// The class that the page shows it with.
  var look: String { Self.look(ofState: stateWord) }

  /// `g` good, `m` missing, `w` waiting.
  static func look(ofState word: String) -> String {
    switch word {
    case "verified", "listed": "g"
    case "failed", "abandoned", "skipped", "cancelled": "m"
    default: "w"
    }
  }
}

extension ReportedAttempt {
  /// It came to nothing.
  var isBad: Bool {
    switch ending {
    case .refused, .absent, .taskFailed, .rejected, .abandoned, .cancelled, .failed: true
    case .verified, .split, .open: false
    }
  }
}

extension ReportedAttempt.Ending {
  var words: String {
    switch self {
    case .verified: "verified"
    case .refused: "refused by the service"
    case .absent: "the service has no task of it"
    case .taskFailed: "failed at the service"
    case .rejected: "its files were not good"
    case .abandoned: "not waited for any longer"
    case .cancelled: "cancelled"
    case .split: "split into parts"
    case .failed: "failed"
    case .open: "not over when the run ended"
    }
  }
}
