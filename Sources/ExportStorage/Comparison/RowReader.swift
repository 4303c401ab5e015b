// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Gives the rows of one file as its bytes arrive, whatever it is written in, in memory bounded by its largest element.
struct RowReader: Sendable {
  private enum Form {
    case json(JSONTokenizer, RowBuilder)
    case csv(CSVRecords, header: [[UInt8]]?)
  }

  private var form: Form

  /// - Parameter format: one of `Expectation.formats`.
  init(format: String) {
    form = format == "csv" ? .csv(CSVRecords(), header: nil) : .json(JSONTokenizer(), RowBuilder())
  }

  /// - Throws: `ContentProblem`, and what `emit` throws.
  mutating func take(_ chunk: [UInt8], _ emit: (RowNode) throws -> Void) throws {
    switch form {
    case .json(var tokenizer, var builder):
      // Held here alone while it is changed.
      form = .csv(CSVRecords(), header: nil)
      do {
        try tokenizer.consume(chunk) { token in
          for row in builder.take(token)?.rows ?? [] { try emit(row) }
        }
      } catch let error as JSONSyntaxError {
        throw Self.problem(error)
      }
      form = .json(tokenizer, builder)
    case .csv(var records, var header):
      try records.take(chunk) { try Self.take($0, &header, emit) }
      form = .csv(records, header: header)
    }
  }

  /// - Throws: `ContentProblem` for a file that was cut, and what `emit` throws.
  mutating func finish(_ emit: (RowNode) throws -> Void) throws {
    switch form {
    case .json(var tokenizer, var builder):
      do {
        try tokenizer.finish { token in
          for row in builder.take(token)?.rows ?? [] { try emit(row) }
        }
      } catch let error as JSONSyntaxError {
        throw Self.problem(error)
      }
    case .csv(var records, var header):
      try records.finish { try Self.take($0, &header, emit) }
    }
  }

  private static func problem(_ error: JSONSyntaxError) -> ContentProblem {
    ContentProblem(message: "the file is not JSON, or was cut: byte \(error.offset) is wrong")
  }

  private static func take(
    _ fields: [[UInt8]], _ header: inout [[UInt8]]?, _ emit: (RowNode) throws -> Void
  ) throws {
    guard let names = header else {
      header = fields
      return
    }
    guard fields.count == names.count else {
      throw ContentProblem(message: "a row has \(fields.count) fields, and the header \(names.count)")
    }
    let members = zip(names, fields).map { RowNode.Member(name: $0, value: .text($1)) }
    try emit(.object(members.sorted { $0.name.lexicographicallyPrecedes($1.name) }))
  }
}
