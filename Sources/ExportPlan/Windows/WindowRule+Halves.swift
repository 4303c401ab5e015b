// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension WindowRule {
  /// The window in two, cut where the service cuts: the first is the shorter one when the number of units is odd. `nil`
  /// when it is one unit already, a second where the service takes any instant.
  public func halves(of window: Window) -> (Window, Window)? {
    guard let calendar = ZoneCalendar(zone), let middle = middle(of: window, in: calendar), window.start < middle,
      middle < window.end
    else { return nil }
    return (
      Window(start: window.start, end: middle, zone: window.zone),
      Window(start: middle, end: window.end, zone: window.zone)
    )
  }

  /// What people call a part: its first and its last unit, or one when they are the same.
  public func label(ofPart window: Window) -> String {
    guard let calendar = ZoneCalendar(zone) else { return window.start.description }
    let last = window.end.advanced(by: .milliseconds(-1))
    let names = [window.start, last].map { name(of: $0, in: calendar) }
    return names[0] == names[1] ? names[0] : "\(names[0])--\(names[1])"
  }

  private func name(of instant: Instant, in calendar: ZoneCalendar) -> String {
    switch unit {
    case .day: calendar.day(of: instant).description
    case .month: String(calendar.day(of: instant).description.dropLast(3))
    case .hour: hourName(of: instant, in: calendar)
    case .instant: Instant(seconds: instant.seconds).description.filter { $0 != ":" }
    }
  }

  private func middle(of window: Window, in calendar: ZoneCalendar) -> Instant? {
    switch unit {
    case .instant:
      let seconds = (window.end.milliseconds - window.start.milliseconds) / 1000
      return seconds < 2 ? nil : window.start.advanced(by: .seconds(seconds / 2))
    case .hour:
      return middleHour(of: window, in: calendar)
    case .day:
      let (first, end) = (calendar.day(of: window.start), calendar.day(of: window.end))
      let days = end.dayNumber - first.dayNumber
      return days < 2 ? nil : calendar.start(of: first.adding(days: days / 2))
    case .month:
      let (first, end) = (calendar.day(of: window.start), calendar.day(of: window.end))
      let months = (end.year - first.year) * 12 + end.month - first.month
      return months < 2 ? nil : calendar.start(of: first.firstOfMonth(adding: months / 2))
    }
  }

  /// The last hour that begins in the first half, or the first one after it where a clock was set in between.
  private func middleHour(of window: Window, in calendar: ZoneCalendar) -> Instant? {
    let hours = (window.end.milliseconds - window.start.milliseconds) / 3_600_000
    guard hours >= 2 else { return nil }
    let middle = window.start.advanced(by: .seconds(hours / 2 * 3600))
    let near = (0...8).lazy.flatMap {
      [middle.advanced(by: .seconds(-900 * $0)), middle.advanced(by: .seconds(900 * $0))]
    }
    return near.first { window.start < $0 && $0 < window.end && isEdge($0, in: calendar) }
  }

  /// When the hour began, in UTC; with minutes where the zone's hours begin between those of UTC.
  private func hourName(of instant: Instant, in calendar: ZoneCalendar) -> String {
    let start = Instant(seconds: instant.seconds - Int64(calendar.time(of: instant).secondOfDay % 3600))
    let text = start.description
    let minutes = text.dropFirst(14).prefix(2)
    return text.prefix(13) + (minutes == "00" ? "" : minutes) + "Z"
  }
}
