// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// When a task is looked at next.
public struct PollPolicy: Sendable, Equatable {
  /// What earlier tasks of the kind took.
  public struct Experience: Sendable, Equatable {
    /// A tenth of them were done by then, half of them, and nine tenths.
    public var early: Duration
    public var half: Duration
    public var late: Duration

    public init(early: Duration, half: Duration, late: Duration) {
      (self.early, self.half, self.late) = (early, half, late)
    }
  }

  /// The first look may be later than the longest interval by this factor, where tasks are known to take long.
  static let firstMost = 10

  public var rule: PollRule

  public init(_ rule: PollRule) { self.rule = rule }

  /// The pause before poll number `number` (from 1). A wish of the service is kept to exactly. Otherwise, where the kind
  /// is known, the first look is when the quickest tenth were done, and looks are closest while most of them end; where it
  /// is not, and after nine tenths have ended, intervals grow by the rule. Never shorter than the rule's `every` (the
  /// first: `first`) nor longer than its `most`, with a tenth of jitter so that tasks made together are not polled
  /// together.
  /// - Parameter age: how long ago the task was made.
  public func pause(
    before number: Int, retryAfter: Duration?, age: Duration = .zero, experience: Experience? = nil,
    using random: inout some RandomNumberGenerator
  ) -> Duration {
    if let retryAfter { return retryAfter }
    guard let experience, age < experience.late else {
      return jittered(number <= 1 ? rule.first : grown(steps: number - 2), using: &random)
    }
    guard number > 1 else {
      return jittered(min(max(rule.first, experience.early), rule.most * Self.firstMost), using: &random)
    }
    let wished =
      age < experience.half ? (experience.half - age) / 2 : (experience.late - experience.half) / 4
    return jittered(min(max(rule.every, wished), rule.most), using: &random)
  }

  /// The pause before a task in a state that nobody knows is looked at again: the slowest pace.
  public func holdPause(using random: inout some RandomNumberGenerator) -> Duration {
    jittered(rule.most, using: &random)
  }

  /// Tasks of one app are looked at together by one request: an instant a little later that they have in common, at
  /// most a quarter of the shortest interval.
  func together(_ instant: Instant, app: Int) -> Instant {
    let width = max(50, rule.every.milliseconds / 4)
    // Apps keep apart from each other.
    let phase = Int64(truncatingIfNeeded: UInt64(app) &* 0x9E37_79B9_7F4A_7C15 >> 33) % width
    let cell = (instant.milliseconds - phase + width - 1) / width
    return Instant(milliseconds: cell * width + phase)
  }

  func grown(steps: Int) -> Duration {
    var pause = rule.every.inSeconds
    let most = rule.most.inSeconds
    var left = steps
    while left > 0, pause < most, rule.growth > 1 {
      pause *= rule.growth
      left -= 1
    }
    return .milliseconds(Int64(min(pause, most) * 1000))
  }

  private func jittered(_ pause: Duration, using random: inout some RandomNumberGenerator) -> Duration {
    .milliseconds(Int64(Double(pause.milliseconds) * Double.random(in: 0.95...1.05, using: &random)))
  }
}
