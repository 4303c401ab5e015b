// SPDX-License-Identifier: Apache-2.0

/// Bytes of strings and of fields of CSV, eight at a time.
public enum PlainText {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The first byte that is a quote, a backslash or a control character; the count when none is.
  static func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, hasHighBytes: inout Bool) -> Int {
    guard let base = bytes.baseAddress else { return start }
    let (raw, count) = (UnsafeRawPointer(base), bytes.count)
    var index = start
    var seen: UInt64 = 0
    while index + 8 <= count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let found = zeros(in: word ^ (ones &* 0x22)) | zeros(in: word ^ (ones &* 0x5C)) | controls(in: word)
      guard found == 0 else {
        // The lowest mark is true: a wrong one may stand above a true one alone.
        let plain = found.trailingZeroBitCount >> 3
        if plain > 0 { seen |= word & (~0 >> UInt64(64 - plain * 8)) }
        index += plain
        if seen & highs != 0 { hasHighBytes = true }
        return index
      }
      seen |= word
      index += 8
    }
    while index < count {
      let byte = bytes[index]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
      seen |= UInt64(byte)
      index += 1
    }
    if seen & highs != 0 { hasHighBytes = true }
    return index
  }

  /// The first byte that is a quote, a comma or the end of a line; the count when none is.
  public static func fieldEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    first(in: bytes, from: start) {
      zeros(in: $0 ^ (ones &* 0x22)) | zeros(in: $0 ^ (ones &* 0x2C)) | zeros(in: $0 ^ (ones &* 0x0A))
        | zeros(in: $0 ^ (ones &* 0x0D))
    } isOne: {
      $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D
    }
  }

  /// The first byte that is a quote; the count when none is.
  public static func quote(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    first(in: bytes, from: start) {
      zeros(in: $0 ^ (ones &* 0x22))
    } isOne: {
      $0 == 0x22
    }
  }

  /// - Parameter marks: of a word's bytes, of which the lowest must be true.
  @inline(__always) private static func first(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int, marks: (UInt64) -> UInt64, isOne: (UInt8) -> Bool
  ) -> Int {
    guard let base = bytes.baseAddress else { return start }
    let (raw, count) = (UnsafeRawPointer(base), bytes.count)
    var index = start
    while index + 8 <= count {
      let found = marks(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
      if found != 0 { return index + (found.trailingZeroBitCount >> 3) }
      index += 8
    }
    while index < count, !isOne(bytes[index]) { index += 1 }
    return index
  }

  @inline(__always) private static func zeros(in word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }

  @inline(__always) private static func controls(in word: UInt64) -> UInt64 {
    (word &- (ones &* 0x20)) & ~word & highs
  }

  /// Whether each of these pieces is UTF-8, one behind the other up to where it ends.
  public static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>, upTo ends: [Int]) -> Bool {
    guard hasHighBytes(bytes) else { return true }
    var start = 0
    for end in ends {
      guard isUTF8(UnsafeBufferPointer(rebasing: bytes[start..<end])) else { return false }
      start = end
    }
    return true
  }

  private static func hasHighBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    let raw = UnsafeRawPointer(base)
    var (index, seen) = (0, UInt64(0))
    while index + 8 <= bytes.count {
      seen |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < bytes.count {
      seen |= UInt64(bytes[index])
      index += 1
    }
    return seen & highs != 0
  }

  /// As the Unicode standard has it: no overlong forms, no surrogates, nothing above U+10FFFF.
  static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    func follows(_ distance: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      index + distance < bytes.count && range.contains(bytes[index + distance])
    }
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0..<0x80: index += 1
      case 0xC2...0xDF:
        guard follows(1) else { return false }
        index += 2
      case 0xE0...0xEF:
        let second: ClosedRange<UInt8> = byte == 0xE0 ? 0xA0...0xBF : byte == 0xED ? 0x80...0x9F : 0x80...0xBF
        guard follows(1, second), follows(2) else { return false }
        index += 3
      case 0xF0...0xF4:
        let second: ClosedRange<UInt8> = byte == 0xF0 ? 0x90...0xBF : byte == 0xF4 ? 0x80...0x8F : 0x80...0xBF
        guard follows(1, second), follows(2), follows(3) else { return false }
        index += 4
      default: return false
      }
    }
    return true
  }
}
