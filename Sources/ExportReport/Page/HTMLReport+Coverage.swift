// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

// The calendars: what there is of each window of each series. Series that stand alike share one.
extension HTMLReport {
  private static let shownMost = 12
  private static let foldedMost = 1500
  /// Letters in a line.
  private static let columnsMost = 31

  var calendars: [String: Any] {
    let alike = coverage.alike
    // What has holes comes first.
    let order = alike.indices.sorted { a, b in
      (Self.needsLooking(alike[b][0]) ? 1 : 0, a) < (Self.needsLooking(alike[a][0]) ? 1 : 0, b)
    }
    let all = order.map { alike[$0] }
    let windows = coverage.totals.values.reduce(0, +)
    return [
      // Of a run that had nothing to do only the counts are kept.
      "hasCalendars": !all.isEmpty, "hasWindows": windows > 0,
      "calendarVerdict":
        "\(HTMLText.grouped(coverage.count(.exported))) of \(HTMLText.grouped(windows)) windows are exported.",
      "letters": letters, "calendarParts": calendarParts(all),
    ]
  }

  /// Those that are shown, and those that are folded away, if there are any.
  private func calendarParts(_ all: [[Coverage.Series]]) -> [[String: Any]] {
    let folded = all.dropFirst(Self.shownMost)
    let shown: [String: Any] = ["isFolded": false, "calendars": all.prefix(Self.shownMost).map(calendarContext)]
    guard !folded.isEmpty else { return [shown] }
    return [
      shown,
      [
        "isFolded": true, "calendars": folded.prefix(Self.foldedMost).map(calendarContext),
        "foldedCount": Count.words(folded.count, "more calendar"), "hasBeyond": folded.count > Self.foldedMost,
        "beyond": folded.count - Self.foldedMost,
      ],
    ]
  }

  private static func needsLooking(_ one: Coverage.Series) -> Bool {
    one.statuses.contains { $0.isMissing || $0 == .redoFailed || $0 == .redoWaiting }
  }

  private var letters: [[String: Any]] {
    CoverageStatus.allCases.filter { coverage.count($0) > 0 }.map {
      ["letter": "\($0.letter)", "look": $0.look, "word": $0.word, "count": HTMLText.grouped(coverage.count($0))]
    }
  }

  private func calendarContext(_ group: [Coverage.Series]) -> [String: Any] {
    let one = group[0]
    let calendar = coverage.calendar(of: one)
    let said = summary(of: one)
    let title = title(of: group)
    return [
      "title": title.short, "hasNames": title.all != nil, "names": title.all ?? "", "summary": said,
      "rows": rows(calendar), "label": "\(title.short): \(said)",
    ]
  }

  /// `history/shop/event`, or what several stand for; and all of them, where the title does not name all.
  private func title(of group: [Coverage.Series]) -> (short: String, all: String?) {
    guard group.count > 1 else { return (group[0].title, nil) }
    var (apps, sorts): ([String], [String]) = ([], [])
    for one in group {
      if !apps.contains(one.app) { apps.append(one.app) }
      if !sorts.contains(one.sort) { sorts.append(one.sort) }
    }
    guard apps.count * sorts.count == group.count else {
      return (
        "\(group[0].export): \(group.count) series alike", group.map(\.title).joined(separator: ", ")
      )
    }
    func list(_ names: [String]) -> String {
      names.count <= 4
        ? names.joined(separator: ", ") : names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
    }
    let isShort = apps.count > 4 || sorts.count > 4
    return (
      "\(group[0].export): \(list(apps)) × \(list(sorts))", isShort ? group.map(\.title).joined(separator: ", ") : nil
    )
  }

  /// What is not exported, as spans; `100 exported` when that is all.
  private func summary(of one: Coverage.Series) -> String {
    let spans = coverage.spans(of: one)
    let good = one.statuses.count { $0 == .exported }
    let others = spans.filter { $0.status != .exported }
    let words = others.prefix(4).map { "\($0.label) \($0.status.word)" }
    let more = others.count > 4 ? ["and \(Count.words(others.count - 4, "span")) more"] : []
    return (["\(good) of \(one.statuses.count) exported"] + words + more).joined(separator: "; ")
  }

  private func rows(_ calendar: WindowCalendar<CoverageStatus>) -> String {
    var lines: [String] = []
    let margin = calendar.lines.map { if case .row(let label, _) = $0 { label.count } else { 0 } }.max() ?? 0
    if margin > 0, let ruler = ruler(calendar, margin + 1) { lines.append("<b>\(ruler)</b>") }
    for line in calendar.lines {
      switch line {
      case .fold(let span):
        let words = span.windows == 1 ? span.status.word : "\(span.windows) \(span.status.word)"
        lines.append(
          "<i class=\"\(span.status.look)\">\(span.status.letter)</i> \(HTMLText.escaped(span.label)): \(words)")
      case .row(let label, let columns):
        for start in stride(from: 0, to: columns.count, by: Self.columnsMost) {
          let head = start == 0 ? HTMLText.escaped(label) : ""
          let blank = String(repeating: " ", count: margin + 1 - (start == 0 ? label.count : 0))
          lines.append(
            "<b>\(head)\(blank)</b>" + runs(columns[start..<min(columns.count, start + Self.columnsMost)]))
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  private func ruler(_ calendar: WindowCalendar<CoverageStatus>, _ margin: Int) -> String? {
    var text = ""
    for (column, number) in calendar.ruler where column + 2 <= Self.columnsMost {
      text += String(repeating: " ", count: max(0, margin + column - text.count)) + "\(number)"
    }
    return text.isEmpty ? nil : text
  }

  /// Neighbours that stand alike share an element.
  private func runs(_ columns: ArraySlice<CoverageStatus?>) -> String {
    var text = ""
    var index = columns.startIndex
    while index < columns.endIndex {
      var end = index + 1
      while end < columns.endIndex, columns[end] == columns[index] { end += 1 }
      if let status = columns[index] {
        text += "<i class=\"\(status.look)\">" + String(repeating: status.letter, count: end - index) + "</i>"
      } else {
        text += String(repeating: " ", count: end - index)
      }
      index = end
    }
    return text
  }
}

extension CoverageStatus {
  /// The class that the page shows it with.
  var look: String {
    switch self {
    case .exported: "g"
    case .redoFailed, .redoWaiting, .waiting: "w"
    case .failed, .abandoned, .skipped, .cancelled: "m"
    case .notRipe, .snapshotMissed, .beyondCatchUp, .noLongerKept: "n"
    }
  }
}
