// SPDX-License-Identifier: Apache-2.0

/// Lays tokens out on the lines they were written on.
struct YAMLLayout {
  /// A block that is open: where it was written, and where it goes.
  private struct Level {
    var column: Int
    var indent: Int
    /// Entries of a list written at the column of the key above: there is no mark for its end.
    var isOpenList = false
    var isList = false
  }

  private let source: [Unicode.Scalar]
  private var lines = YAMLLines()
  private var levels: [Level] = []
  /// How deep in brackets.
  private var depth = 0
  /// Where the line stands on which the outermost bracket opened.
  private var flowIndent = 0
  /// Up to where the source was laid out.
  private var end = 0
  private var atLineStart = true
  private var isKey = false
  private var last: YAMLToken.Kind?
  /// Comments and empty lines whose place depends on what follows.
  private var waiting: [YAMLLines.Loose] = []

  init(_ source: [Unicode.Scalar]) { self.source = source }

  var text: String { lines.text }
  var comments: [String] { lines.comments }

  /// - Returns: why the text is better left alone; `nil` when all is well.
  mutating func take(_ token: YAMLToken) -> String? {
    gap(before: token.range.lowerBound)
    switch token.kind {
    case .key where depth == 0 && token.range.count > 0: return "it has a key that is marked with '?'"
    case .blockMappingStart, .blockSequenceStart:
      // What follows '-' or a key stands one step in; the outermost block at the margin.
      levels.append(
        Level(
          column: column(of: token.range.lowerBound), indent: levels.last.map { $0.indent + 2 } ?? 0,
          isList: token.kind == .blockSequenceStart))
    case .blockEnd:
      closeOpenList()
      if !levels.isEmpty { levels.removeLast() }
    case .key:
      if depth == 0 { closeOpenList() }
      isKey = true
      if token.range.count > 0 { write(token) }
    case .blockEntry:
      if levels.last?.isList != true, let above = levels.last {
        levels.append(
          Level(
            column: column(of: token.range.lowerBound), indent: above.indent + 2, isOpenList: true, isList: true))
      }
      write(token)
    case .streamEnd: place(waiting, next: nil)
    default: if !token.range.isEmpty { write(token) }
    }
    return nil
  }

  private mutating func closeOpenList() { if levels.last?.isOpenList == true { levels.removeLast() } }

  // MARK: Between tokens

  /// Blanks, line ends and comments up to a token.
  private mutating func gap(before start: Int) {
    guard start > end else { return }
    var rest = source[end..<start]
    end = start
    var isFirst = lines.isOpen
    while !rest.isEmpty {
      let newline = rest.firstIndex(of: "\n")
      let line = rest[..<(newline ?? rest.endIndex)]
      if let hash = line.firstIndex(of: "#") {
        let comment = Self.text(line[hash...])
        if isFirst {
          lines.trail(comment, column: column(of: hash))
        } else {
          waiting.append(.comment(comment, column: column(of: hash)))
        }
      } else if !isFirst, newline != nil {
        waiting.append(.empty)
      }
      guard let newline else { break }
      isFirst = false
      atLineStart = true
      lines.close()
      rest = rest[(newline + 1)...]
    }
  }

  /// Comments go where the block goes that they stood in, or where what follows them goes: with it, as long as they
  /// stood further in than the block around it. One behind a key or '-' without a value stands one step in.
  private mutating func place(_ loose: [YAMLLines.Loose], next: (column: Int, indent: Int)?) {
    waiting = []
    for one in loose {
      guard case .comment(let text, let column) = one else {
        lines.empty()
        continue
      }
      lines.comment(text, indent: indent(ofComment: column, before: next))
    }
    blocks = levels.map { ($0.column, $0.indent) }
  }

  private func indent(ofComment column: Int, before next: (column: Int, indent: Int)?) -> Int {
    if let next, column <= next.column {
      let around = blocks.filter { $0.column < next.column }.map(\.column).max() ?? -1
      if column > around { return next.indent }
    }
    var candidates = blocks + (next.map { [$0] } ?? [])
    if depth == 0, last == .value || last == .blockEntry, let owner = blocks.last {
      candidates.append((owner.column + 1, owner.indent + 2))
    }
    return candidates.filter { $0.column <= column }.max { $0.column < $1.column }?.indent ?? 0
  }

  /// The blocks that were open at the last line.
  private var blocks: [(column: Int, indent: Int)] = []

  // MARK: Tokens

  private mutating func write(_ token: YAMLToken) {
    let isClosing = token.kind == .flowEnd
    if atLineStart {
      let indent = self.indent(of: token)
      place(waiting, next: (column(of: token.range.lowerBound), indent))
      lines.open(indent: indent)
      if depth == 0, token.kind == .flowStart { flowIndent = indent }
    } else if depth == 0, token.kind == .flowStart {
      flowIndent = lines.indent
    }
    let isSpaced = !atLineStart && Self.isSpaced(last, token.kind)
    if token.kind == .flowStart { depth += 1 }
    if isClosing { depth -= 1 }
    atLineStart = false
    isKey = false
    last = token.kind
    if isSpaced { lines.add(" ") }
    scalarOrMark(token)
    blocks = levels.map { ($0.column, $0.indent) }
    end = token.range.upperBound
  }

  private func indent(of token: YAMLToken) -> Int {
    if depth > 0 { return flowIndent + 2 * (token.kind == .flowEnd ? depth - 1 : depth) }
    guard let level = levels.last else { return 0 }
    return isKey || token.kind == .blockEntry ? level.indent : level.indent + 2
  }

  private static func isSpaced(_ before: YAMLToken.Kind?, _ next: YAMLToken.Kind) -> Bool {
    switch (before, next) {
    case (.alias, .value): true
    case (_, .value), (_, .flowEntry), (_, .flowEnd), (.flowStart, _): false
    default: true
    }
  }

  private mutating func scalarOrMark(_ token: YAMLToken) {
    let parts = source[token.range].split(separator: "\n", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return lines.add(Self.text(parts.first ?? [])) }
    if token.kind == .scalar(isBlock: true) { return block(parts) }
    lines.add(Self.trimmed(parts[0]))
    // Blanks at both ends of a folded line mean nothing; behind a backslash they may.
    let indent = (levels.last?.indent ?? 0) + 2
    for part in parts.dropFirst() {
      lines.close()
      let content = part.drop { $0 == " " || $0 == "\t" }
      if content.isEmpty, part.indices.upperBound != token.range.upperBound {
        lines.verbatim("")
      } else {
        lines.open(indent: indent)
        lines.add(part.indices.upperBound == token.range.upperBound ? Self.text(content) : Self.trimmed(content))
      }
    }
  }

  /// The lines of `|` and `>` move with the block that they belong to, and keep what is in them.
  private mutating func block(_ parts: [ArraySlice<Unicode.Scalar>]) {
    lines.add(Self.trimmed(parts[0]))
    var body = Array(parts.dropFirst())
    // The last line end is the line's own; empty lines at the end are content with '+' only.
    if body.last?.allSatisfy({ $0 == " " }) == true { body.removeLast() }
    // More blanks than the content stands in from the margin are content.
    let hasIndicator = parts[0].contains { ("1"..."9").contains($0) }
    let margin =
      hasIndicator ? 0 : body.filter { $0.contains { $0 != " " } }.map { $0.prefix { $0 == " " }.count }.min() ?? .max
    // Where the text says how far in it stands, that stays; else it stands one step in.
    let shift = levels.last.map { hasIndicator || margin == .max ? $0.indent - $0.column : $0.indent + 2 - margin } ?? 0
    func isEmpty(_ line: ArraySlice<Unicode.Scalar>) -> Bool { line.count <= margin && line.allSatisfy { $0 == " " } }
    if !parts[0].contains("+") {
      let count = body.count
      while let last = body.last, isEmpty(last) { body.removeLast() }
      if body.count < count { waiting.append(.empty) }
    }
    for part in body {
      lines.close()
      let blanks = part.prefix { $0 == " " }.count
      let content = part.dropFirst(min(blanks, max(0, -shift)))
      lines.verbatim(
        isEmpty(part)
          ? "" : String(repeating: " ", count: part.isEmpty ? 0 : max(0, shift)) + Self.text(content))
    }
    lines.close()
    atLineStart = true
  }

  // MARK: Text

  private func column(of index: Int) -> Int {
    var start = index
    while start > 0, source[start - 1] != "\n" { start -= 1 }
    return index - start
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.count)
    for scalar in scalars { bytes.append(contentsOf: scalar.utf8) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Without blanks at the end, unless the first of them is escaped.
  private static func trimmed(_ line: ArraySlice<Unicode.Scalar>) -> String {
    var rest = line
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return text(rest.last == "\\" ? line : rest)
  }
}
