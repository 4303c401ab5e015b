// SPDX-License-Identifier: Apache-2.0

/// Columns are code points, and a file is bytes. A line may have many megabytes, as JSON from a program has.
extension SourceFile {
  /// A line of more bytes is looked into by the table.
  private static let shortLine = 1 << 10

  /// Where the code point at a column (from 1) of a line begins among the bytes; for what stands behind the line, its end.
  /// `nil` where there is no such line.
  package func offset(ofLine number: Int, column: Int) -> Int? {
    guard number >= 1, number <= lineCount, column >= 1 else { return nil }
    let line = range(ofLine: number)
    guard line.count > Self.shortLine else {
      return CodePoints.offset(of: column - 1, in: line, of: bytes)
    }
    return min(
      line.upperBound,
      codePoints.offset(of: codePoints.count(before: line.lowerBound, in: bytes) + column - 1, in: bytes))
  }

  /// Where a line's text ends among the bytes; 0 where there is no such line.
  package func end(ofLine number: Int) -> Int { range(ofLine: number).upperBound }

  /// How many code points a line has, without its end.
  package func columns(ofLine number: Int) -> Int {
    let line = range(ofLine: number)
    guard line.count > Self.shortLine else { return self.line(number).unicodeScalars.count }
    return codePoints.count(before: line.upperBound, in: bytes) - codePoints.count(before: line.lowerBound, in: bytes)
  }
}

/// How many code points begin before each 256th byte of a text.
struct CodePoints: Sendable {
  private static let step = 256

  private let before: [Int]

  init(_ bytes: [UInt8]) {
    var before: [Int] = []
    before.reserveCapacity(bytes.count / Self.step + 1)
    var count = 0
    for start in stride(from: 0, to: bytes.count, by: Self.step) {
      before.append(count)
      count += Self.count(in: start..<min(start + Self.step, bytes.count), of: bytes)
    }
    self.before = before
  }

  func count(before offset: Int, in bytes: [UInt8]) -> Int {
    let block = min(offset / Self.step, before.count - 1)
    guard block >= 0 else { return 0 }
    return before[block] + Self.count(in: block * Self.step..<offset, of: bytes)
  }

  /// Where a code point (from 0) begins; the end, when there are fewer.
  func offset(of number: Int, in bytes: [UInt8]) -> Int {
    let block = before.partitionPoint { $0 <= number } - 1
    guard block >= 0 else { return 0 }
    return Self.offset(of: number - before[block], in: block * Self.step..<bytes.count, of: bytes)
  }

  static func count(in range: Range<Int>, of bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var count = 0
      for offset in range where bytes[offset] & 0xC0 != 0x80 { count += 1 }
      return count
    }
  }

  static func offset(of number: Int, in range: Range<Int>, of bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var left = number
      for offset in range where bytes[offset] & 0xC0 != 0x80 {
        if left == 0 { return offset }
        left -= 1
      }
      return range.upperBound
    }
  }
}
