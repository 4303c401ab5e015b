// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A second of the calendar, in UTC, as answers write it.
struct Moment {
  /// Since 1970.
  let seconds: Int

  /// `20161216T210000Z`, as the names of files have it.
  func writeCompact(to bytes: inout Bytes) {
    let (year, month, day) = civil
    bytes.append(year, digits: 4)
    bytes.append(month, digits: 2)
    bytes.append(day, digits: 2)
    bytes.append("T")
    for part in clock { bytes.append(part, digits: 2) }
    bytes.append("Z")
  }

  /// `2016-12-16T21:00:00Z`
  func write(to bytes: inout Bytes) {
    let (year, month, day) = civil
    bytes.append(year, digits: 4)
    bytes.append("-")
    bytes.append(month, digits: 2)
    bytes.append("-")
    bytes.append(day, digits: 2)
    for (sign, part) in zip(["T", ":", ":"] as [StaticString], clock) {
      bytes.append(sign)
      bytes.append(part, digits: 2)
    }
    bytes.append("Z")
  }

  private var clock: [Int] { [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60] }

  /// By the rules of the Gregorian calendar: 400 years have 146,097 days, and a year is taken to begin in March.
  private var civil: (year: Int, month: Int, day: Int) {
    let days = seconds / 86_400 + 719_468
    let (era, ofEra) = (days / 146_097, days % 146_097)
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * ofYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, ofYear - (153 * shifted + 2) / 5 + 1)
  }

  /// Milliseconds that only go on.
  static var steady: Int { steadyNanoseconds / 1_000_000 }

  static var steadyNanoseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  static var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(seconds: time.tv_sec)
  }
}
