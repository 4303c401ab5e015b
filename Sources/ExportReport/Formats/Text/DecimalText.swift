// SPDX-License-Identifier: Apache-2.0

/// Numbers as machines read them, the same everywhere: no floating point on the way.
enum DecimalText {
  /// Milliseconds as seconds: `12`, `0.25`.
  static func seconds(_ milliseconds: Int64) -> String {
    let sign = milliseconds < 0 ? "-" : ""
    let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
    guard rest > 0 else { return "\(sign)\(whole)" }
    var digits = String(rest + 1000).dropFirst()
    while digits.last == "0" { digits = digits.dropLast() }
    return "\(sign)\(whole).\(digits)"
  }
}
