// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Takes CSV apart as its bytes arrive (RFC 4180; line ends CRLF or LF), in memory bounded by the longest record that is
/// taken. Empty lines are none. The first record is the header: no other has more fields.
struct CSVScanner: Sendable {
  /// 16 MiB.
  static let recordLimit = 16 << 20
  /// Of the header.
  static let fieldLimit = 10_000

  /// What is told of each record: its fields, one behind the other, and where each ends.
  typealias Sight = (_ row: UnsafeBufferPointer<UInt8>, _ ends: [Int]) throws -> Void

  private var row: [UInt8] = []
  private var ends: [Int] = []
  private var mostFields = CSVScanner.fieldLimit
  /// Those that have ended, the header among them.
  private var records = 0
  private var isQuoted = false
  private var afterQuote = false
  private var offset = 0

  /// - Throws: `ContentProblem`, and what `see` throws.
  mutating func scan(_ chunk: UnsafeBufferPointer<UInt8>, _ see: Sight) throws {
    var index = 0
    while index < chunk.count {
      let isInside = isQuoted && !afterQuote
      let end = isInside ? PlainText.quote(in: chunk, from: index) : PlainText.fieldEnd(in: chunk, from: index)
      if isInside, end + 1 < chunk.count, chunk[end + 1] == UInt8(ascii: "\"") {
        // Two quotes stand for one.
        try append(chunk, index, end + 1)
        index = end + 2
      } else if end > index {
        try append(chunk, index, end)
        index = end
      } else {
        try takeSpecial(chunk[index], offset + index, see)
        index += 1
      }
    }
    offset += chunk.count
  }

  /// - Throws: `ContentProblem` for a text that was cut in a quoted field, and what `see` throws.
  mutating func finish(_ see: Sight) throws {
    guard !isQuoted || afterQuote else {
      throw ContentProblem(message: "the file is cut off: a quoted field does not end")
    }
    if !row.isEmpty || !ends.isEmpty { try endRecord(see) }
  }

  private var fieldStart: Int { ends.last ?? 0 }

  private mutating func append(_ chunk: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) throws {
    guard !afterQuote else {
      throw ContentProblem(message: "the file is not CSV: byte \(offset + start) follows a closed quote")
    }
    try makeRoom(for: end - start)
    row.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[start..<end]))
  }

  private func makeRoom(for count: Int) throws {
    guard row.count + count > Self.recordLimit else { return }
    throw ContentProblem(message: "\(records == 0 ? "the header" : "row \(records)") is longer than 16 MiB")
  }

  private mutating func takeSpecial(_ byte: UInt8, _ place: Int, _ see: Sight) throws {
    switch byte {
    case UInt8(ascii: "\""):
      if isQuoted, !afterQuote {
        afterQuote = true
      } else if afterQuote {
        afterQuote = false
        try makeRoom(for: 1)
        row.append(byte)
      } else if row.count == fieldStart {
        isQuoted = true
      } else {
        throw ContentProblem(message: "the file is not CSV: a quote at byte \(place) stands inside a field")
      }
    case UInt8(ascii: ","):
      endField()
      // One more follows a comma, whatever it holds.
      if ends.count == mostFields { throw tooManyFields }
    case UInt8(ascii: "\n"): try endRecord(see)
    default: break
    }
  }

  private mutating func endField() {
    ends.append(row.count)
    (isQuoted, afterQuote) = (false, false)
  }

  private var tooManyFields: ContentProblem {
    ContentProblem(
      message: records == 0
        ? "the header has more than \(mostFields) fields"
        : "row \(records) has more fields than the header, which has \(mostFields)")
  }

  private mutating func endRecord(_ see: Sight) throws {
    endField()
    defer {
      row.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
    }
    if ends.count == 1, row.isEmpty { return }
    if records == 0 { mostFields = ends.count }
    try row.withUnsafeBufferPointer { try see($0, ends) }
    records += 1
  }
}
