// SPDX-License-Identifier: Apache-2.0

/// Reads an export file of JSON, an array or one element per line, and gives its rows to a writer.
struct JSONRows {
  private let reader: JSONReader
  private let writer: ImportWriter
  private(set) var dataset: CloudDataset?
  private var elements = 0

  /// - Parameter dataset: when it is known; else the first element tells it.
  init(_ source: ByteSource, dataset: CloudDataset?, writer: ImportWriter) {
    (reader, self.dataset, self.writer) = (JSONReader(source: source), dataset, writer)
  }

  /// - Throws: `ImportProblem`
  mutating func read() throws {
    try reader.source.skipMark()
    switch try reader.token() {
    case UInt8(ascii: "["): try array()
    case UInt8(ascii: "{"):
      while try reader.token() != nil { try element() }
    case nil: throw ImportProblem(.noBytes)
    case 0x1F: throw ImportProblem(.compressed)
    default: throw ImportProblem(.notRows(found: try found()), line: reader.source.line)
    }
  }

  private func found() throws -> String {
    guard case .unexpected(let found, _) = try reader.surprise(expected: "").reason else { return "nothing" }
    return found
  }

  private mutating func array() throws {
    try reader.expect(UInt8(ascii: "["))
    if try !reader.skips(UInt8(ascii: "]")) {
      repeat { try element() } while try reader.skips(UInt8(ascii: ","))
      guard try reader.skips(UInt8(ascii: "]")) else { throw try reader.surprise(expected: "',' or ']'") }
    }
    guard try reader.token() == nil else { throw try reader.surprise(expected: "the end of the file") }
  }

  private mutating func element() throws {
    guard try reader.token() == UInt8(ascii: "{") else { throw try reader.surprise(expected: "an object") }
    let line = reader.source.line
    do {
      if let dataset, dataset.member == nil {
        var bytes: [UInt8] = []
        try reader.value(into: &bytes)
        try row(bytes[...], line: line)
      } else {
        try members(line: line)
      }
    } catch var problem as ImportProblem {
      problem.line = problem.line ?? line
      throw problem
    }
    elements += 1
  }

  // MARK: Elements that hold rows, or may

  private mutating func members(line: Int) throws {
    try reader.expect(UInt8(ascii: "{"))
    var (head, tail, isBehind) = ([UInt8](), [UInt8](), false)
    if try !reader.skips(UInt8(ascii: "}")) {
      repeat {
        var member: [UInt8] = []
        try reader.text(into: &member)
        try reader.expect(UInt8(ascii: ":"))
        if !isBehind, try isRows(RawMembers.text(member[...]) ?? "") {
          isBehind = true
          writer.note(columns: RawMembers(head[...]).members.map(\.name))
          try rows()
          continue
        }
        member.append(UInt8(ascii: ":"))
        try reader.value(into: &member)
        if isBehind { try append(member, to: &tail) } else { try append(member, to: &head) }
      } while try reader.skips(UInt8(ascii: ","))
      guard try reader.skips(UInt8(ascii: "}")) else { throw try reader.surprise(expected: "',' or '}'") }
    }
    guard isBehind else { return try single(head, line: line) }
    try RowCheck(dataset: dataset ?? .event).check(head: RawMembers((head + (head.isEmpty ? [] : [0x2C]) + tail)[...]))
    writer.note(columns: RawMembers(tail[...]).members.map(\.name))
    try writer.element(elements, head: try Self.string(head), tail: try Self.string(tail))
  }

  /// Whether the member of that name, which comes next, holds rows. Settles the dataset when it does.
  private mutating func isRows(_ name: String) throws -> Bool {
    guard try reader.token() == UInt8(ascii: "[") else { return false }
    if let dataset { return dataset.member == name }
    dataset = CloudDataset.allCases.first { $0.member == name }
    return dataset != nil
  }

  private mutating func rows() throws {
    try reader.expect(UInt8(ascii: "["))
    if try !reader.skips(UInt8(ascii: "]")) {
      repeat {
        guard try reader.token() == UInt8(ascii: "{") else { throw try reader.surprise(expected: "an object") }
        let line = reader.source.line
        var bytes: [UInt8] = []
        try reader.value(into: &bytes)
        try row(bytes[...], line: line)
      } while try reader.skips(UInt8(ascii: ","))
      guard try reader.skips(UInt8(ascii: "]")) else { throw try reader.surprise(expected: "',' or ']'") }
    }
  }

  /// An element without rows of its own: the row itself, where the dataset is one of those.
  private mutating func single(_ bytes: [UInt8], line: Int) throws {
    let names = Set(RawMembers(bytes[...]).members.map(\.name))
    let told = CloudDataset.told(by: names)
    if let dataset, let member = dataset.member {
      if let found = told.first, found.member == nil || names.contains(found.member ?? "") {
        throw ImportProblem(.otherDataset(found: found, expected: dataset), line: line, row: writer.count + 1)
      }
      throw ImportProblem(.missing(member), line: line, row: writer.count + 1)
    }
    guard let only = told.first, only.member == nil else {
      throw ImportProblem(.noDataset(candidates: []), line: line, row: writer.count + 1)
    }
    dataset = only
    try row(bytes[...], line: line)
  }

  // MARK: Rows

  private func row(_ bytes: ArraySlice<UInt8>, line: Int) throws {
    guard let dataset else { return }
    var bytes = bytes
    if bytes.first == UInt8(ascii: "{") { bytes = bytes.dropFirst().dropLast() }
    let row = RawMembers(bytes)
    do {
      let place = try RowCheck(dataset: dataset).place(row)
      writer.note(columns: row.members.map(\.name))
      try writer.row(try Self.string(Array(bytes)), at: place, element: elements)
    } catch var problem as ImportProblem {
      if case .missing = problem.reason, let found = CloudDataset.told(by: Set(row.members.map(\.name))).first,
        found != dataset, found.member == nil
      {
        problem.reason = .otherDataset(found: found, expected: dataset)
      }
      (problem.line, problem.row) = (problem.line ?? line, writer.count + 1)
      throw problem
    }
  }

  private func append(_ member: [UInt8], to bytes: inout [UInt8]) throws {
    guard bytes.count + member.count <= JSONReader.lengthLimit else {
      throw ImportProblem(.tooLong(JSONReader.lengthLimit))
    }
    if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
    bytes += member
  }

  private static func string(_ bytes: [UInt8]) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw ImportProblem(.encoding) }
    return text
  }
}
