// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// Whether two sides are equal, for people: the verdict first, then every window that differs, with rows of it.
struct ComparisonText {
  /// Windows that are told one by one; the rest is counted.
  private static let windowsMost = 100
  /// Characters of a row that are shown.
  private static let rowLength = 300

  let text: String

  init(_ comparison: Comparison, isColoured: Bool) {
    let others = comparison.windows.filter { if case .equal = $0.verdict { false } else { true } }
    var lines = [Self.verdict(comparison, others)]
    for window in others.prefix(Self.windowsMost) { lines += Self.lines(window, isColoured) }
    if others.count > Self.windowsMost { lines.append("  and \(others.count - Self.windowsMost) windows more") }
    if comparison.recorded > 0 {
      lines.append(
        "note: \(Count.words(comparison.recorded, "window")) by the SHA-256 that both runs recorded, without reading")
    }
    lines += comparison.remarks.map { "note: \($0.shown)" }
    text = lines.joined(separator: "\n")
  }

  private static func verdict(_ comparison: Comparison, _ others: [Comparison.Window]) -> String {
    let all = Count.words(comparison.windows.count, "window")
    guard !others.isEmpty else { return "equal: \(all), \(Count.words(comparison.rows, "row"))" }
    let equal = comparison.windows.count - others.count
    let unreadable = others.count { if case .unreadable = $0.verdict { true } else { false } }
    let differing = others.count - unreadable
    var parts: [String] = []
    if differing > 0 { parts.append("\(differing) \(differing == 1 ? "differs" : "differ")") }
    if unreadable > 0 { parts.append("\(unreadable) cannot be read") }
    return "\(differing > 0 ? "different" : "unproved"): of \(all) \(parts.joined(separator: ", ")); \(equal) equal"
  }

  private static func lines(_ window: Comparison.Window, _ isColoured: Bool) -> [String] {
    switch window.verdict {
    case .equal: return []
    case .onlyInA: return ["  \(window.title.shown): only in A"]
    case .onlyInB: return ["  \(window.title.shown): only in B"]
    case .unreadable(let reason): return ["  \(window.title.shown): \(reason.shown)"]
    case .different(let difference):
      let counts = [(difference.gone, "gone"), (difference.added, "added"), (difference.changed, "changed")]
      let words = counts.filter { $0.0 > 0 }.map { "\(Count.words($0.0, "row")) \($0.1)" }.joined(separator: ", ")
      let first =
        "  \(window.title.shown): \(words)" + (difference.isCutOff ? " (changed ones among the first only)" : "")
      return [first] + difference.examples.map { "    " + line($0, isColoured) }
    }
  }

  private static func line(_ change: RowChange, _ isColoured: Bool) -> String {
    func coloured(_ code: String, _ text: String) -> String { isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
    switch change {
    case .gone(let row): return coloured("31", "- \(short(row))")
    case .added(let row): return coloured("32", "+ \(short(row))")
    case .changed(let row, let members):
      let changes = members.map { "\($0.path): \($0.a ?? "nothing") -> \($0.b ?? "nothing")" }
      return coloured("33", "~ \(short(row))\n      \(changes.map(short).joined(separator: "\n      "))")
    }
  }

  private static func short(_ text: String) -> String {
    String(text.prefix(rowLength)).shown + (text.count > rowLength ? "…" : "")
  }
}
