// SPDX-License-Identifier: Apache-2.0

/// Takes CSV apart as its bytes arrive (RFC 4180; line ends CRLF or LF), in memory bounded by the longest record.
struct CSVRecords: Sendable {
  /// 16 MiB.
  static let fieldLimit = 16 << 20

  private var fields: [[UInt8]] = []
  private var field: [UInt8] = []
  private var isQuoted = false
  private var afterQuote = false
  private var offset = 0

  mutating func take(_ chunk: [UInt8], _ emit: ([[UInt8]]) throws -> Void) throws {
    for byte in chunk {
      try take(byte, emit)
      offset += 1
    }
  }

  /// - Throws: `ContentProblem` for a text that was cut in a quoted field.
  mutating func finish(_ emit: ([[UInt8]]) throws -> Void) throws {
    guard !isQuoted || afterQuote else {
      throw ContentProblem(message: "the file is cut off: a quoted field does not end")
    }
    if !field.isEmpty || !fields.isEmpty { try endRecord(emit) }
  }

  private mutating func take(_ byte: UInt8, _ emit: ([[UInt8]]) throws -> Void) throws {
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
    case UInt8(ascii: "\n"): try endRecord(emit)
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

  private mutating func endRecord(_ emit: ([[UInt8]]) throws -> Void) throws {
    endField()
    defer { fields.removeAll(keepingCapacity: true) }
    if fields.count == 1, fields[0].isEmpty { return }
    try emit(fields)
  }
}
