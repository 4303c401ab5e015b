// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A window that a service cannot be asked for exactly.
public struct InexactWindow: Error, Sendable, Equatable {
  public var window: Window
  public var rule: WindowRule
  /// The edge that does not lie where the service cuts.
  public var edge: Instant
}

extension WindowRule {
  /// The window as this service is told it.
  /// - Throws: `InexactWindow` when an edge does not lie on the service's own unit in the service's own zone.
  public func render(_ window: Window) throws(InexactWindow) -> SentWindow {
    guard let calendar = ZoneCalendar(zone) else {
      throw InexactWindow(window: window, rule: self, edge: window.start)
    }
    for edge in [window.start, window.end] where !isEdge(edge, in: calendar) {
      throw InexactWindow(window: window, rule: self, edge: edge)
    }
    let last = end == .open ? window.end : lastUnit(before: window.end, in: calendar)
    return SentWindow(start: text(of: window.start, in: calendar), end: text(of: last, in: calendar))
  }

  private func isEdge(_ instant: Instant, in calendar: ZoneCalendar) -> Bool {
    switch unit {
    case .instant: true
    case .hour: instant.milliseconds % 3_600_000 == 0
    case .day: calendar.start(of: calendar.day(of: instant)) == instant
    case .month: calendar.start(of: calendar.day(of: instant).firstOfMonth()) == instant
    }
  }

  /// The beginning of the unit that ends at `end`: what a service wants whose end is included.
  private func lastUnit(before end: Instant, in calendar: ZoneCalendar) -> Instant {
    switch unit {
    case .instant: end.advanced(by: .milliseconds(-1))
    case .hour: end.advanced(by: .seconds(-3600))
    case .day: calendar.start(of: calendar.day(of: end).adding(days: -1))
    case .month: calendar.start(of: calendar.day(of: end).firstOfMonth(adding: -1))
    }
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
