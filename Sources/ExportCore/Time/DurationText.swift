// SPDX-License-Identifier: Apache-2.0

/// Durations as people write them in manifests and descriptions: `1s`, `250ms`, `15m`, `6h`, `2d`, `1w`, `1h30m`.
public enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
  ]

  /// A hundred years in milliseconds.
  private static let limit: Int64 = 3_155_760_000_000

  /// `nil` for anything that is not a run of whole numbers with units, and for more than 100 years.
  public static func parse(_ text: some StringProtocol) -> Duration? {
    guard !text.isEmpty else { return nil }
    var total: Int64 = 0
    var rest = Substring(text)
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int64(digits), digits.utf8.count <= 12 else { return nil }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isLetter }
      guard let unit = units.first(where: { $0.name == name }) else { return nil }
      rest = rest.dropFirst(name.count)
      let (product, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
      guard !overflow, product <= limit - total else { return nil }
      total += product
    }
    return .milliseconds(total)
  }

  /// The same text for the same duration: the fewest units, largest first, `0s` for nothing.
  public static func format(_ duration: Duration) -> String {
    var rest = duration.milliseconds
    guard rest > 0 else { return "0s" }
    var text = ""
    for unit in units.reversed() where unit.name != "w" {
      let count = rest / unit.milliseconds
      if count > 0 { text += "\(count)\(unit.name)" }
      rest -= count * unit.milliseconds
    }
    return text
  }
}
