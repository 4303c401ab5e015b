// SPDX-License-Identifier: Apache-2.0

/// Reads the times of export files (contract.md 5.2), a million of them.
enum TimeText {
  /// Milliseconds since 1970; `nil` for what is no `yyyy-MM-dd[(T| )HH:mm[:ss[.f]]][Z|±HH:mm]`. No zone is UTC.
  static func instant(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { bytes in
      var scan = Scan(bytes: bytes)
      return scan.instant()
    }
  }

  private struct Scan {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    mutating func instant() -> Int64? {
      guard let year = number(4), takes("-"), let month = number(2), takes("-"), let day = number(2),
        (1...12).contains(month), day >= 1, day <= Self.days(year, month)
      else { return nil }
      var result = Int64(CloudTime.dayNumber(year, month, day)) * CloudTime.dayLength
      if takes("T") || takes("t") || takes(" ") {
        guard let clock = clock() else { return nil }
        result += clock
      }
      guard let offset = offset(), position == bytes.count else { return nil }
      return result - offset
    }

    private mutating func clock() -> Int64? {
      guard let hour = number(2), takes(":"), let minute = number(2), hour < 24, minute < 60 else { return nil }
      guard takes(":") else { return Int64(hour * 60 + minute) * 60_000 }
      guard let second = number(2), second < 60 else { return nil }
      var result = Int64((hour * 60 + minute) * 60 + second) * 1000
      if takes(".") {
        var (unit, count) = (Int64(100), 0)
        while position < bytes.count, count < 9, (0x30...0x39).contains(bytes[position]) {
          result += Int64(bytes[position] - 0x30) * unit
          (unit, count, position) = (unit / 10, count + 1, position + 1)
        }
      }
      return result
    }

    private mutating func offset() -> Int64? {
      if position == bytes.count || takes("Z") || takes("z") { return 0 }
      let isBehind = takes("-")
      guard isBehind || takes("+"), let hours = number(2), takes(":"), let minutes = number(2), hours < 24, minutes < 60
      else { return nil }
      return Int64(hours * 60 + minutes) * 60_000 * (isBehind ? -1 : 1)
    }

    private mutating func number(_ width: Int) -> Int? {
      guard position + width <= bytes.count else { return nil }
      var result = 0
      for index in position..<(position + width) {
        guard (0x30...0x39).contains(bytes[index]) else { return nil }
        result = result * 10 + Int(bytes[index] - 0x30)
      }
      position += width
      return result
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
      guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
      position += 1
      return true
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
  }
}
