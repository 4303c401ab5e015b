// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension SourcePlace {
  /// Where a part of a scalar's text stands. The whole place where the text is not written on one line as it is: with
  /// escapes, folded, or in a block.
  package func part(_ range: Range<String.Index>, of text: String) -> SourcePlace {
    guard let start = file.offset(ofLine: line, column: column) else { return self }
    let written = file.bytes[start..<file.end(ofLine: line)]
    let quote = written.first.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") ? $0 : nil }
    let inside = written.dropFirst(quote == nil ? 0 : 1)
    guard inside.starts(with: text.utf8), quote == nil || inside.dropFirst(text.utf8.count).first == quote else {
      return self
    }
    let scalars = text.unicodeScalars
    let offset = scalars.distance(from: scalars.startIndex, to: range.lowerBound)
    let length = scalars.distance(from: range.lowerBound, to: range.upperBound)
    return SourcePlace(file: file, line: line, column: column + (quote == nil ? 0 : 1) + offset, length: length)
  }
}
