// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Rows of a CSV file with a header (RFC 4180; line ends CRLF or LF). A row a leaf: nested members are columns.
struct CSVRowCheck: RowCheck {
  /// 16 MiB.
  static let fieldLimit = 16 << 20

  private(set) var rows: Int64 = 0
  private let requirements: RowRequirements
  private let twins: TwinWatch?
  private var columns: CSVColumns?
  /// The fields of the present row, one behind the other, and where each ends.
  private var row: [UInt8] = []
  private var ends: [Int] = []
  private var isQuoted = false
  private var afterQuote = false
  private var offset = 0

  init(_ requirements: RowRequirements, twins: TwinWatch? = nil) {
    (self.requirements, self.twins) = (requirements, twins)
  }

  mutating func take(_ chunk: UnsafeBufferPointer<UInt8>) throws {
    var index = 0
    while index < chunk.count {
      let end = plainEnd(chunk, index)
      if end > index {
        try append(chunk, index, end)
        index = end
      } else {
        try takeSpecial(chunk[index], offset + index)
        index += 1
      }
    }
    offset += chunk.count
  }

  mutating func finish() throws {
    guard !isQuoted || afterQuote else {
      throw ContentProblem(message: "the file is cut off: a quoted field does not end")
    }
    if !row.isEmpty || !ends.isEmpty { try endRow() }
    guard columns != nil else { throw ContentProblem(message: "the file is empty: it has no header") }
  }

  // MARK: Bytes

  /// Where a run of bytes of one field ends.
  private func plainEnd(_ chunk: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var index = start
    if isQuoted, !afterQuote {
      while index < chunk.count, chunk[index] != UInt8(ascii: "\"") { index += 1 }
      return index
    }
    while index < chunk.count {
      switch chunk[index] {
      case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return index
      default: index += 1
      }
    }
    return index
  }

  private var fieldStart: Int { ends.last ?? 0 }

  private mutating func append(_ chunk: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) throws {
    guard !afterQuote else {
      throw ContentProblem(message: "the file is not CSV: byte \(offset + start) follows a closed quote")
    }
    guard row.count - fieldStart + end - start <= Self.fieldLimit else {
      throw ContentProblem(message: "a field is longer than 16 MiB")
    }
    row.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[start..<end]))
  }

  private mutating func takeSpecial(_ byte: UInt8, _ place: Int) throws {
    switch byte {
    case UInt8(ascii: "\""):
      if isQuoted, !afterQuote {
        afterQuote = true
      } else if afterQuote {
        afterQuote = false
        row.append(byte)
      } else if row.count == fieldStart {
        isQuoted = true
      } else {
        throw ContentProblem(message: "the file is not CSV: a quote at byte \(place) stands inside a field")
      }
    case UInt8(ascii: ","): endField()
    case UInt8(ascii: "\n"): try endRow()
    default: break
    }
  }

  // MARK: Rows

  private mutating func endField() {
    ends.append(row.count)
    (isQuoted, afterQuote) = (false, false)
  }

  private mutating func endRow() throws {
    endField()
    defer {
      row.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
    }
    if ends.count == 1, row.isEmpty { return }
    guard let columns else {
      self.columns = try CSVColumns(row, ends, requirements, twins)
      return
    }
    rows += 1
    guard ends.count == columns.count else {
      throw ContentProblem(message: "row \(rows) has \(ends.count) fields, and the header \(columns.count)")
    }
    try row.withUnsafeBufferPointer { try columns.hold($0, ends, requirements, row: rows) }
  }
}
