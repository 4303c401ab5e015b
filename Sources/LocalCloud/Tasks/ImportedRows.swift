// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// The rows of one export of an app that was imported: file by file as they were imported, each as it is spelled.
struct ImportedRows {
  let task: CloudTask
  let database: Database

  private struct File {
    let id, firstRow, lastRow: Int64
    let days: ClosedRange<Int>?
    let columns: [String]
  }

  /// Of all files that the export is taken from, in the order in which they were met.
  func columns() throws -> [String] {
    var seen: Set<String> = []
    return try files().flatMap(\.columns).filter { seen.insert($0).inserted }
  }

  func forEach(_ body: ExportRows.Body) throws {
    for file in try files() { try forEach(in: file, body) }
  }

  /// Those that can have rows of the export, in the order in which they were imported.
  private func files() throws -> [File] {
    let range = task.parameters.firstDay.map { $0...max($0, task.parameters.lastDay ?? $0) }
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT id, first_row, last_row, first_day, last_day, columns FROM import_file
        WHERE app = ? AND dataset = ? AND replaced = 0 ORDER BY id
        """, arguments: [task.app, task.type])
    return rows.compactMap { row in
      let (first, last): (Int?, Int?) = (row[3], row[4])
      let days = first.flatMap { first in last.map { first...$0 } }
      if let range, let days, !days.overlaps(range) { return nil }
      let columns = try? JSONDecoder().decode([String].self, from: Data((row[5] as String).utf8))
      return File(id: row[0], firstRow: row[1], lastRow: row[2], days: days, columns: columns ?? [])
    }
  }

  private func forEach(in file: File, _ body: ExportRows.Body) throws {
    let member = CloudDataset(rawValue: task.type)?.member
    let (condition, arguments) = condition(file)
    let rows = try Row.fetchCursor(
      database, sql: "SELECT element, members FROM import_row WHERE \(condition) ORDER BY id", arguments: arguments)
    let elements = try database.makeStatement(
      sql: "SELECT head, tail FROM import_element WHERE file = ? AND element = ?")
    var last: Int64?
    var group = ExportRows.Group(head: [])
    while let row = try rows.next() {
      let element: Int64 = row[0]
      let isNew = element != last
      if isNew, let member, let around = try Row.fetchOne(elements, arguments: [file.id, element]) {
        group = ExportRows.Group(head: .text(around[0]), member: member, tail: .text(around[1]))
      }
      try body(group, .text(row[1]), isNew)
      last = element
    }
  }

  /// What of the file is wanted, such that an index gives it in order.
  private func condition(_ file: File) -> (String, StatementArguments) {
    let whole: StatementArguments = [file.firstRow, file.lastRow, file.id]
    let rows = "id BETWEEN ? AND ? AND file = ?"
    if let kind = task.parameters.campaignKind {
      let ids = task.parameters.campaigns?.map(String.init).joined(separator: ", ")
      return (rows + " AND kind = ?" + (ids.map { " AND campaign IN (\($0))" } ?? ""), whole + [kind])
    }
    guard let first = task.parameters.firstDay, let last = task.parameters.lastDay, let days = file.days,
      days.lowerBound < first || days.upperBound > last
    else { return (rows, whole) }
    guard first == last else { return (rows + " AND day BETWEEN ? AND ?", whole + [first, last]) }
    return ("file = ? AND day = ?", [file.id, first])
  }
}
