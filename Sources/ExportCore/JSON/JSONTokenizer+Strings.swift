// SPDX-License-Identifier: Apache-2.0

// Strings. One that lies in its chunk whole and has no escape is told where it lies, and copied nowhere.
extension JSONTokenizer {
  mutating func string(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ see: Sight) throws -> Int {
    var index = start
    while index < bytes.count {
      if hexLeft > 0 || isEscaping {
        if hexLeft > 0 { try takeHex(bytes[index], index) } else { try takeEscape(bytes[index], index) }
        index += 1
        continue
      }
      let end = PlainText.end(in: bytes, from: index, hasHighBytes: &needsUTF8Check)
      if end > index {
        guard highSurrogate == nil else { throw error(.badEscape, index) }
        guard text.count + end - index <= Self.stringLimit else {
          throw error(.tooLong(limit: Self.stringLimit), index + Self.stringLimit - text.count)
        }
        let piece = UnsafeBufferPointer(rebasing: bytes[index..<end])
        if text.isEmpty, end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
          try endString(piece, end, see)
          return end + 1
        }
        text.append(contentsOf: piece)
        index = end
        continue
      }
      switch bytes[index] {
      case UInt8(ascii: "\""):
        guard highSurrogate == nil else { throw error(.badEscape, index) }
        let whole = text
        try whole.withUnsafeBufferPointer { try endString($0, index, see) }
        return index + 1
      case UInt8(ascii: "\\"): isEscaping = true
      default: throw error(.unexpected(bytes[index]), index)
      }
      index += 1
    }
    return index
  }

  private mutating func endString(_ whole: UnsafeBufferPointer<UInt8>, _ index: Int, _ see: Sight) throws {
    if needsUTF8Check, !PlainText.isUTF8(whole) { throw error(.badUTF8, index) }
    let isKey = lexeme == .key
    ended()
    try see(isKey ? .key : .string, whole)
  }

  // MARK: Escapes

  private mutating func takeEscape(_ byte: UInt8, _ index: Int) throws {
    isEscaping = false
    if byte == UInt8(ascii: "u") {
      (hexLeft, hexValue) = (4, 0)
      return
    }
    guard highSurrogate == nil else { throw error(.badEscape, index) }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    default: throw error(.badEscape, index)
    }
  }

  private mutating func takeHex(_ byte: UInt8, _ index: Int) throws {
    let digit: UInt8
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
    default: throw error(.badEscape, index)
    }
    hexValue = hexValue << 4 | UInt32(digit)
    hexLeft -= 1
    guard hexLeft == 0 else { return }
    if let high = highSurrogate {
      guard (0xDC00...0xDFFF).contains(hexValue) else { throw error(.badEscape, index) }
      highSurrogate = nil
      try append(scalar: 0x10000 + (high - 0xD800) << 10 + (hexValue - 0xDC00), index)
    } else if (0xD800...0xDBFF).contains(hexValue) {
      highSurrogate = hexValue
    } else {
      try append(scalar: hexValue, index)
    }
  }

  private mutating func append(scalar value: UInt32, _ index: Int) throws {
    guard let scalar = Unicode.Scalar(value) else { throw error(.badEscape, index) }
    text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }
}
