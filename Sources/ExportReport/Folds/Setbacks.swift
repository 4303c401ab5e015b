// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

/// What did not work at first over the time of a run: setbacks by cause in equal spans of time.
public struct Setbacks: Sendable, Equatable {
  /// By cause, the most frequent first; only those that there were.
  public let totals: [Total]
  /// How long each span is.
  public let width: Duration
  /// From the run's beginning. As many as its time has spans; none without a setback.
  public let spans: [[Failure.Cause: Int]]

  public struct Total: Sendable, Equatable {
    public var cause: Failure.Cause
    public var count: Int
  }

  /// More spans are not made.
  public static let spansMost = 60

  public init(_ report: RunReport) {
    let start = report.header.started
    let width = Self.width(of: report.duration)
    let count = Int(max(0, report.duration.milliseconds) / width.milliseconds) + 1
    var spans = [[Failure.Cause: Int]](repeating: [:], count: count)
    var totals: [Failure.Cause: Int] = [:]
    var last: [JobKey: Failure] = [:]
    for event in report.events.failed {
      guard let failure = event.kind.failure else { continue }
      // The end of a job says again what its last attempt has said.
      defer { last[event.key] = failure }
      if case .failed = event.kind, last[event.key] == failure { continue }
      let span = Int(max(0, start.duration(to: event.at).milliseconds) / width.milliseconds)
      spans[min(span, count - 1)][failure.cause, default: 0] += 1
      totals[failure.cause, default: 0] += 1
    }
    self.width = width
    self.spans = totals.isEmpty ? [] : spans
    self.totals = totals.map { Total(cause: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.cause.rawValue) < ($0.count, $1.cause.rawValue) }
  }

  /// Setbacks of one span.
  public func count(at span: Int) -> Int { spans[span].values.reduce(0, +) }

  /// The shortest length that people count in and that cuts the time into few enough spans.
  private static func width(of duration: Duration) -> Duration {
    let lengths = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400]
    let most = Double(spansMost)
    let seconds = lengths.first { duration.inSeconds < Double($0) * most }
    return .seconds(seconds ?? 86_400 * (Int(duration.inSeconds / 86_400 / most) + 1))
  }
}
