// SPDX-License-Identifier: Apache-2.0

/// `every:` of a window: how long its cells are.
public enum Period: Sendable, Hashable {
  case hour, day, week, month
  case duration(PeriodDuration)

  /// The periods that have a name.
  public static let named: [(name: String, period: Period)] = [
    ("hour", .hour), ("day", .day), ("week", .week), ("month", .month),
  ]

  /// True when cells can only be counted from the window's `from`.
  public var needsFrom: Bool { grid(isAnchored: false) == nil }

  /// How the cells are cut; `nil` when they would have to be counted from a beginning that is not known.
  /// - Parameter isAnchored: the window says `from`.
  public func grid(isAnchored: Bool) -> PeriodGrid? {
    switch self {
    case .hour: .clock(seconds: 3600)
    case .day: .days
    case .week: .weeks
    case .month: .months
    case .duration(let duration): duration.grid(isAnchored: isAnchored)
    }
  }
}

/// The ways of cutting time into cells.
public enum PeriodGrid: Sendable, Hashable {
  case days, weeks, months
  /// Where the zone's clock reads a whole multiple, counted from midnight. Divides a day.
  case clock(seconds: Int)
  /// Steps on the zone's calendar and clock from `from`; month ends are clamped, and always reckoned from `from`.
  case calendar(months: Int, days: Int, seconds: Int)
  /// Elapsed time from `from`.
  case elapsed(seconds: Int)
}

/// An ISO 8601 duration of whole numbers: months and days of the calendar, and seconds.
public struct PeriodDuration: Sendable, Hashable {
  public enum Problem: Error, Sendable, Equatable { case malformed, negative, zero, tooLong }

  public var months: Int
  public var days: Int
  public var seconds: Int

  public init(months: Int = 0, days: Int = 0, seconds: Int = 0) {
    (self.months, self.days, self.seconds) = (months, days, seconds)
  }

  /// From `P1Y2M3W4DT5H6M7S` or a part of it.
  public init(_ text: String) throws(Problem) {
    if text.contains("-") { throw .negative }
    guard text.first == "P" else { throw .malformed }
    let halves = text.dropFirst().split(separator: "T", omittingEmptySubsequences: false)
    guard halves.count <= 2, halves.contains(where: { !$0.isEmpty }), halves.dropFirst().allSatisfy({ !$0.isEmpty })
    else { throw .malformed }
    let date = try Self.numbers(halves[0], units: ["Y", "M", "W", "D"])
    let time = try halves.count == 2 ? Self.numbers(halves[1], units: ["H", "M", "S"]) : [0, 0, 0]
    self.init(
      months: date[0] * 12 + date[1], days: date[2] * 7 + date[3], seconds: time[0] * 3600 + time[1] * 60 + time[2])
    guard months > 0 || days > 0 || seconds > 0 else { throw .zero }
    // A month of the Gregorian calendar is 30.436875 days in the mean: 2,629,746 s.
    guard months * 2_629_746 + days * 86_400 + seconds <= 3_155_760_000 else { throw .tooLong }
  }

  func grid(isAnchored: Bool) -> PeriodGrid? {
    switch (months, days, seconds) {
    case (0, 0, let seconds) where 86_400.isMultiple(of: seconds): .clock(seconds: seconds)
    case (let months, let days, 0) where isAnchored: .calendar(months: months, days: days, seconds: 0)
    case (0, let days, let seconds) where isAnchored: .elapsed(seconds: days * 86_400 + seconds)
    // Months have no length of their own, so what stands beside them is counted on the calendar too.
    case (let months, let days, let seconds) where isAnchored: .calendar(months: months, days: days, seconds: seconds)
    case (0, 1, 0): .days
    case (0, 7, 0): .weeks
    case (1, 0, 0): .months
    default: nil
    }
  }

  /// The number before each unit, 0 for one that is not there; units in their order, each once.
  private static func numbers(_ text: Substring, units: [Character]) throws(Problem) -> [Int] {
    var values = units.map { _ in 0 }
    var rest = text
    var next = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let unit = rest.first, let index = units.firstIndex(of: unit), index >= next, !digits.isEmpty else {
        throw .malformed
      }
      guard digits.utf8.count <= 10, let number = Int(digits) else { throw .tooLong }
      values[index] = number
      (rest, next) = (rest.dropFirst(), index + 1)
    }
    return values
  }
}

extension Period: CustomStringConvertible {
  /// As a manifest says it.
  public var description: String {
    switch self {
    case .hour: "hour"
    case .day: "day"
    case .week: "week"
    case .month: "month"
    case .duration(let duration): duration.description
    }
  }
}

extension PeriodDuration: CustomStringConvertible {
  /// The shortest text for the same duration: `P1M`, `P10D`, `P1DT12H`, `PT30M`.
  public var description: String {
    let time = [(seconds / 3600, "H"), (seconds / 60 % 60, "M"), (seconds % 60, "S")]
    let date = [(months / 12, "Y"), (months % 12, "M"), (days, "D")]
    return "P" + Self.text(date) + (seconds == 0 ? "" : "T" + Self.text(time))
  }

  private static func text(_ parts: [(Int, String)]) -> String {
    parts.filter { $0.0 != 0 }.map { "\($0.0)\($0.1)" }.joined()
  }
}
