// SPDX-License-Identifier: Apache-2.0

extension Diagnostic {
  /// The diagnostic as people read it: place, severity, message, the line, and a caret under what is meant.
  ///
  /// ```
  /// exports.yaml:12:14: error: unknown dataset 'crashs' [M014]
  ///   12 |     dataset: crashs
  ///      |              ^~~~~~ did you mean 'crash'?
  /// ```
  public var text: String {
    var lines = ShownLines(hiding: [])
    return text(&lines)
  }

  /// As `text`, of several.
  fileprivate func text(_ shown: inout ShownLines) -> String {
    var lines = [headline(message, at: place, as: "\(severity.rawValue): ", suffix: " [\(code)]")]
    if let place, !hidesLine, shown.holds(place, of: self) {
      lines += Self.excerpt(at: place, help: help)
    } else if let help {
      lines.append("  \(help)")
    }
    for note in related {
      lines.append(headline(note.message, at: note.place, as: "note: ", suffix: ""))
      if shown.holds(note.place, of: self) { lines += Self.excerpt(at: note.place, help: nil) }
    }
    return lines.joined(separator: "\n")
  }

  private func headline(_ message: String, at place: SourcePlace?, as kind: String, suffix: String) -> String {
    ((place.map { "\($0): " } ?? "") + kind + message + suffix).printable
  }

  private static func excerpt(at place: SourcePlace, help: String?) -> [String] {
    let excerpt = Excerpt(place)
    guard !excerpt.text.isEmpty else { return help.map { ["  \($0)"] } ?? [] }
    let number = String(place.line)
    let gutter = String(repeating: " ", count: number.count)
    let scalars = Array(excerpt.text.unicodeScalars)
    let before = scalars.prefix(excerpt.column - 1)
    let marked = scalars.dropFirst(excerpt.column - 1).prefix(place.length)
    // Tabs stay tabs, so that the caret stands under its column whatever a tab is worth.
    let lead = before.split(separator: "\t", omittingEmptySubsequences: false)
      .map { String(repeating: " ", count: TerminalWidth.columns(of: $0)) }.joined(separator: "\t")
    let caret = "^" + String(repeating: "~", count: max(1, TerminalWidth.columns(of: marked)) - 1)
    return [
      "  \(number) | \(excerpt.text)",
      "  \(gutter) | \(lead)\(caret)\(help.map { " \($0)" } ?? "")",
    ]
  }
}

extension DiagnosticList {
  /// All of them as people read them, at most `limit`, then how many more there are, then the count.
  public func text(limit: Int = 100) -> String {
    let sorted = sorted()
    let shown = sorted.all
    let hidden = Set(shown.filter(\.hidesLine).compactMap(\.place).map { SourceLine($0) })
    var lines = ShownLines(hiding: hidden)
    var parts = shown.prefix(limit).map { $0.text(&lines) }
    if sorted.count > limit { parts.append("and \(sorted.count - limit) more") }
    let errors = sorted.errorCount
    let warnings = sorted.count - errors
    var counts: [String] = []
    if errors > 0 { counts.append("\(errors) error\(errors == 1 ? "" : "s")") }
    if warnings > 0 { counts.append("\(warnings) warning\(warnings == 1 ? "" : "s")") }
    if !counts.isEmpty { parts.append(counts.joined(separator: ", ")) }
    return parts.joined(separator: "\n")
  }
}

/// The lines that may be shown. Each is judged once, because it may be long, and much may stand in it.
private struct ShownLines {
  private let hidden: Set<SourceLine>
  private var judged: [SourceLine: Bool] = [:]

  init(hiding hidden: Set<SourceLine>) { self.hidden = hidden }

  /// Descriptions of services hold no secrets, whatever their keys are called.
  mutating func holds(_ place: SourcePlace, of diagnostic: Diagnostic) -> Bool {
    let line = SourceLine(place)
    guard !hidden.contains(line) else { return false }
    if diagnostic.code.hasPrefix("D") { return true }
    if let known = judged[line] { return known }
    let isShown = !place.file.mayHoldSecret(line: place.line)
    judged[line] = isShown
    return isShown
  }
}

/// A line of a file.
private struct SourceLine: Hashable {
  let file: ObjectIdentifier
  let number: Int

  init(_ place: SourcePlace) { (file, number) = (ObjectIdentifier(place.file), place.line) }
}
