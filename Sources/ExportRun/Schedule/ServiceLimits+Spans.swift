// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ServiceLimits {
  /// The longest span for which it matters what earlier runs have asked for; `nil`: none does.
  var startSpan: Duration? {
    let submits = calls.filter { $0.verb == .submit || $0.verb == .any }.map(\.every)
    // Where a clock is set back, a day may be as long as two.
    return (submits + starts.map { $0.resets == nil ? $0.every : .seconds(2 * 86_400) }).max()
  }

  var countsStarts: Bool { startSpan != nil }

  /// How long it takes at least to send so many requests of a kind.
  /// - Parameter now: what times of day are reckoned from.
  func least(starts count: Int, calls all: Int, at now: Instant) -> Duration {
    let ofCalls = calls.map { limit in
      let sent =
        switch limit.verb {
        case .submit: count
        case .poll: all - count
        case .any: all
        case .list, .cancel, .fetch: 0
        }
      return Self.least(sent, most: limit.most, every: limit.every)
    }
    return (ofCalls + starts.map { Self.least(count, $0, at: now) }).max() ?? .zero
  }

  /// The first so many go at once.
  private static func least(_ count: Int, most: Int, every: Duration) -> Duration {
    guard count > most else { return .zero }
    let (length, isTooLong) = every.milliseconds.multipliedReportingOverflow(by: Int64((count - 1) / most))
    return isTooLong ? .milliseconds(Int64.max / 2) : .milliseconds(length)
  }

  private static func least(_ count: Int, _ limit: StartLimit, at now: Instant) -> Duration {
    guard count > limit.most, let resets = limit.resets.flatMap({ DailyReset($0) }) else {
      return least(count, most: limit.most, every: limit.every)
    }
    let first = now.duration(to: resets.next(after: now))
    return first + least(count - limit.most, most: limit.most, every: .seconds(86_400))
  }
}
