// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// What is missing, for people: a verdict, a calendar for each export, app and dataset, the holes as ranges, and the
/// command that fills them. Series that stand alike share a calendar; what is long is folded or counted.
struct GapsText {
  /// More than these are counted, not shown, unless all are asked for.
  private static let calendarLimit = 40
  private static let rangeLimit = 50

  private let gaps: Gaps
  private let width: Int
  private let isColoured: Bool
  private let showsAll: Bool
  private let fill: String?

  /// - Parameters:
  ///   - width: columns of the terminal.
  ///   - fill: the command that fills the holes.
  init(_ gaps: Gaps, width: Int, isColoured: Bool, showsAll: Bool, fill: String?) {
    (self.gaps, self.width, self.isColoured, self.showsAll) = (gaps, max(40, width), isColoured, showsAll)
    self.fill = fill
  }

  var text: String {
    var parts = [verdict]
    let calendars = calendars
    if let legend = calendars.legend { parts[0] += "\n" + legend }
    if !calendars.lines.isEmpty { parts.append(calendars.lines.joined(separator: "\n")) }
    if let ranges { parts.append(ranges) }
    if let fill { parts.append("fill them with:\n  \(fill)") }
    return parts.joined(separator: "\n\n")
  }

  // MARK: Verdict

  private var verdict: String {
    guard gaps.windows > 0 else { return "\(gaps.name): no windows" }
    func words(_ wanted: (GapStatus) -> Bool) -> String {
      GapStatus.allCases.compactMap { status in
        let count = gaps.totals[status] ?? 0
        return count == 0 || !wanted(status) ? nil : "\(count) \(status.word)"
      }.joined(separator: ", ")
    }
    let others = words { !$0.isHole && $0 != .exported }
    let rest = others.isEmpty ? "" : "; \(others)"
    let all = Count.words(gaps.windows, "window")
    guard gaps.holes > 0 else { return "\(gaps.name): no holes in \(all)\(rest)" }
    return "\(gaps.name): \(Count.words(gaps.holes, "hole")) in \(all): \(words(\.isHole))\(rest)"
  }

  // MARK: Calendars

  private var calendars: (lines: [String], legend: String?) {
    var (lines, shown, left): ([String], Set<GapStatus>, (calendars: Int, holes: Int)) = ([], [], (0, 0))
    var (count, hasBlank) = (0, false)
    // What has holes comes before what has none when not all is shown.
    let groups = gaps.alike
    let limit = showsAll ? Int.max : Self.calendarLimit
    let kept: Set<Int> =
      groups.count <= limit
      ? Set(groups.indices)
      : Set(
        groups.indices.sorted { (groups[$1][0].holes.signum(), $0) < (groups[$0][0].holes.signum(), $1) }.prefix(limit))
    for (index, group) in groups.enumerated() {
      guard kept.contains(index) else {
        left.calendars += group.count
        left.holes += group.reduce(0) { $0 + $1.holes }
        continue
      }
      count += 1
      let calendar = GapCalendar(group[0], of: gaps)
      lines += block(title(of: group, room: width), calendar)
      for case .row(_, let columns) in calendar.lines {
        shown.formUnion(columns.compactMap(\.self))
        if columns.contains(nil) { hasBlank = true }
      }
    }
    if left.calendars > 0 {
      let more = "and \(Count.words(left.calendars, "calendar")) more"
      lines.append("\(more), with \(Count.words(left.holes, "hole")); --all shows them")
    }
    var legend = GapStatus.allCases.filter(shown.contains).map { "\($0.letter) \($0.word)" }
    if hasBlank { legend.append("blank: no window") }
    return (lines, legend.isEmpty ? nil : legend.joined(separator: "   "))
  }

  private func block(_ title: String, _ calendar: GapCalendar) -> [String] {
    if calendar.lines.count == 1, case .fold(let range) = calendar.lines[0] {
      let words = words(range)
      return title.count + words.count + 2 <= width ? ["\(title)  \(words)"] : [title, "  \(words)"]
    }
    var lines = [title]
    let labels = calendar.lines.map { if case .row(let label, _) = $0 { label.count } else { 0 } }
    let margin = 2 + (labels.max() ?? 0) + 2
    if let ruler = ruler(calendar, margin) { lines.append(ruler) }
    for line in calendar.lines {
      switch line {
      case .fold(let range): lines.append("  \(words(range))")
      case .row(let label, let columns):
        lines += row(label, columns, margin)
      }
    }
    return lines
  }

  private func words(_ range: Gaps.Range) -> String {
    range.windows == 1
      ? "\(range.label): \(range.status.word)" : "\(range.label): \(range.windows) \(range.status.word)"
  }

  private func ruler(_ calendar: GapCalendar, _ margin: Int) -> String? {
    var text = ""
    for (column, number) in calendar.ruler where margin + column + 2 <= width {
      text += String(repeating: " ", count: max(0, margin + column - text.count)) + "\(number)"
    }
    return text.isEmpty ? nil : text
  }

  private func row(_ label: String, _ columns: [GapStatus?], _ margin: Int) -> [String] {
    let room = max(10, width - margin)
    var lines: [String] = []
    for start in stride(from: 0, to: columns.count, by: room) {
      let head = start == 0 ? "  \(label)" : ""
      let part = columns[start..<min(columns.count, start + room)]
      lines.append(head + String(repeating: " ", count: margin - head.count) + painted(part))
    }
    return lines
  }

  /// In colours where there are any; the letters say the same.
  private func painted(_ columns: some Sequence<GapStatus?>) -> String {
    var (row, run, style) = (StyledText(), "", StyledText.Style?.none)
    for status in columns {
      let wanted = status.flatMap(Self.style)
      if wanted != style {
        row.append(run, style)
        (run, style) = ("", wanted)
      }
      run.append(status?.letter ?? " ")
    }
    row.append(run, style)
    return row.painted(isColoured)
  }

  /// Holes in red, what is under way in yellow, what is good in green; what no run brings back is dim.
  private static func style(_ status: GapStatus) -> StyledText.Style? {
    switch status {
    case .exported: .green
    case .inFlight: .yellow
    case .neverExported, .failedBefore, .artifactMissing, .definitionChanged: .red
    case .snapshotMissed, .notRipe, .beyondCatchUp, .noLongerKept: .dim
    }
  }

  // MARK: Titles

  /// `history/shop-ios/event`, or what several stand for: `history: shop-android, shop-ios × event, job`.
  private func title(of group: [Gaps.Series], room: Int) -> String {
    guard group.count > 1 else { return group[0].title }
    var (apps, sorts): ([String], [String]) = ([], [])
    var (knownApps, knownSorts): (Set<String>, Set<String>) = ([], [])
    for one in group {
      if knownApps.insert(one.app).inserted { apps.append(one.app) }
      if knownSorts.insert(one.sort).inserted { sorts.append(one.sort) }
    }
    let head = "\(group[0].export): "
    guard apps.count * sorts.count == group.count else {
      return head + list(group.map { "\($0.app)/\($0.sort)" }, room: room - head.count)
    }
    let right = list(sorts, room: (room - head.count) / 2)
    return head + list(apps, room: room - head.count - right.count - 3) + " × " + right
  }

  /// As many as there is room for, and how many more there are.
  private func list(_ names: [String], room: Int) -> String {
    let whole = names.joined(separator: ", ")
    guard !showsAll, whole.count > room else { return whole }
    var (text, count) = (names[0], 1)
    for name in names.dropFirst() {
      guard text.count + name.count + ",  and 99999 more".count <= room else { break }
      text += ", \(name)"
      count += 1
    }
    return count == names.count ? text : "\(text) and \(names.count - count) more"
  }

  // MARK: Ranges

  /// Holes, and after them what was missed for ever; what stands alike together.
  private var ranges: String? {
    func ranges(_ wanted: (GapStatus) -> Bool, _ words: (Gaps.Range, Int) -> String) -> [String] {
      gaps.alike.filter { $0[0].statuses.contains(where: wanted) }.flatMap { group in
        let title = title(of: group, room: max(60, width - 40))
        return gaps.ranges(of: group[0]).filter { wanted($0.status) }.map { range in
          "  \(title) \(range.label): \(words(range, range.windows * group.count))"
        }
      }
    }
    let holes = ranges(\.isHole) { range, count in "\(Count.words(count, "window")), \(range.status.word)" }
    let missed = ranges({ $0 == .snapshotMissed }) { _, count in
      "\(Count.words(count, "snapshot")) missed; there is no past to take \(count == 1 ? "it" : "them") from"
    }
    let lost = ranges({ $0 == .noLongerKept }) { _, count in
      "\(Count.words(count, "window")) no longer kept by the service; no run brings \(count == 1 ? "it" : "them") back"
    }
    let all = holes + missed + lost
    guard !all.isEmpty else { return nil }
    guard !showsAll, all.count > Self.rangeLimit else { return all.joined(separator: "\n") }
    let more = Count.words(all.count - Self.rangeLimit, "range")
    return (all.prefix(Self.rangeLimit) + ["  and \(more) more; --all shows them"]).joined(separator: "\n")
  }
}
