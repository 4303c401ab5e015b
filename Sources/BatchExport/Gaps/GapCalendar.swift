// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// The windows of a series laid out as a calendar: days in rows of months, parts of a day in rows of days, weeks and
/// months in rows of years. Rows that stand alike as a whole are folded.
public struct GapCalendar: Sendable, Equatable {
  public enum Line: Sendable, Equatable {
    /// A column a window; `nil`: none is planned there.
    case row(label: String, columns: [GapStatus?])
    /// Rows, or all there is, in which every window stands alike.
    case fold(Gaps.Range)
  }

  public private(set) var lines: [Line] = []
  /// Numbers above the columns, where they count days or hours; each with the column that it begins at.
  public let ruler: [(column: Int, number: Int)]

  public static func == (a: GapCalendar, b: GapCalendar) -> Bool { a.lines == b.lines }

  public init(_ series: Gaps.Series, of gaps: Gaps) {
    let cells = series.cells.map { gaps.cells[Int($0)] }
    let layout = Layout(cells)
    ruler = layout.ruler
    var rows: [Row] = []
    for (cell, status) in zip(cells, series.statuses) {
      let place = layout.place(of: cell)
      if rows.last?.label != place.row { rows.append(Row(label: place.row)) }
      rows[rows.count - 1].append(cell, status, at: place.column)
    }
    lines = Self.folded(rows)
  }

  private static func folded(_ rows: [Row]) -> [Line] {
    var lines: [Line] = []
    var next = rows.startIndex
    while next < rows.endIndex {
      let start = next
      next += 1
      guard var range = rows[start].range else {
        lines.append(.row(label: rows[start].label, columns: rows[start].columns))
        continue
      }
      while next < rows.endIndex, let more = rows[next].range, more.status == range.status {
        (range.last, range.windows) = (more.last, range.windows + more.windows)
        next += 1
      }
      let isAll = start == rows.startIndex && next == rows.endIndex
      lines.append(
        isAll || next - start > 1 ? .fold(range) : .row(label: rows[start].label, columns: rows[start].columns))
    }
    return lines
  }

  private struct Row {
    var label: String
    var columns: [GapStatus?] = []
    /// All of it, when every window of it stands alike.
    private(set) var range: Gaps.Range?

    init(label: String) { self.label = label }

    mutating func append(_ cell: Gaps.Cell, _ status: GapStatus, at column: Int) {
      if columns.isEmpty {
        range = Gaps.Range(status: status, first: cell, last: cell, windows: 0)
      } else if range?.status != status {
        range = nil
      }
      range?.last = cell
      range?.windows += 1
      // Two that would stand in one place stand side by side.
      while columns.count < column { columns.append(nil) }
      columns.append(status)
    }
  }
}

extension GapCalendar {
  /// Where windows of a length stand.
  private enum Layout {
    case partsOfDay(seconds: Int64)
    case days
    case weeks
    case spans(days: Int)
    case months(Int)

    /// By the length of most windows: a day may have 23 or 25 hours.
    init(_ cells: [Gaps.Cell]) {
      let lengths = cells.map { $0.window.end.seconds - $0.window.start.seconds }.sorted()
      let seconds = max(1, lengths.isEmpty ? 86_400 : lengths[lengths.count / 2])
      switch seconds {
      case ..<72_000: self = .partsOfDay(seconds: seconds)
      case ..<100_000: self = .days
      case ..<(28 * 86_400 - 7_200):
        let days = Int((seconds + 43_200) / 86_400)
        self = days == 7 && cells.allSatisfy { $0.label.contains("-W") } ? .weeks : .spans(days: days)
      default: self = .months(max(1, Int((Double(seconds) / 86_400 / 30.4).rounded())))
      }
    }

    func place(of cell: Gaps.Cell) -> (row: String, column: Int) {
      let zone = ZoneCalendar(cell.window.zone)
      let day = zone?.day(of: cell.window.start) ?? cell.window.start.day
      switch self {
      case .partsOfDay(let seconds):
        let midnight = zone?.start(of: day) ?? Instant(startOf: day)
        return (day.description, Int((cell.window.start.seconds - midnight.seconds) / seconds))
      case .days: return (String(day.description.dropLast(3)), day.day - 1)
      case .weeks:
        // The year of a week is that of its Thursday, and stands in its name.
        let parts = cell.label.components(at: "-W")
        return (parts.first, (Int(parts.second) ?? 1) - 1)
      case .spans(let days):
        let newYear = CivilDate(year: day.year, month: 1, day: 1) ?? day
        return ("\(day.year)", (day.dayNumber - newYear.dayNumber) / days)
      case .months(let months): return ("\(day.year)", (day.month - 1) / months)
      }
    }

    var ruler: [(column: Int, number: Int)] {
      switch self {
      case .days: [1, 5, 10, 15, 20, 25, 30].map { ($0 - 1, $0) }
      case .weeks: [1, 10, 20, 30, 40, 50].map { ($0 - 1, $0) }
      case .partsOfDay(3600): [0, 6, 12, 18].map { ($0, $0) }
      case .months(1): [1, 6, 12].map { ($0 - 1, $0) }
      case .partsOfDay, .spans, .months: []
      }
    }
  }
}

extension String {
  fileprivate func components(at separator: String) -> (first: String, second: String) {
    guard let range = firstRange(of: separator) else { return (self, "") }
    return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
  }
}
