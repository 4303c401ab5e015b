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
