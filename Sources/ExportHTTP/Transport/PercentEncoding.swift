// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Percent encoding of RFC 3986: everything but unreserved characters.
public enum PercentEncoding {
  private static let digits = Array("0123456789ABCDEF".utf8)

  public static func encode(_ text: String, keeping kept: String = "") -> String {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      let isUnreserved =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "~"):
          true
        default: kept.utf8.contains(byte)
        }
      if isUnreserved {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "%"))
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `nil` when a `%` is not followed by two digits, or the bytes are no UTF-8.
  public static func decode(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let decoded = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self)) else {
        return nil
      }
      bytes += decoded
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// Identifiers of requests, for a support case.
public enum RequestID {
  /// A new random UUID in lower case.
  public static func next() -> String {
    var random = SystemRandomNumberGenerator()
    return make(using: &random)
  }

  static func make(using random: inout some RandomNumberGenerator) -> String {
    let (high, low) = (random.next(), random.next())
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: high >> ($0 * 8)) }
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: low >> ($0 * 8)) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (place, digit) in Hex.encode(bytes).utf8.enumerated() {
      if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
