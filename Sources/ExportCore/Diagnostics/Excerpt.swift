// SPDX-License-Identifier: Apache-2.0

/// The part of a line that is shown with a place: all of it, or what stands around the place when it is long.
struct Excerpt {
  /// In code points; more are cut off.
  static let widthLimit = 200
  /// Of a long line, what is shown before the place.
  private static let lead = 60

  private(set) var text: String
  /// Of the place in the text, from 1.
  private(set) var column: Int

  init(_ place: SourcePlace) {
    let range = place.file.range(ofLine: place.line)
    let bytes = place.file.bytes[range]
    guard bytes.count > Self.widthLimit else {
      (text, column) = (String(decoding: bytes, as: UTF8.self).printable, place.column)
      return
    }
    // Lines may have many megabytes: only what is shown is made a text.
    let skipped = max(0, place.column - 1 - Self.lead)
    let start = place.file.offset(ofLine: place.line, column: skipped + 1) ?? range.lowerBound
    let end = CodePoints.offset(of: Self.widthLimit, in: start..<range.upperBound, of: place.file.bytes)
    let shown = String(decoding: bytes[start..<end], as: UTF8.self).printable
    text = (skipped > 0 ? "…" : "") + shown + (end < range.upperBound ? "…" : "")
    column = place.column - skipped + (skipped > 0 ? 1 : 0)
  }
}
