// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Gives the rows of one file as its bytes arrive, whatever it is written in, compressed or not, in memory bounded by its
/// largest element.
struct RowReader {
  private enum Form {
    case json(JSONTokenizer, RowBuilder)
    case csv(CSVScanner, header: [[UInt8]]?)
  }

  private var form: Form
  private var unpacker = Unpacker()
  private var mark = ByteOrderMark()

  /// - Parameter format: one of `Expectation.formats`.
  init(format: String) {
    form = format == "csv" ? .csv(CSVScanner(), header: nil) : .json(JSONTokenizer(), RowBuilder())
  }

  /// - Throws: `ContentProblem`, and what `emit` throws.
  mutating func take(_ chunk: [UInt8], _ emit: (RowNode) throws -> Void) throws {
    var (unpacker, mark) = (unpacker, mark)
    try chunk.withUnsafeBufferPointer { chunk in
      try unpacker.take(chunk) { try mark.take($0) { try read($0, emit) } }
    }
    (self.unpacker, self.mark) = (unpacker, mark)
  }

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (RowNode) throws -> Void) throws {
    switch form {
    case .json(var tokenizer, var builder):
      // Held here alone while it is changed.
      form = .csv(CSVScanner(), header: nil)
      do {
        try tokenizer.scan(bytes) { mark, text in
          for row in builder.take(mark, text)?.rows ?? [] { try emit(row) }
        }
      } catch let error as JSONSyntaxError {
        throw Self.problem(error)
      }
      form = .json(tokenizer, builder)
    case .csv(var scanner, var header):
      try scanner.scan(bytes) { try Self.take($0, $1, &header, emit) }
      form = .csv(scanner, header: header)
    }
  }

  /// - Throws: `ContentProblem` for a file that was cut, and what `emit` throws.
  mutating func finish(_ emit: (RowNode) throws -> Void) throws {
    var (unpacker, mark) = (unpacker, mark)
    try unpacker.finish { try mark.take($0) { try read($0, emit) } }
    try mark.finish { try read($0, emit) }
    switch form {
    case .json(var tokenizer, var builder):
      do {
        try tokenizer.finish { mark, text in
          for row in builder.take(mark, text)?.rows ?? [] { try emit(row) }
        }
      } catch let error as JSONSyntaxError {
        throw Self.problem(error)
      }
    case .csv(var scanner, var header):
      try scanner.finish { try Self.take($0, $1, &header, emit) }
    }
  }

  private static func problem(_ error: JSONSyntaxError) -> ContentProblem {
    ContentProblem(message: "the file is not JSON, or was cut: byte \(error.offset) is wrong")
  }

  private static func take(
    _ row: UnsafeBufferPointer<UInt8>, _ ends: [Int], _ header: inout [[UInt8]]?, _ emit: (RowNode) throws -> Void
  ) throws {
    let fields = ends.indices.map { Array(row[($0 == 0 ? 0 : ends[$0 - 1])..<ends[$0]]) }
    guard let names = header else {
      header = fields
      return
    }
    guard fields.count == names.count else {
      throw ContentProblem(message: "a row has \(fields.count) fields, and the header \(names.count)")
    }
    let members = zip(names, fields).map { RowNode.Member(name: $0, value: .text($1[...])) }
    try emit(.object(members.sorted { $0.name.lexicographicallyPrecedes($1.name) }))
  }
}
