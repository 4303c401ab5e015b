// SPDX-License-Identifier: Apache-2.0

/// Ids as the page holds them: those of the form `8-4-4-4-12` in lower case take 23 characters there, and not 36.
enum PackedID {
  /// `~` and 22 digits of base 64, or the text itself; one that begins with `~` has one more before it.
  static func text(_ id: String) -> String {
    if let bytes = bytes(of: id) { return "~" + bytes.base64Unpadded }
    return id.utf8.first == UInt8(ascii: "~") ? "~" + id : id
  }

  private static func bytes(of id: String) -> [UInt8]? {
    guard id.utf8.count == 36 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    var high: UInt8?
    for (place, digit) in id.utf8.enumerated() {
      if place == 8 || place == 13 || place == 18 || place == 23 {
        guard digit == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let value = value(of: digit) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
