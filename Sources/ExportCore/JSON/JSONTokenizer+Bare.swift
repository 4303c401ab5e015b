// SPDX-License-Identifier: Apache-2.0

// Numbers and words: `-3.5e2`, `true`. They end where something else begins.
extension JSONTokenizer {
  mutating func bare(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ see: Sight) throws -> Int {
    var end = start
    while end < bytes.count, Self.belongsToBare(bytes[end]) { end += 1 }
    guard text.count + end - start <= Self.bareLimit else {
      throw error(.tooLong(limit: Self.bareLimit), start + Self.bareLimit - text.count)
    }
    let piece = UnsafeBufferPointer(rebasing: bytes[start..<end])
    if end == bytes.count || !text.isEmpty {
      text.append(contentsOf: piece)
      // It may go on in the next chunk.
      if end < bytes.count { try endBare(Self.nothing, end, see) }
    } else {
      try endBare(piece, end, see)
    }
    return end
  }

  /// - Parameter piece: the whole of it, where `text` has nothing.
  mutating func endBare(_ piece: UnsafeBufferPointer<UInt8>, _ index: Int, _ see: Sight) throws {
    guard text.isEmpty else {
      let whole = text
      return try whole.withUnsafeBufferPointer { try endBareWhole($0, index, see) }
    }
    try endBareWhole(piece, index, see)
  }

  private mutating func endBareWhole(_ whole: UnsafeBufferPointer<UInt8>, _ index: Int, _ see: Sight) throws {
    if lexeme == .number {
      guard Self.isNumber(whole) else { throw error(.badNumber, index) }
      ended()
      return try see(.number, whole)
    }
    let mark: JSONMark
    if Self.matches(whole, "true") {
      mark = .isTrue
    } else if Self.matches(whole, "false") {
      mark = .isFalse
    } else if Self.matches(whole, "null") {
      mark = .null
    } else {
      throw error(.unexpected(whole[0]), index)
    }
    ended()
    try see(mark, Self.nothing)
  }

  private static func belongsToBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func matches(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    for index in 0..<bytes.count where bytes[index] != word.utf8Start[index] { return false }
    return true
  }

  /// The grammar of RFC 8259 section 6.
  private static func isNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    func at(_ byte: UInt8) -> Bool { index < bytes.count && bytes[index] == byte }
    func digits() -> Int {
      let start = index
      while index < bytes.count, bytes[index] &- 0x30 < 10 { index += 1 }
      return index - start
    }
    if at(UInt8(ascii: "-")) { index += 1 }
    let startsWithZero = at(UInt8(ascii: "0"))
    let whole = digits()
    guard whole > 0, !(startsWithZero && whole > 1) else { return false }
    if at(UInt8(ascii: ".")) {
      index += 1
      guard digits() > 0 else { return false }
    }
    if at(UInt8(ascii: "e")) || at(UInt8(ascii: "E")) {
      index += 1
      if at(UInt8(ascii: "+")) || at(UInt8(ascii: "-")) { index += 1 }
      guard digits() > 0 else { return false }
    }
    return index == bytes.count
  }
}
