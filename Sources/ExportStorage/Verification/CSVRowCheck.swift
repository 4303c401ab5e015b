// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Rows of a CSV file with a header (RFC 4180; line ends CRLF or LF). A row a leaf: nested members are columns.
struct CSVRowCheck: RowCheck {
  /// 16 MiB.
  static let fieldLimit = 16 << 20

  private(set) var rows: Int64 = 0
  private let requirements: RowRequirements
  private var header: [String]?
  private var timeColumns: [(column: Int, name: String, mayBeNull: Bool)] = []
  private var fieldColumns: [(column: Int, check: FieldCheck)] = []
  private var fields: [[UInt8]] = []
  private var field: [UInt8] = []
  private var isQuoted = false
  private var afterQuote = false
  private var offset = 0

  init(_ requirements: RowRequirements) { self.requirements = requirements }

  mutating func take(_ chunk: [UInt8]) throws {
    for byte in chunk {
      try take(byte)
      offset += 1
    }
  }

  mutating func finish() throws {
    guard !isQuoted || afterQuote else {
      throw ContentProblem(message: "the file is cut off: a quoted field does not end")
    }
    if !field.isEmpty || !fields.isEmpty { try endRow() }
    guard header != nil else { throw ContentProblem(message: "the file is empty: it has no header") }
  }

  private mutating func take(_ byte: UInt8) throws {
    if isQuoted, !afterQuote {
      if byte == UInt8(ascii: "\"") { afterQuote = true } else { try append(byte) }
      return
    }
    switch byte {
    case UInt8(ascii: "\""):
      if afterQuote {
        afterQuote = false
        try append(byte)
      } else if field.isEmpty {
        isQuoted = true
      } else {
        throw ContentProblem(message: "the file is not CSV: a quote at byte \(offset) stands inside a field")
      }
    case UInt8(ascii: ","): endField()
    case UInt8(ascii: "\n"): try endRow()
    case UInt8(ascii: "\r"): break
    default:
      guard !afterQuote else {
        throw ContentProblem(message: "the file is not CSV: byte \(offset) follows a closed quote")
      }
      try append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) throws {
    guard field.count < Self.fieldLimit else { throw ContentProblem(message: "a field is longer than 16 MiB") }
    field.append(byte)
  }

  private mutating func endField() {
    fields.append(field)
    field.removeAll(keepingCapacity: true)
    isQuoted = false
    afterQuote = false
  }

  private mutating func endRow() throws {
    endField()
    defer { fields.removeAll(keepingCapacity: true) }
    if fields.count == 1, fields[0].isEmpty { return }
    guard let header else { return try takeHeader() }
    rows += 1
    guard fields.count == header.count else {
      throw ContentProblem(message: "row \(rows) has \(fields.count) fields, and the header \(header.count)")
    }
    for (column, name, mayBeNull) in timeColumns where !(mayBeNull && fields[column].isEmpty) {
      try requirements.check(time: fields[column], of: name, row: rows)
    }
    for (column, check) in fieldColumns { try check.hold(cell: fields[column], row: rows) }
  }

  private mutating func takeHeader() throws {
    let names = fields.map { String(decoding: $0, as: UTF8.self) }
    for name in requirements.rule.required where !names.contains(name) {
      throw ContentProblem(message: "the header has no column '\(name)'")
    }
    header = names
    let nullable = Set(requirements.rule.fields.filter(\.mayBeNull).map(\.name))
    timeColumns = requirements.times.compactMap { name in
      names.firstIndex(of: name).map { ($0, name, nullable.contains(name)) }
    }
    fieldColumns = requirements.rule.fields.compactMap { field in
      names.firstIndex(of: field.name).map { ($0, FieldCheck(field)) }
    }
  }
}
