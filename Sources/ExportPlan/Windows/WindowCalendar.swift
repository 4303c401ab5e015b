// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Windows that follow one another and stand alike.
public struct WindowSpan<Status: Hashable & Sendable>: Sendable, Equatable {
  public var status: Status
  public var first: NamedWindow
  public var last: NamedWindow
  public var windows: Int

  public init(status: Status, first: NamedWindow, last: NamedWindow, windows: Int) {
    (self.status, self.first, self.last, self.windows) = (status, first, last, windows)
  }

  /// `2016-01-05..2016-01-07`, or the name of the one window.
  public var label: String { windows == 1 ? first.label : "\(first.label)..\(last.label)" }

  /// All of a series, by time.
  public static func all(_ windows: [NamedWindow], _ statuses: [Status]) -> [WindowSpan] {
    var spans: [WindowSpan] = []
    for (window, status) in zip(windows, statuses) {
      if let last = spans.last, last.status == status {
        spans[spans.count - 1].last = window
        spans[spans.count - 1].windows += 1
      } else {
        spans.append(WindowSpan(status: status, first: window, last: window, windows: 1))
      }
    }
    return spans
  }
}

/// The windows of a series laid out as a calendar: days in rows of months, parts of a day in rows of days, weeks and
/// months in rows of years. Rows that stand alike as a whole are folded.
public struct WindowCalendar<Status: Hashable & Sendable>: Sendable, Equatable {
  public enum Line: Sendable, Equatable {
    /// A column a window; `nil`: none is planned there.
    case row(label: String, columns: [Status?])
    /// Rows, or all there is, in which every window stands alike.
    case fold(WindowSpan<Status>)
  }

  public let lines: [Line]
  /// Numbers above the columns, where they count days or hours; each with the column that it begins at.
  public let ruler: [(column: Int, number: Int)]

  public static func == (a: WindowCalendar, b: WindowCalendar) -> Bool { a.lines == b.lines }

  public init(_ windows: [NamedWindow], _ statuses: [Status]) {
    let layout = WindowLayout(windows)
    ruler = layout.ruler
    var rows: [Row] = []
    for (window, status) in zip(windows, statuses) {
      let place = layout.place(of: window)
      if rows.last?.label != place.row { rows.append(Row(label: place.row)) }
      rows[rows.count - 1].append(window, status, at: place.column)
    }
    lines = Self.folded(rows)
  }

  private static func folded(_ rows: [Row]) -> [Line] {
    var lines: [Line] = []
    var next = rows.startIndex
    while next < rows.endIndex {
      let start = next
      next += 1
      guard var span = rows[start].span else {
        lines.append(.row(label: rows[start].label, columns: rows[start].columns))
        continue
      }
      while next < rows.endIndex, let more = rows[next].span, more.status == span.status {
        (span.last, span.windows) = (more.last, span.windows + more.windows)
        next += 1
      }
      let isAll = start == rows.startIndex && next == rows.endIndex
      lines.append(
        isAll || next - start > 1 ? .fold(span) : .row(label: rows[start].label, columns: rows[start].columns))
    }
    return lines
  }

  private struct Row {
    var label: String
    var columns: [Status?] = []
    /// All of it, when every window of it stands alike.
    private(set) var span: WindowSpan<Status>?

    init(label: String) { self.label = label }

    mutating func append(_ window: NamedWindow, _ status: Status, at column: Int) {
      if columns.isEmpty {
        span = WindowSpan(status: status, first: window, last: window, windows: 0)
      } else if span?.status != status {
        span = nil
      }
      span?.last = window
      span?.windows += 1
      // Two that would stand in one place stand side by side.
      while columns.count < column { columns.append(nil) }
      columns.append(status)
    }
  }
}

/// Where windows of a length stand.
private enum WindowLayout {
  case partsOfDay(seconds: Int64)
  case days
  case weeks
  case spans(days: Int)
  case months(Int)

  /// By the length of most windows: a day may have 23 or 25 hours.
  init(_ windows: [NamedWindow]) {
    let lengths = windows.map { $0.window.end.seconds - $0.window.start.seconds }.sorted()
    let seconds = max(1, lengths.isEmpty ? 86_400 : lengths[lengths.count / 2])
    switch seconds {
    case ..<72_000: self = .partsOfDay(seconds: seconds)
    case ..<100_000: self = .days
    case ..<(28 * 86_400 - 7_200):
      let days = Int((seconds + 43_200) / 86_400)
      self = days == 7 && windows.allSatisfy { $0.label.contains("-W") } ? .weeks : .spans(days: days)
    default: self = .months(max(1, Int((Double(seconds) / 86_400 / 30.4).rounded())))
    }
  }

  func place(of window: NamedWindow) -> (row: String, column: Int) {
    let zone = ZoneCalendar(window.window.zone)
    let day = zone?.day(of: window.window.start) ?? window.window.start.day
    switch self {
    case .partsOfDay(let seconds):
      let midnight = zone?.start(of: day) ?? Instant(startOf: day)
      return (day.description, Int((window.window.start.seconds - midnight.seconds) / seconds))
    case .days: return (String(day.description.dropLast(3)), day.day - 1)
    case .weeks:
      // The year of a week is that of its Thursday, and stands in its name.
      let parts = window.label.components(at: "-W")
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

extension String {
  fileprivate func components(at separator: String) -> (first: String, second: String) {
    guard let range = firstRange(of: separator) else { return (self, "") }
    return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
  }
}
