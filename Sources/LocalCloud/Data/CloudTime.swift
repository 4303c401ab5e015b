// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Instants as milliseconds since 1970, days as days since then, and their texts. UTC only.
enum CloudTime {
  static let dayLength: Int64 = 86_400_000

  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  /// `yyyy-MM-ddTHH:mm:ss.fffZ`
  static func precise(_ milliseconds: Int64) -> String {
    "\(date(ofDay: day(of: milliseconds)))T\(clock(milliseconds)).\(padded(modulo(milliseconds, 1000), 3))Z"
  }

  /// `yyyy-MM-ddTHH:mm:ssZ`
  static func seconds(_ milliseconds: Int64) -> String {
    "\(date(ofDay: day(of: milliseconds)))T\(clock(milliseconds))Z"
  }

  static func day(of milliseconds: Int64) -> Int { Int((milliseconds - modulo(milliseconds, dayLength)) / dayLength) }

  /// `yyyy-MM-dd`
  static func date(ofDay day: Int) -> String {
    let (year, month, dayOfMonth) = civil(day)
    return "\(padded(Int64(year), 4))-\(padded(Int64(month), 2))-\(padded(Int64(dayOfMonth), 2))"
  }

  /// `nil` for what is no `yyyy-MM-dd`.
  static func day(_ text: String) -> Int? {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard text.utf8.count == 10, parts.count == 3, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else {
      return nil
    }
    let number = dayNumber(parts[0], parts[1], parts[2])
    return date(ofDay: number) == text ? number : nil
  }

  /// `nil` for what is no RFC 3339 date-time; a bare date is midnight, no seconds are 0, no zone is UTC.
  static func instant(_ text: String) -> Int64? {
    let pattern =
      #/(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:[Zz]|([+-])(\d\d):(\d\d))?/#
    guard let match = text.wholeMatch(of: pattern), let day = day(String(match.1)) else { return nil }
    func number(_ part: Substring?) -> Int64 { part.flatMap { Int64($0) } ?? 0 }
    let (hour, minute, second) = (number(match.2), number(match.3), number(match.4))
    guard hour < 24, minute < 60, second < 60, number(match.7) < 24, number(match.8) < 60 else { return nil }
    let fraction = match.5.map { Int64(($0 + "00").prefix(3)) ?? 0 } ?? 0
    let offset = (number(match.7) * 60 + number(match.8)) * 60_000 * (match.6 == "-" ? -1 : 1)
    return Int64(day) * dayLength + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offset
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  static func http(_ milliseconds: Int64) -> String {
    let day = day(of: milliseconds)
    let (year, month, dayOfMonth) = civil(day)
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(modulo(Int64(day), 7))]
    return "\(weekday), \(padded(Int64(dayOfMonth), 2)) \(months[month - 1]) \(year) \(clock(milliseconds)) GMT"
  }

  /// `nil` for what is no `Tue, 24 Nov 2026 04:09:49 GMT`. The day's name is not looked at.
  static func http(_ text: String) -> Int64? {
    let pattern = #/[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT/#
    guard let match = text.wholeMatch(of: pattern), let month = months.firstIndex(of: String(match.2)),
      let day = day("\(match.3)-\(padded(Int64(month) + 1, 2))-\(match.1)"),
      let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6), hour < 24, minute < 60,
      second < 61
    else { return nil }
    return Int64(day) * dayLength + (hour * 3600 + minute * 60 + second) * 1000
  }

  /// 0 (Monday) to 6.
  static func weekday(ofDay day: Int) -> Int { Int(modulo(Int64(day) + 3, 7)) }

  private static func clock(_ milliseconds: Int64) -> String {
    let rest = modulo(milliseconds, dayLength) / 1000
    return [rest / 3600, rest / 60 % 60, rest % 60].map { padded($0, 2) }.joined(separator: ":")
  }

  private static func modulo(_ number: Int64, _ divisor: Int64) -> Int64 {
    let rest = number % divisor
    return rest < 0 ? rest + divisor : rest
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yoe = y - era * 400
    let doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
  }

  private static func civil(_ day: Int) -> (Int, Int, Int) {
    let z = day + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let doe = z - era * 146_097
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100)
    let mp = (5 * doy + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    return (yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1)
  }
}
