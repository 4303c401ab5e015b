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
    /// When the first look is best.
    public var first: Duration

    /// The first look is when the quickest are done.
    public init(early: Duration, half: Duration, late: Duration) {
      (self.early, self.half, self.late, first) = (early, half, late, early)
    }
  }

  /// The first look may be later than the longest interval by this factor, where tasks are known to take long.
  static let firstMost = 10

  public var rule: PollRule

  public init(_ rule: PollRule) { self.rule = rule }

  /// The pause before poll number `number` (from 1). A wish of the service is kept to exactly. Otherwise, where the kind
  /// is known, the first look is when the quickest tenth were done, and looks are closest while most of them end; where it
  /// is not, and after nine tenths have ended, intervals grow by the rule. Where all take nearly the same, the first look is
  /// when they are done. Never shorter than the rule's `every` (the
  /// first: `first`) nor longer than its `most` (a first look at a known kind: ten times that), with a tenth of jitter so that
  /// tasks made together are not polled together; without it where all take nearly the same.
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
      let first = min(max(rule.first, experience.first - age), rule.most * Self.firstMost)
      // What is sure to come is not looked at before it does.
      return experience.first > experience.early ? first : jittered(first, using: &random)
    }
    let wished =
      age < experience.half ? (experience.half - age) / 2 : (experience.late - experience.half) / 4
    return jittered(min(max(rule.every, wished), rule.most), using: &random)
  }

  /// The pause before a task in a state that nobody knows is looked at again: the slowest pace.
  public func holdPause(using random: inout some RandomNumberGenerator) -> Duration {
    jittered(rule.most, using: &random)
  }

  /// The most that something is put off to be done for several, where it is known how long tasks take.
  static let togetherMost = Duration.milliseconds(1024)

  /// Instants at which tasks are looked at together lie no closer, in milliseconds: where it is known how long they take, and
  /// where it is not.
  private static let (knownLeast, unknownLeast): (Int64, Int64) = (20, 50)

  /// Apps have at most so many instants within the width, and they lie no closer than so many milliseconds.
  private static let (phasesMost, phaseLeast): (Int64, Int64) = (128, 4)

  /// Tasks of one app are looked at together by one request: an instant a little later that they have in common, at
  /// most a quarter of the shortest interval, or a sixth of what half of the tasks take, up to a second; 20 or 50 ms where
  /// that is less.
  func together(_ instant: Instant, app: Int, experience: Experience? = nil) -> Instant {
    let least = experience.map { max(Self.knownLeast, Self.patience($0)) } ?? Self.unknownLeast
    let width = max(least, rule.every.milliseconds / 4)
    // Apps keep apart from each other, and the many of a large run have instants in common: a process that is woken for
    // one of them looks for all of those.
    let apart = max(Self.phaseLeast, (width + Self.phasesMost - 1) / Self.phasesMost)
    let spread = UInt64(app) &* 0x9E37_79B9_7F4A_7C15
    let phase = Int64(spread.multipliedFullWidth(by: UInt64(width / apart)).high) * apart
    return Self.next(instant, every: width, phase)
  }

  /// Results of one container are found together by one listing: an instant a little later that all have in common, a sixth
  /// of what half of the tasks take, up to a second. Where that is not known, or is little, it is the instant itself.
  func gathered(_ instant: Instant, experience: Experience?) -> Instant {
    guard let width = experience.map(Self.patience), width >= 50 else { return instant }
    return Self.next(instant, every: width, 0)
  }

  /// In milliseconds: what nobody minds who waits for such tasks. A power of two, so that kinds that differ a little have
  /// instants in common.
  private static func patience(_ experience: Experience) -> Int64 {
    let most = min(experience.half.milliseconds / 6, togetherMost.milliseconds)
    return most > 0 ? 1 << (Int64.bitWidth - 1 - most.leadingZeroBitCount) : 0
  }

  private static func next(_ instant: Instant, every width: Int64, _ phase: Int64) -> Instant {
    Instant(milliseconds: (instant.milliseconds - phase + width - 1) / width * width + phase)
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
    let pause = max(0, pause.milliseconds)
    // A part of the width. A range of the standard library would do the same, and is not specialized for the generator.
    let part = UInt64(pause / 10 + 1).multipliedFullWidth(by: random.next()).high
    return .milliseconds(pause - pause / 20 + Int64(part))
  }
}
