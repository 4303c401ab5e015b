// SPDX-License-Identifier: Apache-2.0

/// A day and a time of day as a zone's clock and calendar show them, in whole seconds, without the zone.
public struct LocalTime: Sendable, Hashable, Comparable {
  /// Seconds since 1970-01-01T00:00:00 on the same clock, as if it were never moved.
  public var seconds: Int64

  public init(seconds: Int64) { self.seconds = seconds }

  /// - Parameter secondOfDay: 0 to 86,399.
  public init(_ day: CivilDate, secondOfDay: Int = 0) {
    seconds = Int64(day.dayNumber) * 86_400 + Int64(secondOfDay)
  }

  public var day: CivilDate {
    CivilDate(dayNumber: Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400))
  }

  /// 0 to 86,399.
  public var secondOfDay: Int { Int(seconds) - day.dayNumber * 86_400 }

  public static func < (a: LocalTime, b: LocalTime) -> Bool { a.seconds < b.seconds }
}

extension LocalTime: CustomStringConvertible {
  /// `2016-01-31` for midnight, else `2016-01-31T13:30`, with seconds only when there are any.
  public var description: String {
    let second = secondOfDay
    guard second != 0 else { return day.description }
    let parts = [second / 3600, second / 60 % 60, second % 60].map { CivilDate.padded($0, to: 2) }
    return "\(day)T\(parts.prefix(second % 60 == 0 ? 2 : 3).joined(separator: ":"))"
  }

  /// From `yyyy-MM-dd`, `yyyy-MM-ddTHH:mm` or `yyyy-MM-ddTHH:mm:ss`; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    let halves = text.split(separator: "T", omittingEmptySubsequences: false)
    guard let first = halves.first, let day = CivilDate(first), halves.count <= 2 else { return nil }
    guard halves.count == 2 else {
      self.init(day)
      return
    }
    let parts = halves[1].split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.count == 2 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
    }
    guard numbers.count == parts.count, (2...3).contains(numbers.count), numbers[0] < 24,
      numbers.dropFirst().allSatisfy({ $0 < 60 })
    else { return nil }
    self.init(day, secondOfDay: numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0))
  }
}
