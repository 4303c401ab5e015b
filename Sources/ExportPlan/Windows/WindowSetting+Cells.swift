// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Why the bounds of a window cannot be cut into cells.
public enum WindowProblem: Error, Sendable, Equatable {
  case unknownZone(String)
  /// `from`, or the day after the last, is not where a cell begins.
  case offGrid(CivilDate, period: WindowSetting.Period, fits: CivilDate)
  case tooMany(limit: Int)
}

extension WindowSetting {
  /// More cells than this in one export are an error, not a plan.
  public static let cellLimit = 100_000

  /// The cell that a snapshot taken at `asOf` belongs to.
  public func currentCell(asOf: Instant) throws(WindowProblem) -> WindowCell {
    try grid().cell(containing: asOf)
  }

  /// The cells asked for, oldest first. Without an end, and with `last`, only cells that are ripe at `asOf`;
  /// `last` reaches back from the end of the newest ripe cell.
  public func cells(asOf: Instant) throws(WindowProblem) -> [WindowCell] {
    let grid = try grid()
    let ripeEnd = Self.firstUnripe(grid, asOf: asOf.advanced(by: .zero - ripeAfter))
    let begin = try beginning(grid, ripeEnd: ripeEnd)
    let end = try ending(grid) ?? ripeEnd
    guard (end.dayNumber - begin.dayNumber) / Self.leastDays(every) <= Self.cellLimit else {
      throw .tooMany(limit: Self.cellLimit)
    }
    return grid.cells(from: begin, to: end)
  }

  private func grid() throws(WindowProblem) -> WindowGrid {
    guard let calendar = ZoneCalendar(zone) else { throw .unknownZone(zone) }
    return WindowGrid(period: every, calendar: calendar)
  }

  /// The first day of the cell that has not ended by `instant`: the cell that it lies in.
  private static func firstUnripe(_ grid: WindowGrid, asOf instant: Instant) -> CivilDate {
    grid.firstDay(of: grid.calendar.day(of: instant))
  }

  private func beginning(_ grid: WindowGrid, ripeEnd: CivilDate) throws(WindowProblem) -> CivilDate {
    if let from {
      let fits = grid.firstDay(of: from.value)
      guard fits == from.value else { throw .offGrid(from.value, period: every, fits: fits) }
      return from.value
    }
    guard let last else { return ripeEnd }
    let limit = grid.calendar.start(of: ripeEnd).advanced(by: .zero - last.value)
    var day = ripeEnd
    while true {
      let before = grid.firstDay(of: day.adding(days: -1))
      guard grid.calendar.start(of: before) >= limit else { return day }
      guard ripeEnd.dayNumber - before.dayNumber <= Self.cellLimit * Self.leastDays(every) else {
        throw .tooMany(limit: Self.cellLimit)
      }
      day = before
    }
  }

  /// The first day that is no longer asked for, when the manifest names an end.
  private func ending(_ grid: WindowGrid) throws(WindowProblem) -> CivilDate? {
    guard let end = to?.value ?? through?.value.adding(days: 1) else { return nil }
    let fits = grid.firstDay(of: end)
    guard fits == end else { throw .offGrid(end, period: every, fits: fits) }
    return end
  }

  private static func leastDays(_ period: Period) -> Int {
    switch period {
    case .day: 1
    case .week: 7
    case .month: 28
    }
  }
}
