// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ReportedJob {
  /// When the run first had to do with it; `nil`: it never had.
  var firstSeen: Instant? { began ?? (state == .skipped ? times.ended : nil) }

  /// When it was over; of one that is not, when the run ended.
  func over(in report: RunReport) -> Instant {
    let end = state.isFinal ? times.ended ?? report.ended : report.ended
    return max(end, firstSeen ?? end)
  }

  /// Why it is not done, in the words of its failure or of what it waited for.
  var reason: String {
    if let because = skippedBecause {
      let waits = isStopped ? "the export stopped after \(because)" : "waited for \(because)"
      return isGivenUp ? "\(failure?.message ?? "an attempt came to nothing"); given up: \(waits)" : waits
    }
    switch state {
    case .failed, .abandoned: return failure?.message ?? state.rawValue
    case .cancelled: return "stopped at the service"
    default:
      let stands = "\(state.rawValue) when the run ended"
      return failure.map { "\(stands): \($0.message)" } ?? stands
    }
  }
}

extension ReportedJob {
  /// `2 attempts`, `2 attempts and 1 that was put off`: what the service put off counts against no limit.
  var attemptWords: String {
    let counted = Count.words(max(0, attempts - putOff), "attempt")
    guard putOff > 0 else { return counted }
    return "\(counted) and \(putOff) that \(putOff == 1 ? "was" : "were") put off"
  }
}

extension ReportedAttempt {
  /// How long its task took at the service, as `DurationHistory` reckons it.
  var taskTime: Duration? {
    guard let submitted, let succeeded, submitted <= succeeded else { return nil }
    return submitted.duration(to: succeeded)
  }
}
