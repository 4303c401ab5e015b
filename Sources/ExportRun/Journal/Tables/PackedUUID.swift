// SPDX-License-Identifier: Apache-2.0

/// An id of the form `8-4-4-4-12`, in lower case, as the 16 bytes that its digits are.
struct PackedUUID: Sendable {
  /// Of its text.
  static let length = 36
  private static let groups = [4, 2, 2, 2, 6]

  let bytes: [UInt8]

  /// `nil` for every other text.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.count == Self.length, text[8] == UInt8(ascii: "-") else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    var place = 0
    for group in Self.groups {
      if place > 0 {
        guard text[place] == UInt8(ascii: "-") else { return nil }
        place += 1
      }
      for _ in 0..<group {
        guard let high = Self.value(of: text[place]), let low = Self.value(of: text[place + 1]) else { return nil }
        bytes.append(high << 4 | low)
        place += 2
      }
    }
    self.bytes = bytes
  }

  /// Writes the text of packed bytes.
  static func write(
    _ bytes: UnsafeBufferPointer<UInt8>, to text: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) {
    var (place, next) = (start, 0)
    for group in groups {
      if next > 0 {
        text[place] = UInt8(ascii: "-")
        place += 1
      }
      for byte in bytes[next..<next + group] {
        text[place] = digit(byte >> 4)
        text[place + 1] = digit(byte & 15)
        place += 2
      }
      next += group
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
