// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// How long a run still takes: by what earlier tasks took, by what this run has shown, and by both while it goes on, the
/// run itself counting for more the further it is. A guess, and told as one.
struct RunPace: Sendable, Equatable {
  struct Left: Sendable, Equatable {
    /// What it is reckoned from.
    enum Basis: String, Sendable { case history, run, both }

    var duration: Duration
    var basis: Basis
  }

  /// Fewer jobs done say nothing, when nothing is known from before.
  private static let doneFewest = 3
  /// Nor does less than this part of all.
  private static let partFewest = 50

  var began: Instant
  var due: Int
  var forecast: Forecast?

  /// `nil` when nothing can be said yet, or nothing is left.
  /// - Parameters:
  ///   - done: jobs of which nothing more comes.
  ///   - worked: those of them that something was done for.
  func left(done: Int, worked: Int, at now: Instant) -> Left? {
    let rest = due - done
    guard rest > 0 else { return nil }
    let passed = max(0, began.duration(to: now).inSeconds)
    let known = forecast?.half.map { $0.duration.inSeconds * Double(rest) / Double(due) }
    let isShown = worked >= max(Self.doneFewest, due / Self.partFewest)
    let shown = isShown ? passed * Double(rest) / Double(worked) : nil
    let weight = Double(done) / Double(due)
    let (seconds, basis): (Double, Left.Basis)
    switch (known, shown) {
    case (let known?, let shown?): (seconds, basis) = (known * (1 - weight) + shown * weight, .both)
    case (let known?, nil): (seconds, basis) = (known, .history)
    case (nil, let shown?): (seconds, basis) = (shown, .run)
    case (nil, nil): return nil
    }
    // Limits in spans of time hold, however quick tasks are.
    let least = (forecast?.least.inSeconds ?? 0) - passed
    return Left(duration: .milliseconds(Int64(max(seconds, least) * 1000)), basis: basis)
  }
}

extension RunPace.Left {
  /// `about 25m left, until 14:05Z`.
  func words(at now: Instant) -> String {
    let rounded = Self.rounded(duration)
    let end = now.advanced(by: rounded)
    // `2016-01-31T14:05`, and of another day than today's the day as well.
    let minute = Instant(seconds: end.seconds / 60 * 60).description.dropLast(4)
    return "about \(DurationText.format(rounded)) left, until \(end.day == now.day ? minute.dropFirst(11) : minute)Z"
  }

  /// No finer than it can be known.
  private static func rounded(_ duration: Duration) -> Duration {
    let seconds = Int64(duration.inSeconds.rounded(.up))
    let step: Int64 = seconds < 60 ? 5 : seconds < 3600 ? 60 : seconds < 86_400 ? 300 : 3600
    return .seconds(max(1, (seconds + step - 1) / step) * step)
  }
}
