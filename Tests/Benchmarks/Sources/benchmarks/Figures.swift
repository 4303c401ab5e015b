// SPDX-License-Identifier: Apache-2.0

/// Numbers as people read them.
enum Figures {
  /// `1,000,000`.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// With decimals, rounded.
  static func decimal(_ value: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((value * scale).rounded())
    guard places > 0 else { return grouped(scaled) }
    let fraction = String(scaled % Int(scale))
    return "\(grouped(scaled / Int(scale))).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }

  /// `1.52 s` or `28.4 ms`.
  static func time(_ seconds: Double) -> String {
    seconds >= 1 ? "\(decimal(seconds, 2)) s" : "\(decimal(seconds * 1000, 1)) ms"
  }

  /// `0.251 ms`: of what is far below a second.
  static func short(_ seconds: Double) -> String {
    seconds >= 0.01 ? time(seconds) : "\(decimal(seconds * 1000, 3)) ms"
  }

  static func memory(_ bytes: Double) -> String { "\(decimal(bytes / 1e6, 0)) MB" }

  /// Of a share of a second: `1,234 ns`.
  static func nanoseconds(_ seconds: Double) -> String { "\(decimal(seconds * 1e9, 0)) ns" }

  /// `0.51`.
  static func ratio(_ value: Double, to other: Double) -> String {
    other > 0 ? decimal(value / other, 2) : "–"
  }
}
