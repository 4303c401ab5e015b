// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension SourcePlace {
  /// Where a part of a scalar's text stands. The whole place where the text is not written on one line as it is: with
  /// escapes, folded, or in a block.
  package func part(_ range: Range<String.Index>, of text: String) -> SourcePlace {
    let written = file.line(line).unicodeScalars.dropFirst(column - 1)
    let quote = written.first.flatMap { $0 == "\"" || $0 == "'" ? $0 : nil }
    let inside = written.dropFirst(quote == nil ? 0 : 1)
    let scalars = text.unicodeScalars
    guard inside.starts(with: scalars), quote == nil || inside.dropFirst(scalars.count).first == quote else {
      return self
    }
    let offset = scalars.distance(from: scalars.startIndex, to: range.lowerBound)
    let length = scalars.distance(from: range.lowerBound, to: range.upperBound)
    return SourcePlace(file: file, line: line, column: column + (quote == nil ? 0 : 1) + offset, length: length)
  }
}
