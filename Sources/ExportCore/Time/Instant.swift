// SPDX-License-Identifier: Apache-2.0

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Instant: Sendable, Hashable, InstantProtocol {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  public init(seconds: Int64) { milliseconds = seconds * 1000 }

  /// Midnight UTC that begins the day.
  public init(startOf day: CivilDate) { self.init(seconds: Int64(day.dayNumber) * 86_400) }

  /// Whole seconds since the epoch, rounded down.
  public var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000 }

  /// The day in UTC.
  public var day: CivilDate {
    let whole = seconds
    return CivilDate(dayNumber: Int(whole >= 0 ? whole / 86_400 : (whole - 86_399) / 86_400))
  }

  public func advanced(by duration: Duration) -> Instant {
    Instant(milliseconds: milliseconds + duration.milliseconds)
  }

  public func duration(to later: Instant) -> Duration {
    .milliseconds(later.milliseconds - milliseconds)
  }

  public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  public var milliseconds: Int64 {
    Int64(attoseconds / 1_000_000_000_000_000)
  }

  /// Whole microseconds, rounded down.
  public var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  /// Whole nanoseconds, rounded down.
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  /// Seconds as a number, for figures that people read.
  public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension Instant: CustomStringConvertible {
  /// RFC 3339 in UTC, with milliseconds only when there are any: `2016-01-31T00:00:00Z`.
  public var description: String {
    let date = day
    let rest = Int(milliseconds - Instant(startOf: date).milliseconds)
    let isPlain = (0...9999).contains(date.year)
    // Years of other lengths are nothing that anybody exports.
    let time = String(unsafeUninitializedCapacity: 24) { text in
      var count = 0
      func put(_ number: Int, _ width: Int, _ end: Unicode.Scalar) {
        var number = number
        for place in stride(from: count + width - 1, through: count, by: -1) {
          text[place] = UInt8(0x30 + number % 10)
          number /= 10
        }
        text[count + width] = UInt8(ascii: end)
        count += width + 1
      }
      if isPlain {
        put(date.year, 4, "-")
        put(date.month, 2, "-")
        put(date.day, 2, "T")
      }
      put(rest / 3_600_000, 2, ":")
      put(rest / 60_000 % 60, 2, ":")
      put(rest / 1000 % 60, 2, rest % 1000 == 0 ? "Z" : ".")
      if rest % 1000 != 0 { put(rest % 1000, 3, "Z") }
      return count
    }
    return isPlain ? time : "\(date)T\(time)"
  }

  /// From RFC 3339, as freely as the Export API's own schema: a blank for `T`, up to 9 fraction digits, a zone or
  /// none (then UTC), a bare date (then midnight); and an offset without its colon, as Salesforce writes it. `nil` for
  /// anything else. Fractions of milliseconds are dropped.
  public init?(_ text: some StringProtocol) {
    self.init(parsing: Array(text.utf8))
  }

  /// As `init(_:)`, from UTF-8, without making a string.
  public init?(parsing bytes: [UInt8]) {
    guard let instant = bytes.withUnsafeBufferPointer({ Instant(parsing: $0) }) else { return nil }
    self = instant
  }

  /// As `init(_:)`, from UTF-8 where it lies.
  public init?(parsing bytes: UnsafeBufferPointer<UInt8>) {
    var reader = DigitReader(bytes: bytes)
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
      let dayOfMonth = reader.number(2), let date = CivilDate(year: year, month: month, day: dayOfMonth)
    else { return nil }
    var value = Instant(startOf: date).milliseconds
    if reader.skip("T") || reader.skip(" ") || reader.skip("t") {
      guard let hour = reader.number(2), hour < 24, reader.skip(":"), let minute = reader.number(2), minute < 60,
        reader.skip(":"), let second = reader.number(2), second < 60
      else { return nil }
      value += Int64(hour * 3600 + minute * 60 + second) * 1000
      if reader.skip(".") { value += Int64(reader.fraction()) }
    }
    if !reader.skip("Z"), !reader.skip("z"), !reader.atEnd {
      let east = reader.skip("+")
      guard east || reader.skip("-"), let hours = reader.number(2), hours < 24 else { return nil }
      _ = reader.skip(":")
      guard let minutes = reader.number(2), minutes < 60 else { return nil }
      value -= Int64((hours * 60 + minutes) * 60_000) * (east ? 1 : -1)
    }
    guard reader.atEnd else { return nil }
    self.init(milliseconds: value)
  }
}

/// Reads fixed runs of digits from bytes.
private struct DigitReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var index = 0

  var atEnd: Bool { index == bytes.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func number(_ width: Int) -> Int? {
    guard index + width <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[index..<index + width] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    index += width
    return value
  }

  /// The digits after a point, as milliseconds.
  mutating func fraction() -> Int {
    var value = 0
    var digits = 0
    while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
      if digits < 3 { value = value * 10 + Int(bytes[index] - 0x30) }
      digits += 1
      index += 1
    }
    while digits < 3 {
      value *= 10
      digits += 1
    }
    return value
  }
}
