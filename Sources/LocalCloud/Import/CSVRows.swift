// SPDX-License-Identifier: Apache-2.0

/// Reads an export file of CSV (contract.md 8, row 9) and gives its rows to a writer, as JSON members.
struct CSVRows {
  /// The only cell of a line without bytes.
  private static let nothing = CSVReader.Cell(bytes: [], isQuoted: false)

  private let reader: CSVReader
  private let writer: ImportWriter
  private(set) var dataset: CloudDataset?
  private var columns: [String] = []
  /// Of each column, `"name":`.
  private var names: [String] = []
  private var element = -1
  private var head: String?

  /// - Parameter dataset: when it is known; else the columns tell it, where they fit one only.
  init(_ source: ByteSource, dataset: CloudDataset?, writer: ImportWriter) {
    (reader, self.dataset, self.writer) = (CSVReader(source: source), dataset, writer)
  }

  /// - Throws: `ImportProblem`
  mutating func read() throws {
    try reader.source.skipMark()
    if try reader.source.peek() == 0x1F { throw ImportProblem(.compressed) }
    guard let header = try reader.record() else { throw ImportProblem(.noBytes) }
    columns = try header.map { try Self.string($0.bytes) }
    names = columns.map { ExportRows.text($0) + ":" }
    try settle()
    writer.note(columns: columns)
    while true {
      let line = reader.source.line
      do {
        guard let cells = try reader.record() else { break }
        if try cells == [Self.nothing] && columns.count > 1 && reader.source.peek() == nil { break }
        try row(cells)
      } catch var problem as ImportProblem {
        (problem.line, problem.row) = (problem.line ?? line, writer.count + 1)
        throw problem
      }
    }
  }

  private mutating func settle() throws {
    var seen: Set<String> = []
    for column in columns where !seen.insert(column).inserted { throw ImportProblem(.twice(column), line: 1) }
    let told = CloudDataset.told(by: seen)
    if let dataset {
      if let found = told.first, !told.contains(dataset) {
        throw ImportProblem(.otherDataset(found: found, expected: dataset), line: 1)
      }
    } else {
      guard told.count == 1 else { throw ImportProblem(.noDataset(candidates: told), line: 1) }
      dataset = told[0]
    }
    let needed = (dataset?.head.map { [$0] } ?? []) + (dataset?.texts ?? [])
    for name in needed where !seen.contains(name) { throw ImportProblem(.missing(name), line: 1) }
  }

  private mutating func row(_ cells: [CSVReader.Cell]) throws {
    guard let dataset else { return }
    guard cells.count == columns.count else {
      throw ImportProblem(.cells(found: cells.count, expected: columns.count))
    }
    var members: [String] = []
    var own = ""
    for (index, cell) in cells.enumerated() where cell.isQuoted || !cell.bytes.isEmpty {
      let member = names[index] + (try Self.value(cell, of: columns[index]))
      if columns[index] == dataset.head { own = member } else { members.append(member) }
    }
    if dataset.head != nil { try group(own, of: dataset) }
    let text = members.joined(separator: ",")
    let place = try RowCheck(dataset: dataset).place(RawMembers(Array(text.utf8)[...]))
    if dataset.head == nil { element += 1 }
    try writer.row(text, at: place, element: element)
  }

  /// Rows that follow each other with the same parent are of one element.
  private mutating func group(_ own: String, of dataset: CloudDataset) throws {
    guard own != head else { return }
    try RowCheck(dataset: dataset).check(head: RawMembers(Array(own.utf8)[...]))
    head = own
    element += 1
    try writer.element(element, head: own, tail: "")
  }

  private static func value(_ cell: CSVReader.Cell, of column: String) throws -> String {
    let text = try string(cell.bytes)
    if column == "campaignId" {
      guard JSONReader.isNumber(cell.bytes) else { throw ImportProblem(.wrongType(column, expected: "integer")) }
      return text
    }
    guard CloudDataset.jsonColumns.contains(column) else { return ExportRows.text(text) }
    if column != "status", text == "{}" { return text }
    let opening = cell.bytes.first { $0 != 0x20 }
    if column == "status", opening != UInt8(ascii: "[") {
      return "[" + text.split(separator: "|").map { ExportRows.text(String($0)) }.joined(separator: ",") + "]"
    }
    guard opening == UInt8(ascii: column == "status" ? "[" : "{") else {
      throw ImportProblem(.wrongType(column, expected: "JSON"))
    }
    let reader = JSONReader(source: ByteSource(cell.bytes))
    var value: [UInt8] = []
    do { try reader.value(into: &value) } catch is ImportProblem {
      throw ImportProblem(.wrongType(column, expected: "JSON"))
    }
    guard try reader.token() == nil else { throw ImportProblem(.wrongType(column, expected: "JSON")) }
    return String(decoding: value, as: UTF8.self)
  }

  private static func string(_ bytes: [UInt8]) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw ImportProblem(.encoding) }
    return text
  }
}
