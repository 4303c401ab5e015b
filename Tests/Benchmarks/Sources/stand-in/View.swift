// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// Looks into bytes without taking them apart.
extension UnsafeBufferPointer where Element == UInt8 {
  func starts(with text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount, let baseAddress else { return false }
    return memcmp(baseAddress, text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  func isEqual(to other: View) -> Bool {
    guard count == other.count, let baseAddress, let start = other.baseAddress else { return count == other.count }
    return memcmp(baseAddress, start, count) == 0
  }

  func isBefore(_ other: View) -> Bool {
    guard let baseAddress, let start = other.baseAddress else { return count < other.count }
    let order = memcmp(baseAddress, start, Swift.min(count, other.count))
    return order < 0 || (order == 0 && count < other.count)
  }

  /// Where the text begins.
  func place(of text: StaticString) -> Int? {
    guard let baseAddress,
      let found = memmem(baseAddress, count, text.utf8Start, text.utf8CodeUnitCount)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(baseAddress)
  }

  func place(of byte: UInt8) -> Int? {
    guard let baseAddress, let found = memchr(baseAddress, Int32(byte), count) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(baseAddress)
  }

  func from(_ start: Int) -> View { View(rebasing: self[Swift.min(start, count)...]) }

  func upTo(_ end: Int) -> View { View(rebasing: self[..<Swift.min(end, count)]) }

  /// What stands behind the text, up to a byte or the end.
  func value(behind text: StaticString, upTo end: UInt8) -> View? {
    guard let start = place(of: text) else { return nil }
    let rest = from(start + text.utf8CodeUnitCount)
    return rest.upTo(rest.place(of: end) ?? rest.count)
  }

  /// The text of a member of JSON, by its name in quotes.
  func text(of member: StaticString) -> View? {
    guard let start = place(of: member) else { return nil }
    return from(start + member.utf8CodeUnitCount).value(behind: "\"", upTo: UInt8(ascii: "\""))
  }

  /// The digits at the beginning.
  var number: Int {
    var number = 0
    for byte in self {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), number < 1 << 40 else { break }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return number
  }

  /// `nil` for what is no number in hexadecimal digits.
  var hexadecimal: UInt64? {
    var number: UInt64 = 0
    for byte in self {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return number
  }

  /// FNV-1a.
  var hashed: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in self { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
