// SPDX-License-Identifier: Apache-2.0

/// A decimal number in one spelling, exactly: `1.50`, `15e-1` and `1.5` are the same, and so are no two numbers that
/// differ in their last digit, however long.
enum DecimalText {
  /// Longer exponents are left as they are written.
  private static let exponentDigits = 9

  /// - Parameter text: a number of JSON.
  static func canonical(_ text: [UInt8]) -> [UInt8] {
    let isNegative = text.first == UInt8(ascii: "-")
    let parts = text.drop { $0 == UInt8(ascii: "-") }.split(maxSplits: 1) {
      $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E")
    }
    guard let mantissa = parts.first else { return text }
    var exponent = 0
    if parts.count > 1 {
      guard parts[1].count <= exponentDigits, let value = Int(String(decoding: parts[1], as: UTF8.self)) else {
        return text
      }
      exponent = value
    }
    var digits = mantissa.filter { $0 != UInt8(ascii: ".") }
    if let point = mantissa.firstIndex(of: UInt8(ascii: ".")) { exponent -= mantissa.endIndex - point - 1 }
    digits = digits.drop { $0 == UInt8(ascii: "0") }.map(\.self)
    while digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      exponent += 1
    }
    guard !digits.isEmpty else { return [UInt8(ascii: "0")] }
    if exponent > 0, exponent <= 20 {
      digits += [UInt8](repeating: UInt8(ascii: "0"), count: exponent)
      exponent = 0
    } else if exponent < 0, -exponent <= 40 {
      let zeros = max(0, 1 - exponent - digits.count)
      digits = [UInt8](repeating: UInt8(ascii: "0"), count: zeros) + digits
      digits.insert(UInt8(ascii: "."), at: digits.count + exponent)
      exponent = 0
    }
    let tail = exponent == 0 ? [] : Array("e\(exponent)".utf8)
    return (isNegative ? [UInt8(ascii: "-")] : []) + digits + tail
  }
}
