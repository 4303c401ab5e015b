// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Where a cell begins and the one before it ends.
struct WindowCut: Sendable, Equatable {
  enum Place: Sendable, Equatable {
    case plain
    /// The clock was set forward over the cell's local time.
    case gap
    /// The cell's local time comes twice.
    case fold
  }

  var instant: Instant
  /// By the rule of the period, whether or not the clock shows it.
  var local: LocalTime
  var place: Place
}

extension WindowGrid {
  /// Every cut from the last at or before `lower` to the first after `upper`, and a few more, oldest first,
  /// no two at the same instant.
  func cuts(around lower: Instant, _ upper: Instant) -> [WindowCut] {
    switch form {
    case .elapsed(let seconds): elapsedCuts(seconds: Int64(seconds), lower, upper)
    case .clock(let seconds) where 3600.isMultiple(of: seconds): readings(every: Int64(seconds), lower, upper)
    case .clock, .days, .weeks, .months, .calendar: localCuts(lower, upper)
    }
  }

  /// The instant of a local time.
  func cut(at time: LocalTime) -> WindowCut {
    switch calendar.moment(of: time) {
    case .once(let instant): WindowCut(instant: instant, local: time, place: .plain)
    case .twice(let first, let last):
      WindowCut(instant: fold == .first ? first : last, local: time, place: .fold)
    case .never(next: let instant): WindowCut(instant: instant, local: time, place: .gap)
    }
  }

  // MARK: Elapsed time

  private func elapsedCuts(seconds: Int64, _ lower: Instant, _ upper: Instant) -> [WindowCut] {
    let origin = instant(of: anchor).seconds
    let first = Self.floor(lower.seconds - origin, seconds)
    let last = Self.floor(upper.seconds - origin, seconds) + 1
    return (first...last).map { index in
      let instant = Instant(seconds: origin + index * seconds)
      return WindowCut(instant: instant, local: calendar.time(of: instant), place: .plain)
    }
  }

  // MARK: Local times

  private func localCuts(_ lower: Instant, _ upper: Instant) -> [WindowCut] {
    // A day on either side: clocks are less than that away from UTC.
    var index = self.index(at: LocalTime(seconds: lower.seconds - 86_400))
    let end = LocalTime(seconds: upper.seconds + 86_400)
    var cuts: [WindowCut] = []
    while true {
      let time = local(index)
      let cut = cut(at: time)
      // Of cells without length, in a gap, only the last stays.
      if let last = cuts.last, last.instant >= cut.instant { cuts.removeLast() }
      cuts.append(cut)
      if time > end, cut.instant > upper { return cuts }
      index += 1
    }
  }

  /// The local time at which the cell of an index begins; later for greater indexes.
  func local(_ index: Int) -> LocalTime {
    switch form {
    case .days: LocalTime(CivilDate(dayNumber: index))
    // 1970-01-05 was a Monday.
    case .weeks: LocalTime(CivilDate(dayNumber: index * 7 + 4))
    case .months: LocalTime(Self.epoch.firstOfMonth(adding: index))
    case .clock(let seconds), .elapsed(let seconds): LocalTime(seconds: Int64(index * seconds))
    case .calendar(let months, let days, let seconds):
      LocalTime(
        seconds: LocalTime(anchor.day.adding(months: index * months).adding(days: index * days)).seconds
          + Int64(anchor.secondOfDay + index * seconds))
    }
  }

  /// The index of the last cell that begins at or before a local time.
  func index(at time: LocalTime) -> Int {
    switch form {
    case .days: return time.day.dayNumber
    case .weeks: return Int(Self.floor(Int64(time.day.dayNumber - 4), 7))
    case .months: return (time.day.year - 1970) * 12 + time.day.month - 1
    case .clock(let seconds), .elapsed(let seconds): return Int(Self.floor(time.seconds, Int64(seconds)))
    case .calendar(let months, let days, let seconds):
      // By the mean length of a month, then to the exact one: clamped month ends never lead far away.
      let mean = Int64(months) * 2_629_746 + Int64(days) * 86_400 + Int64(seconds)
      var index = Int(Self.floor(time.seconds - anchor.seconds, mean))
      while local(index) > time { index -= 1 }
      while local(index + 1) <= time { index += 1 }
      return index
    }
  }

  // MARK: Readings of the clock

  /// Every instant at which the clock reads a multiple of a part of an hour: a reading that comes twice twice. A
  /// reading in a gap is the end of the gap.
  private func readings(every seconds: Int64, _ lower: Instant, _ upper: Instant) -> [WindowCut] {
    let from = Instant(seconds: lower.seconds - 2 * 86_400)
    let to = Instant(seconds: upper.seconds + 2 * 86_400)
    let transitions = calendar.transitions(from: from, to: to)
    var cuts: [WindowCut] = []
    var (second, offset) = (from.seconds, calendar.offset(at: from.seconds - 1))
    var rest = transitions[...]
    while second < to.seconds {
      if let transition = rest.first, transition.second == second {
        append(gapOf: transition, every: seconds, to: &cuts)
        offset = transition.after
        rest = rest.dropFirst()
      }
      let end = rest.first?.second ?? to.seconds
      var next = Self.ceiling(second + offset, seconds) * seconds - offset
      // Cuts are less than two hours apart, over a change of the clock too.
      if next < lower.seconds - 7200 {
        next = Self.ceiling(lower.seconds - 7200 + offset, seconds) * seconds - offset
      }
      while next < end, next <= upper.seconds + 7200 {
        let cut = WindowCut(
          instant: Instant(seconds: next), local: LocalTime(seconds: next + offset),
          place: isTwice(next, offset, transitions) ? .fold : .plain)
        cuts.append(cut)
        next += seconds
      }
      second = end
    }
    return cuts
  }

  private func append(gapOf transition: ZoneTransition, every seconds: Int64, to cuts: inout [WindowCut]) {
    let skipped = Self.ceiling(transition.second + transition.before, seconds) * seconds
    let shown = transition.second + transition.after
    guard skipped < shown, shown % seconds != 0 else { return }
    cuts.append(
      WindowCut(instant: Instant(seconds: transition.second), local: LocalTime(seconds: skipped), place: .gap))
  }

  private func isTwice(_ second: Int64, _ offset: Int64, _ transitions: [ZoneTransition]) -> Bool {
    let reading = second + offset
    return transitions.contains { transition in
      transition.second + transition.after <= reading && reading < transition.second + transition.before
        && abs(transition.second - second) <= 86_400
    }
  }

  // MARK: Numbers

  private static let epoch = CivilDate(dayNumber: 0)

  static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
    number >= 0 ? number / divisor : (number - divisor + 1) / divisor
  }

  private static func ceiling(_ number: Int64, _ divisor: Int64) -> Int64 { -floor(-number, divisor) }
}
