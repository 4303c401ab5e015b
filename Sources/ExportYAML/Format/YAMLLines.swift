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

  /// Comments behind content that were written in one column on lines that follow one another stay in one column: where
  /// they were, or two blanks behind the longest of these lines.
  var text: String {
    var lines = done
    if let current { lines.append(current) }
    while let last = lines.last, !last.isVerbatim, last.content.isEmpty { lines.removeLast() }
    var result = ""
    var index = 0
    while index < lines.count {
      guard let comment = lines[index].comment else {
        result += Self.rendered(lines[index]) + "\n"
        index += 1
        continue
      }
      var group = index
      while group < lines.count, lines[group].comment?.column == comment.column { group += 1 }
      let widest = lines[index..<group].map { Self.rendered($0).unicodeScalars.count }.max() ?? 0
      let column = max(comment.column, widest + 2)
      for line in lines[index..<group] {
        let content = Self.rendered(line)
        let blanks = String(repeating: " ", count: column - content.unicodeScalars.count)
        result += content + blanks + (line.comment?.text ?? "") + "\n"
      }
      index = group
    }
    return result
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
