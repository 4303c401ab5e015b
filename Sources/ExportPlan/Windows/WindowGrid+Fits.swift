// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

extension WindowGrid {
  /// The nearest local time at which a cell begins; `nil` when one begins at `time` itself.
  func nearestFit(to time: LocalTime) -> LocalTime? {
    let (before, after) = neighbours(of: time)
    guard before != time else { return nil }
    return after.seconds - time.seconds < time.seconds - before.seconds ? after : before
  }

  /// The local times before and after `time` at which cells begin.
  func fits(around time: LocalTime) -> [LocalTime] {
    let (before, after) = neighbours(of: time)
    return [before, after]
  }

  private func neighbours(of time: LocalTime) -> (before: LocalTime, after: LocalTime) {
    guard case .elapsed(let length) = form else {
      let index = self.index(at: time)
      return (local(index), local(index + 1))
    }
    let origin = instant(of: anchor).seconds
    let target = instant(of: time).seconds
    let before = origin + Self.floor(target - origin, Int64(length)) * Int64(length)
    guard before != target else { return (time, time) }
    let after = Instant(seconds: before + Int64(length))
    return (calendar.time(of: Instant(seconds: before)), calendar.time(of: after))
  }

  /// No cell is expected to be shorter than this, save at a change of the clock.
  var leastSeconds: Int64 {
    switch form {
    case .days: 86_400
    case .weeks: 7 * 86_400
    case .months: 28 * 86_400
    case .clock(let seconds), .elapsed(let seconds): Int64(seconds)
    case .calendar(let months, let days, let seconds): Int64(months * 28 + days) * 86_400 + Int64(seconds)
    }
  }
}
