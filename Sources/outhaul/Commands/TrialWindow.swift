// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport

/// A window as it is said on a command line, in a zone.
struct TrialWindow {
  let window: Window

  /// - Parameter text: a day, a month, an hour, or two times with `/` between them.
  /// - Throws: `ValidationError`.
  init(_ text: String, zone: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let edges: (Instant, Instant)? =
      switch parts.count {
      case 1: Self.whole(text, zone: zone)
      case 2: Self.pair(parts[0], parts[1], zone: zone)
      default: nil
      }
    guard let edges else {
      throw ValidationError("'\(text)' is no window: write 2016-01-31, 2016-01, 2016-01-31T07 or BEGIN/END")
    }
    guard edges.0 < edges.1 else { throw ValidationError("the window '\(text)' ends before it begins") }
    window = Window(start: edges.0, end: edges.1, zone: zone)
  }

  private static func pair(_ from: String, _ to: String, zone: String) -> (Instant, Instant)? {
    guard let start = instant(from, zone: zone), let end = instant(to, zone: zone) else { return nil }
    return (start, end)
  }

  private static func whole(_ text: String, zone: String) -> (Instant, Instant)? {
    if let day = CivilDate(text) { return pair("\(day)", "\(day.adding(days: 1))", zone: zone) }
    if let month = CivilDate(text + "-01") { return pair("\(month)", "\(month.firstOfMonth(adding: 1))", zone: zone) }
    guard text.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d/#) != nil, let start = instant(text + ":00", zone: zone) else {
      return nil
    }
    return (start, start.advanced(by: .seconds(3600)))
  }

  /// An instant of RFC 3339 with its offset, or a day or a time on the zone's clock.
  private static func instant(_ text: String, zone: String) -> Instant? {
    if text.firstMatch(of: #/T.*(Z|[+-]\d\d:?\d\d)$/#) != nil { return Instant(text) }
    guard let calendar = ZoneCalendar(zone), let time = LocalTime(text) else { return nil }
    let guess = calendar.start(of: time.day).advanced(by: .seconds(time.secondOfDay))
    // The clock may have been changed since midnight.
    return guess.advanced(by: .seconds(time.seconds - calendar.time(of: guess).seconds))
  }
}
