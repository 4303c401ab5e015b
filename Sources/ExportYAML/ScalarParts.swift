// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Where the parts of a scalar's text stand.
package struct ScalarParts {
  private let place: SourcePlace
  private let text: String
  /// Of the text's first character; `nil` where the text is not written on one line as it is: with escapes, folded, or in
  /// a block.
  private let column: Int?
  /// Where the last part began, and how many code points come before it: the next one is counted from there.
  private var last: (index: String.Index, scalars: Int)

  package init(of text: String, at place: SourcePlace) {
    (self.text, self.place) = (text, place)
    last = (text.startIndex, 0)
    guard let start = place.file.offset(ofLine: place.line, column: place.column) else {
      column = nil
      return
    }
    let written = place.file.bytes[start..<place.file.end(ofLine: place.line)]
    let quote = written.first.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") ? $0 : nil }
    let inside = written.dropFirst(quote == nil ? 0 : 1)
    let isAsItIs =
      inside.starts(with: text.utf8) && (quote == nil || inside.dropFirst(text.utf8.count).first == quote)
    column = isAsItIs ? place.column + (quote == nil ? 0 : 1) : nil
  }

  /// A part of the text; the whole place where it cannot be told. Parts are asked for in their order, or cost more.
  package mutating func part(_ range: Range<String.Index>) -> SourcePlace {
    guard let column else { return place }
    let scalars = text.unicodeScalars
    if range.lowerBound < last.index { last = (text.startIndex, 0) }
    last = (range.lowerBound, last.scalars + scalars.distance(from: last.index, to: range.lowerBound))
    let length = scalars.distance(from: range.lowerBound, to: range.upperBound)
    return SourcePlace(file: place.file, line: place.line, column: column + last.scalars, length: length)
  }
}
