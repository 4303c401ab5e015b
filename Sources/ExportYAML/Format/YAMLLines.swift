// SPDX-License-Identifier: Apache-2.0

/// Lines as they are put together: content, and a comment behind it or alone.
struct YAMLLines {
  /// What stands between lines of content.
  enum Loose {
    case empty
    case comment(String, column: Int)
  }

  private struct Line {
    var indent = 0
    var content = ""
    /// With the column it was written at.
    var comment: (text: String, column: Int)?
    /// Of a scalar: blanks and empty lines are content.
    var isVerbatim = false
  }

  private var done: [Line] = []
  private var current: Line?
  private(set) var comments: [String] = []

  var isOpen: Bool { current != nil }
  /// Of the line that is being written.
  var indent: Int { current?.indent ?? 0 }

  mutating func open(indent: Int) {
    close()
    current = Line(indent: indent)
  }

  mutating func add(_ text: String) { current?.content += text }

  mutating func trail(_ comment: String, column: Int) {
    comments.append(Self.trimmed(comment))
    current?.comment = (Self.trimmed(comment), column)
  }

  mutating func close() {
    if let line = current { done.append(line) }
    current = nil
  }

  mutating func verbatim(_ text: String) { done.append(Line(content: text, isVerbatim: true)) }

  mutating func comment(_ text: String, indent: Int) {
    comments.append(Self.trimmed(text))
    done.append(Line(indent: indent, content: Self.trimmed(text)))
  }

  /// One is kept of several; none at the beginning.
  mutating func empty() {
    guard let last = done.last, last.isVerbatim || !last.content.isEmpty else { return }
    done.append(Line())
  }

  /// Comments behind lines that follow one another, which were written in one column.
  private struct Column {
    var lines: Range<Int>
    var column: Int
    /// Of the longest of the lines.
    var width: Int

    var fits: Bool { width + 2 <= column }

    /// Other comments keep the column.
    func isShared(with other: Column?) -> Bool {
      guard let other else { return false }
      return fits && other.fits && other.column == column
    }
  }

  /// Comments behind content that were written in one column stay in one: where they were, or two blanks behind the
  /// longest of their lines. One that shares its column neither with the one before it nor with the one after it stands
  /// two blanks behind its line.
  var text: String {
    var lines = done
    if let current { lines.append(current) }
    while let last = lines.last, !last.isVerbatim, last.content.isEmpty { lines.removeLast() }
    var columns: [Int?] = lines.map { _ in nil }
    let groups = Self.groups(lines)
    for (index, group) in groups.enumerated() {
      let before = index > 0 ? groups[index - 1] : nil
      let after = index + 1 < groups.count ? groups[index + 1] : nil
      let isAlone = group.lines.count == 1 && !group.isShared(with: before) && !group.isShared(with: after)
      for line in group.lines { columns[line] = isAlone ? group.width + 2 : max(group.column, group.width + 2) }
    }
    return zip(lines, columns).map { line, column in
      let content = Self.rendered(line)
      guard let comment = line.comment, let column else { return content + "\n" }
      return content + String(repeating: " ", count: column - content.unicodeScalars.count) + comment.text + "\n"
    }.joined()
  }

  private static func groups(_ lines: [Line]) -> [Column] {
    var groups: [Column] = []
    for (index, line) in lines.enumerated() {
      guard let comment = line.comment else { continue }
      let width = rendered(line).unicodeScalars.count
      if let last = groups.last, last.lines.upperBound == index, last.column == comment.column {
        groups[groups.count - 1].lines = last.lines.lowerBound..<index + 1
        groups[groups.count - 1].width = max(last.width, width)
      } else {
        groups.append(Column(lines: index..<index + 1, column: comment.column, width: width))
      }
    }
    return groups
  }

  private static func rendered(_ line: Line) -> String {
    line.isVerbatim || line.content.isEmpty
      ? line.content : String(repeating: " ", count: line.indent) + line.content
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
