// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The clock and calendar of one time zone. Rules come from the toolchain's own ICU data, not from the system.
public struct ZoneCalendar: Sendable {
  /// When a zone's clock shows a local time.
  enum Moment: Sendable, Equatable {
    case once(Instant)
    /// The clock was set back: the first and the last time.
    case twice(Instant, Instant)
    /// The clock was set forward over it: the first instant after.
    case never(next: Instant)
  }

  /// The name as the manifest has it.
  public let name: String
  /// None for UTC.
  private let offsets: ZoneOffsets?

  /// `nil` for a name that is not in the zone data.
  public init?(_ name: String) {
    self.name = name
    if name == "UTC" {
      offsets = nil
      return
    }
    // Abbreviations and offsets are accepted by Foundation, but are names of zones only when the zone data has them.
    guard name.contains("/") || ZoneOffsets.names.contains(name), let offsets = ZoneOffsets.of(name) else { return nil }
    self.offsets = offsets
  }

  /// The day that `instant` falls on.
  public func day(of instant: Instant) -> CivilDate { time(of: instant).day }

  /// What the clock shows.
  public func time(of instant: Instant) -> LocalTime {
    LocalTime(seconds: instant.seconds + offset(at: instant.seconds))
  }

  /// The first instant of a day: midnight, or where midnight is skipped the first instant after it.
  /// Where midnight comes twice, the first.
  public func start(of day: CivilDate) -> Instant { instant(of: LocalTime(day)) }

  /// The first instant at which the clock shows `time`, or the first after it where it is skipped.
  public func instant(of time: LocalTime) -> Instant {
    switch moment(of: time) {
    case .once(let instant), .twice(let instant, _), .never(next: let instant): instant
    }
  }

  /// The instants at which the clock shows `time`.
  func moment(of time: LocalTime) -> Moment {
    guard let offsets else { return .once(Instant(seconds: time.seconds)) }
    // No clock is a day away from UTC: the answer lies within a day of the same reading in UTC.
    let (lower, upper) = (time.seconds - 86_400, time.seconds + 86_400)
    let transitions = offsets.transitions(from: lower + 1, to: upper + 1)
    var from = lower
    var offset = offsets.offset(at: lower)
    var shown: [Int64] = []
    for transition in transitions {
      let second = time.seconds - offset
      if from <= second, second < transition.second { shown.append(second) }
      (from, offset) = (transition.second, transition.after)
    }
    if from <= time.seconds - offset { shown.append(time.seconds - offset) }
    guard let first = shown.first, let last = shown.last else {
      let gap = transitions.first { $0.second + $0.before <= time.seconds && time.seconds < $0.second + $0.after }
      return .never(next: Instant(seconds: gap?.second ?? time.seconds - offset))
    }
    return shown.count == 1 ? .once(Instant(seconds: first)) : .twice(Instant(seconds: first), Instant(seconds: last))
  }

  /// Changes of the clock at or after `lower` and before `upper`, oldest first.
  func transitions(from lower: Instant, to upper: Instant) -> [ZoneTransition] {
    offsets?.transitions(from: lower.seconds, to: upper.seconds) ?? []
  }

  /// Seconds that local time is ahead of UTC.
  func offset(at second: Int64) -> Int64 { offsets?.offset(at: second) ?? 0 }
}
