// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// A line of a view: pieces of text, some of which stand out where there are colours.
struct StyledText: Sendable, Equatable, ExpressibleByStringLiteral {
  enum Style: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  private var pieces: [Piece] = []

  private struct Piece: Sendable, Equatable {
    var text: String
    var style: Style?
  }

  init(stringLiteral text: String) { self.init(text) }

  init(_ text: String = "", _ style: Style? = nil) { append(text, style) }

  mutating func append(_ text: String, _ style: Style? = nil) {
    if !text.isEmpty { pieces.append(Piece(text: text, style: style)) }
  }

  mutating func append(_ other: StyledText) { pieces += other.pieces }

  var plain: String { pieces.map(\.text).joined() }

  var columns: Int { TerminalWidth.columns(of: plain) }

  /// The whole text.
  func painted(_ isColoured: Bool) -> String {
    pieces.map { Self.painted($0.text, $0.style, isColoured) }.joined()
  }

  private static func painted(_ text: String, _ style: Style?, _ isColoured: Bool) -> String {
    guard let style, isColoured else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }

  /// At most `width` columns: what is longer ends with `…`. What could move a cursor is replaced.
  func rendered(width: Int, isColoured: Bool) -> String {
    guard width > 0 else { return "" }
    let isCut = columns > width
    var room = isCut ? width - 1 : width
    var text = ""
    for piece in pieces {
      let (part, columns) = piece.text.onOneLine.fitting(room)
      guard !part.isEmpty else { continue }
      text += Self.painted(part, piece.style, isColoured)
      room -= columns
      if part.count < piece.text.count { break }
    }
    return isCut ? text + "…" : text
  }
}

extension String {
  /// Without what could move a cursor.
  fileprivate var onOneLine: String { shown }

  /// As many whole characters as there is room for.
  fileprivate func fitting(_ room: Int) -> (text: String, columns: Int) {
    var (end, used) = (startIndex, 0)
    while end < endIndex {
      let columns = TerminalWidth.columns(of: self[end])
      guard used + columns <= room else { break }
      used += columns
      end = index(after: end)
    }
    return (String(self[..<end]), used)
  }
}
