// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// Rows of a name and a text that stay within a number of columns: what is too long goes on below itself.
struct WrappedRows {
  var width = 80
  var indent = 2
  private(set) var rows: [(name: String, text: String)] = []

  mutating func add(_ name: String, _ text: String?) {
    guard let text else { return }
    rows.append((name, text))
  }

  /// - Parameter column: where texts begin behind the indent; `nil`: behind the longest name.
  func text(column: Int? = nil) -> String {
    let column = column ?? (rows.map(\.name.count).max() ?? 0) + 2
    return rows.map { row in
      let margin = String(repeating: " ", count: indent)
      let head = margin + row.name + String(repeating: " ", count: max(1, column - row.name.count))
      let below = String(repeating: " ", count: indent + column)
      return Self.wrapped(row.text.printable, first: head, below: below, width: width)
    }.joined(separator: "\n")
  }

  /// Words on as few lines as will do. A word that is longer than a line is cut.
  static func wrapped(_ text: String, first: String, below: String, width: Int) -> String {
    var lines: [String] = []
    var (line, isFresh) = (first, true)
    func pieces(_ word: Substring) -> [Substring] {
      let room = max(8, width - below.count)
      return stride(from: 0, to: max(word.count, 1), by: room).map { word.dropFirst($0).prefix(room) }
    }
    for word in text.split(separator: " ").flatMap(pieces) {
      if line.count + word.count + (isFresh ? 0 : 1) > width, line != below {
        lines.append(line.trimmedEnd)
        (line, isFresh) = (below, true)
      }
      line += (isFresh ? "" : " ") + word
      isFresh = false
    }
    return (lines + [line.trimmedEnd]).joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
