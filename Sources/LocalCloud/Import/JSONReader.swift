// SPDX-License-Identifier: Apache-2.0

/// Reads JSON as it comes, and copies values as they are spelled, without the blanks between tokens.
struct JSONReader {
  static let depthLimit = 64
  /// Of one value that is copied.
  static let lengthLimit = 16 << 20

  let source: ByteSource

  /// The first byte of the next token; `nil` at the end.
  func token() throws -> UInt8? {
    while let byte = try source.peek() {
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      _ = try source.take()
    }
    return nil
  }

  /// Takes the next token when it is this one.
  func skips(_ byte: UInt8) throws -> Bool {
    guard try token() == byte else { return false }
    _ = try source.take()
    return true
  }

  func expect(_ byte: UInt8) throws {
    guard try !skips(byte) else { return }
    throw try surprise(expected: "'\(Character(UnicodeScalar(byte)))'")
  }

  func surprise(expected: String) throws -> ImportProblem {
    guard let byte = try token() else { return ImportProblem(.ends(expected: expected), line: source.line) }
    let isPlain = (0x21..<0x7F).contains(byte)
    let found = isPlain ? "'\(Character(UnicodeScalar(byte)))'" : "the byte \(byte)"
    return ImportProblem(.unexpected(found: found, expected: expected), line: source.line)
  }

  /// Appends the next value.
  func value(into bytes: inout [UInt8]) throws {
    try value(into: &bytes, depth: 0)
  }

  private func value(into bytes: inout [UInt8], depth: Int) throws {
    guard depth < Self.depthLimit else { throw ImportProblem(.tooDeep(Self.depthLimit), line: source.line) }
    switch try token() {
    case UInt8(ascii: "{"): try object(into: &bytes, depth: depth)
    case UInt8(ascii: "["): try array(into: &bytes, depth: depth)
    case UInt8(ascii: "\""): try text(into: &bytes)
    case UInt8(ascii: "t"): try word("true", into: &bytes)
    case UInt8(ascii: "f"): try word("false", into: &bytes)
    case UInt8(ascii: "n"): try word("null", into: &bytes)
    case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte): try number(into: &bytes)
    default: throw try surprise(expected: "a value")
    }
    guard bytes.count <= Self.lengthLimit else {
      throw ImportProblem(.tooLong(Self.lengthLimit), line: source.line)
    }
  }

  private func object(into bytes: inout [UInt8], depth: Int) throws {
    _ = try source.take()
    bytes.append(UInt8(ascii: "{"))
    if try !skips(UInt8(ascii: "}")) {
      while true {
        try text(into: &bytes)
        try expect(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: ":"))
        try value(into: &bytes, depth: depth + 1)
        guard try skips(UInt8(ascii: ",")) else { break }
        bytes.append(UInt8(ascii: ","))
      }
      guard try skips(UInt8(ascii: "}")) else { throw try surprise(expected: "',' or '}'") }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private func array(into bytes: inout [UInt8], depth: Int) throws {
    _ = try source.take()
    bytes.append(UInt8(ascii: "["))
    if try !skips(UInt8(ascii: "]")) {
      while true {
        try value(into: &bytes, depth: depth + 1)
        guard try skips(UInt8(ascii: ",")) else { break }
        bytes.append(UInt8(ascii: ","))
      }
      guard try skips(UInt8(ascii: "]")) else { throw try surprise(expected: "',' or ']'") }
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Appends a text with its quotes, its escapes as they are.
  func text(into bytes: inout [UInt8]) throws {
    guard try token() == UInt8(ascii: "\"") else { throw try surprise(expected: "a text") }
    _ = try source.take()
    bytes.append(UInt8(ascii: "\""))
    while true {
      try source.take(while: { $0 != 0x22 && $0 != 0x5C && $0 >= 0x20 }, into: &bytes)
      guard let byte = try source.take() else {
        throw ImportProblem(.ends(expected: "the end of a text"), line: source.line)
      }
      guard byte >= 0x20 else { throw ImportProblem(.control, line: source.line - (byte == 0x0A ? 1 : 0)) }
      bytes.append(byte)
      if byte == UInt8(ascii: "\"") { return }
      try escape(into: &bytes)
    }
  }

  /// What follows a backslash.
  private func escape(into bytes: inout [UInt8]) throws {
    guard let byte = try source.take(), #""\/bfnrtu"#.utf8.contains(byte) else {
      throw ImportProblem(.escape, line: source.line)
    }
    bytes.append(byte)
    guard byte == UInt8(ascii: "u") else { return }
    for _ in 0..<4 {
      guard let digit = try source.take(), Character(UnicodeScalar(digit)).isHexDigit, digit < 0x80 else {
        throw ImportProblem(.escape, line: source.line)
      }
      bytes.append(digit)
    }
  }

  private func word(_ word: String, into bytes: inout [UInt8]) throws {
    var found: [UInt8] = []
    try source.take(while: { (0x61...0x7A).contains($0) }, into: &found)
    guard found.elementsEqual(word.utf8) else {
      throw ImportProblem(
        .unexpected(found: "'\(String(decoding: found.prefix(20), as: UTF8.self))'", expected: "a value"),
        line: source.line)
    }
    bytes += found
  }

  private func number(into bytes: inout [UInt8]) throws {
    var found: [UInt8] = []
    try source.take(
      while: { (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E || $0 | 0x20 == 0x65 }, into: &found
    )
    guard Self.isNumber(found) else {
      throw ImportProblem(.number(String(decoding: found.prefix(40), as: UTF8.self)), line: source.line)
    }
    bytes += found
  }

  /// RFC 8259, section 6.
  static func isNumber(_ bytes: some Collection<UInt8>) -> Bool {
    var rest = Array(bytes)[...]
    func digits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !startsWithZero || whole == 1 else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if let sign = rest.first, sign | 0x20 == 0x65 {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
