// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Rows of a CSV file with a header. A row a leaf: nested members are columns.
struct CSVRowCheck: RowCheck {
  private(set) var rows: Int64 = 0
  private let requirements: RowRequirements
  private let twins: TwinWatch?
  private var columns: CSVColumns?
  private var scanner = CSVScanner()

  init(_ requirements: RowRequirements, twins: TwinWatch? = nil) {
    (self.requirements, self.twins) = (requirements, twins)
  }

  mutating func take(_ chunk: UnsafeBufferPointer<UInt8>) throws {
    var scanner = scanner
    self.scanner = CSVScanner()
    try scanner.scan(chunk) { try take($0, $1) }
    self.scanner = scanner
  }

  mutating func finish() throws {
    var scanner = scanner
    try scanner.finish { try take($0, $1) }
    guard columns != nil else { throw ContentProblem(message: "the file is empty: it has no header") }
  }

  private mutating func take(_ row: UnsafeBufferPointer<UInt8>, _ ends: [Int]) throws {
    guard PlainText.isUTF8(row, upTo: ends) else {
      throw ContentProblem(message: "\(columns == nil ? "the header" : "row \(rows + 1)") is not UTF-8")
    }
    guard let columns else {
      columns = try CSVColumns(Array(row), ends, requirements, twins)
      return
    }
    rows += 1
    guard ends.count == columns.count else {
      throw ContentProblem(message: "row \(rows) has \(ends.count) fields, and the header \(columns.count)")
    }
    try columns.hold(row, ends, requirements, row: rows)
  }
}
