// SPDX-License-Identifier: Apache-2.0

/// Reads RFC 4180: records of cells, quoted or not, ended by CRLF or LF.
struct CSVReader {
  /// A quoted cell without bytes is an empty text; one that is not quoted is nothing.
  struct Cell: Hashable {
    var bytes: [UInt8]
    var isQuoted: Bool
  }

  let source: ByteSource

  /// The next record; `nil` at the end.
  func record() throws -> [Cell]? {
    guard try source.peek() != nil else { return nil }
    var cells: [Cell] = []
    var left = JSONReader.lengthLimit
    while true {
      let cell = try cell(limit: left)
      cells.append(cell)
      // A cell without bytes is held as well.
      left -= cell.bytes.count + MemoryLayout<Cell>.stride
      guard left >= 0 else { throw ImportProblem(.tooLong(JSONReader.lengthLimit), line: source.line) }
      switch try source.take() {
      case UInt8(ascii: ","): continue
      case nil, UInt8(ascii: "\n"): return cells
      case UInt8(ascii: "\r"):
        guard try source.peek() == nil || source.take() == UInt8(ascii: "\n") else {
          throw ImportProblem(.unexpected(found: "a carriage return", expected: "the end of a line"), line: source.line)
        }
        return cells
      default: throw ImportProblem(.quote, line: source.line)
      }
    }
  }

  private func cell(limit: Int) throws -> Cell {
    guard try source.peek() == UInt8(ascii: "\"") else {
      var bytes: [UInt8] = []
      try source.take(while: { $0 != 0x2C && $0 != 0x0D && $0 != 0x22 }, into: &bytes, limit: limit)
      return Cell(bytes: bytes, isQuoted: false)
    }
    _ = try source.take()
    var bytes: [UInt8] = []
    while true {
      try source.take(while: { $0 != 0x22 }, into: &bytes, limit: limit)
      guard let byte = try source.take() else {
        throw ImportProblem(.ends(expected: "the end of a quoted cell"), line: source.line)
      }
      if byte == UInt8(ascii: "\"") {
        guard try source.peek() == UInt8(ascii: "\"") else { return Cell(bytes: bytes, isQuoted: true) }
        _ = try source.take()
      }
      bytes.append(byte)
      guard bytes.count <= limit else {
        throw ImportProblem(.tooLong(JSONReader.lengthLimit), line: source.line)
      }
    }
  }
}
