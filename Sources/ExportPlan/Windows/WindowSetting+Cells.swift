// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Why the bounds of a window cannot be cut into cells.
public enum WindowProblem: Error, Sendable, Equatable {
  case unknownZone(String)
  /// The period is counted from `from`, which is not there.
  case needsFrom(Period)
  /// `from` or `to` is not where a cell begins.
  case offGrid(LocalTime, period: Period, fits: LocalTime)
  /// `through` lies inside a cell: days near it on which cells end, else times.
  case endsInside(CivilDate, period: Period, days: [CivilDate], times: [LocalTime])
  case tooMany(limit: Int)
}

extension WindowSetting {
  /// More cells than this in one export are an error, not a plan.
  public static let cellLimit = 100_000

  /// The cell that a snapshot taken at `asOf` belongs to; `nil` when it starts in a gap and such are left out.
  public func currentCell(asOf: Instant) throws(WindowProblem) -> WindowCell? {
    try grid().cell(containing: asOf)
  }

  /// The cells asked for, oldest first. Without an end, and with `last`, only cells that are ripe at `asOf`;
  /// `last` reaches back from the end of the newest ripe cell.
  public func cells(asOf: Instant) throws(WindowProblem) -> [WindowCell] {
    let grid = try grid()
    let ripeEnd = grid.start(containing: asOf.advanced(by: .zero - ripeAfter))
    let begin = try beginning(grid) ?? grid.instant(last?.value ?? .zero, before: ripeEnd)
    let end = try ending(grid) ?? ripeEnd
    // A rough count first: what is far too much is not even made.
    guard (end.seconds - begin.seconds) / grid.leastSeconds <= Self.cellLimit + 1 else {
      throw .tooMany(limit: Self.cellLimit)
    }
    let cells = grid.cells(from: begin, to: end)
    guard cells.count <= Self.cellLimit else { throw .tooMany(limit: Self.cellLimit) }
    return cells
  }

  func grid() throws(WindowProblem) -> WindowGrid {
    guard let calendar = ZoneCalendar(zone) else { throw .unknownZone(zone) }
    guard let grid = WindowGrid(self, calendar) else { throw .needsFrom(every) }
    return grid
  }

  /// Where the first cell begins, when the manifest names it.
  func beginning(_ grid: WindowGrid) throws(WindowProblem) -> Instant? {
    guard let from else { return nil }
    return try instant(of: from.value, grid)
  }

  /// Where the last cell ends, when the manifest names an end.
  func ending(_ grid: WindowGrid) throws(WindowProblem) -> Instant? {
    if let to { return try instant(of: to.value, grid) }
    guard let through else { return nil }
    // Days that are counted from a time of day end at that time.
    let isCounted = if case .calendar = grid.form { true } else { false }
    let second = isCounted ? grid.anchor.secondOfDay : 0
    let end = LocalTime(through.value.adding(days: 1), secondOfDay: second)
    guard grid.nearestFit(to: end) == nil else {
      // An end before the beginning is none.
      let fits = grid.fits(around: end).filter { fit in from.map { $0.value < fit } ?? true }
      let days = fits.filter { $0.secondOfDay == second }.map { $0.day.adding(days: -1) }
      throw .endsInside(through.value, period: every, days: days, times: fits)
    }
    return grid.instant(of: end)
  }

  private func instant(of time: LocalTime, _ grid: WindowGrid) throws(WindowProblem) -> Instant {
    if let fits = grid.nearestFit(to: time) { throw .offGrid(time, period: every, fits: fits) }
    return grid.instant(of: time)
  }
}
