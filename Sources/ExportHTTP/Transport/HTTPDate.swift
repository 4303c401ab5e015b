// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Dates of HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
public enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  public static func parse(_ text: String) -> Instant? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
      let month = months.firstIndex(of: String(parts[2])),
      let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    return Instant("\(date)T\(parts[4])Z")
  }

  public static func format(_ instant: Instant) -> String {
    let day = instant.day
    let time = Instant(seconds: instant.seconds).description.dropFirst(11).dropLast()
    let number = day.day < 10 ? "0\(day.day)" : "\(day.day)"
    return "\(weekdays[day.weekday - 1]), \(number) \(months[day.month - 1]) \(day.year) \(time) GMT"
  }
}
