// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A window that a service cannot be asked for.
public struct InexactWindow: Error, Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// This edge does not lie where the service cuts.
    case edge(Instant)
    /// It is longer than the service takes.
    case length(most: Duration)
  }

  public var window: Window
  public var rule: WindowRule
  public var reason: Reason

  /// For a window that no manifest wrote.
  public var words: String {
    switch reason {
    case .edge(let edge):
      "the service takes whole \(rule.unit.rawValue)s of \(rule.zone), and \(edge) is no edge of one"
    case .length(let most): "the service takes windows of \(DurationText.format(most)) at most"
    }
  }
}

extension WindowRule {
  /// The window as this service is told it.
  /// - Throws: `InexactWindow` when an edge does not lie on the service's own unit in the service's own zone, or the
  ///   window is longer than the service takes.
  public func render(_ window: Window) throws(InexactWindow) -> SentWindow {
    guard let calendar = ZoneCalendar(zone) else {
      throw InexactWindow(window: window, rule: self, reason: .edge(window.start))
    }
    for edge in [window.start, window.end] where !isEdge(edge, in: calendar) {
      throw InexactWindow(window: window, rule: self, reason: .edge(edge))
    }
    if let most, length(of: window, in: calendar, like: most) > most {
      throw InexactWindow(window: window, rule: self, reason: .length(most: most))
    }
    let last = end == .open ? window.end : lastUnit(before: window.end, in: calendar)
    return SentWindow(start: text(of: window.start, in: calendar), end: text(of: last, in: calendar))
  }

  /// As the service's own clock shows it where a limit is of whole days: a day of 25 hours is one day.
  private func length(of window: Window, in calendar: ZoneCalendar, like most: Duration) -> Duration {
    guard most.milliseconds.isMultiple(of: 86_400_000) else { return window.start.duration(to: window.end) }
    let rest = window.end.milliseconds - window.start.milliseconds - 1000 * (window.end.seconds - window.start.seconds)
    let seconds = calendar.time(of: window.end).seconds - calendar.time(of: window.start).seconds
    return .milliseconds(seconds * 1000 + rest)
  }

  /// A window of the service may begin and end there.
  func isEdge(_ instant: Instant, in calendar: ZoneCalendar) -> Bool {
    switch unit {
    case .instant: true
    case .hour: isHour(instant, in: calendar)
    case .day: calendar.start(of: calendar.day(of: instant)) == instant
    case .month: calendar.start(of: calendar.day(of: instant).firstOfMonth()) == instant
    }
  }

  /// The service's clock shows a whole hour. Where hours are told by what the clock shows, one that comes twice when the
  /// clock is set back is one hour, as long as both.
  private func isHour(_ instant: Instant, in calendar: ZoneCalendar) -> Bool {
    let time = calendar.time(of: instant)
    guard instant.milliseconds.isMultiple(of: 1000), time.secondOfDay.isMultiple(of: 3600) else { return false }
    guard render == .hour else { return true }
    return calendar.instant(of: time) == instant
  }

  /// The beginning of the unit that ends at `end`: what a service wants whose end is included.
  private func lastUnit(before end: Instant, in calendar: ZoneCalendar) -> Instant {
    switch unit {
    case .instant: end.advanced(by: .milliseconds(-1))
    case .hour: lastHour(before: end, in: calendar)
    case .day: calendar.start(of: calendar.day(of: end).adding(days: -1))
    case .month: calendar.start(of: calendar.day(of: end).firstOfMonth(adding: -1))
    }
  }

  /// Hours are longer or shorter than one where a clock is set by half of one, or by one that is told once.
  private func lastHour(before end: Instant, in calendar: ZoneCalendar) -> Instant {
    let steps = (1...12).lazy.map { end.advanced(by: .seconds(-900 * $0)) }
    return steps.first { isEdge($0, in: calendar) } ?? end.advanced(by: .seconds(-3600))
  }

  private func text(of instant: Instant, in calendar: ZoneCalendar) -> String {
    switch render {
    case .iso: instant.description
    case .hour: Self.hour(calendar.time(of: instant))
    case .date: calendar.day(of: instant).description
    case .compactDate: calendar.day(of: instant).description.filter { $0 != "-" }
    case .epochSeconds: String(instant.seconds)
    case .epochMilliseconds: String(instant.milliseconds)
    }
  }

  /// `20160131T07`
  private static func hour(_ time: LocalTime) -> String {
    let hour = time.secondOfDay / 3600
    return "\(time.day.description.filter { $0 != "-" })T\(hour < 10 ? "0" : "")\(hour)"
  }
}
