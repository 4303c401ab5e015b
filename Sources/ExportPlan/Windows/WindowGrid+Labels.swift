// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

extension WindowGrid {
  /// - Parameter next: where the cell ends.
  func label(_ cut: WindowCut, before next: WindowCut) -> String {
    switch form {
    case .days, .clock(86_400), .calendar(_, _, 0): cut.local.day.description
    case .weeks: Self.week(of: cut.local.day)
    case .months: String(cut.local.day.description.dropLast(3))
    case .clock(let seconds), .elapsed(let seconds), .calendar(_, _, let seconds):
      Self.start(cut.instant, before: next.instant, period: seconds)
    }
  }

  /// `2016-W05`. A week belongs to the year that its Thursday lies in.
  private static func week(of first: CivilDate) -> String {
    let thursday = first.adding(days: 3)
    let newYear = CivilDate(year: thursday.year, month: 1, day: 1) ?? thursday
    let week = (thursday.dayNumber - newYear.dayNumber) / 7 + 1
    return "\(thursday.year)-W\(week < 10 ? "0" : "")\(week)"
  }

  /// The start in UTC as short as it can be told: hours, unless the period or the start has minutes. A start that
  /// shares its hour with the next one is told to the minute too, so that names sort as times do.
  private static func start(_ start: Instant, before next: Instant, period: Int) -> String {
    let (second, nextSecond) = (start.seconds, next.seconds)
    let day = start.day
    let text = LocalTime(seconds: second)
    let parts = [text.secondOfDay / 3600, text.secondOfDay / 60 % 60, text.secondOfDay % 60]
    let count: Int
    if period % 60 != 0 || second % 60 != 0 || floor(second, 60) == floor(nextSecond, 60) {
      count = 3
    } else if period % 3600 != 0 || second % 3600 != 0 || floor(second, 3600) == floor(nextSecond, 3600) {
      count = 2
    } else {
      count = 1
    }
    return "\(day)T\(parts.prefix(count).map { $0 < 10 ? "0\($0)" : "\($0)" }.joined())Z"
  }
}
