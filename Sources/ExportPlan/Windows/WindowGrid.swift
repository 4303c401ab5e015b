// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// One cell of a grid of days, weeks or months: the window, and its name.
public struct WindowCell: Sendable, Hashable {
  public var window: Window
  /// `2016-01-31`, `2016-W05` (ISO 8601 week) or `2016-01`: sorts by time and is a good file name.
  public var label: String

  /// The day that the window begins on, in its own zone.
  public var firstDay: CivilDate { ZoneCalendar(window.zone)?.day(of: window.start) ?? window.start.day }
}

/// The endless row of cells of one period in one zone.
public struct WindowGrid: Sendable {
  public let period: WindowSetting.Period
  public let calendar: ZoneCalendar

  public init(period: WindowSetting.Period, calendar: ZoneCalendar) {
    (self.period, self.calendar) = (period, calendar)
  }

  /// The cell that `instant` lies in.
  public func cell(containing instant: Instant) -> WindowCell {
    cell(from: firstDay(of: calendar.day(of: instant)))
  }

  /// The first day of the cell that `day` lies in.
  public func firstDay(of day: CivilDate) -> CivilDate {
    switch period {
    case .day: day
    case .week: day.adding(days: 1 - day.weekday)
    case .month: day.firstOfMonth()
    }
  }

  /// Cells from the one that begins on `first` up to, not including, the one that begins on `end`.
  /// A day that its zone left out is no cell.
  public func cells(from first: CivilDate, to end: CivilDate) -> [WindowCell] {
    var cells: [WindowCell] = []
    var day = first
    while day < end {
      let cell = cell(from: day)
      if cell.window.start < cell.window.end { cells.append(cell) }
      day = next(after: day)
    }
    return cells
  }

  /// The first day of the next cell.
  public func next(after first: CivilDate) -> CivilDate {
    switch period {
    case .day: first.adding(days: 1)
    case .week: first.adding(days: 7)
    case .month: first.firstOfMonth(adding: 1)
    }
  }

  private func cell(from first: CivilDate) -> WindowCell {
    let window = Window(
      start: calendar.start(of: first), end: calendar.start(of: next(after: first)), zone: calendar.name)
    return WindowCell(window: window, label: label(of: first))
  }

  private func label(of first: CivilDate) -> String {
    switch period {
    case .day: first.description
    case .month: String(first.description.dropLast(3))
    case .week:
      {
        // A week belongs to the year that its Thursday lies in.
        let thursday = first.adding(days: 3)
        let week = (thursday.dayNumber - Self.newYear(thursday.year).dayNumber) / 7 + 1
        return "\(thursday.year)-W\(week < 10 ? "0" : "")\(week)"
      }()
    }
  }

  private static func newYear(_ year: Int) -> CivilDate {
    CivilDate(year: year, month: 1, day: 1) ?? CivilDate(dayNumber: 0)
  }
}
