// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Writes the rows of one file, inside one transaction.
final class ImportWriter {
  private let file: Int64
  private let rows: BulkStatement
  private let elements: BulkStatement
  private let database: Database
  private var lastColumns: [String] = []
  private var known: Set<String> = []

  private(set) var count = 0
  /// In the order in which they were met.
  private(set) var columns: [String] = []
  private(set) var days: ClosedRange<Int>?
  /// Those that the rows name.
  private(set) var campaigns: Set<Campaign> = []
  private let firstRow: Int64

  struct Campaign: Hashable {
    var kind: String
    var id: Int
  }

  init(app: Int64, dataset: CloudDataset?, name: String, identity: String, in db: Database) throws {
    database = db
    try db.execute(
      sql: """
        INSERT INTO import_file (app, dataset, identity, name, columns, rows, first_row, last_row)
        VALUES (?, ?, ?, ?, '[]', 0, 0, 0)
        """, arguments: [app, dataset?.rawValue ?? "", identity, name])
    file = db.lastInsertedRowID
    firstRow = (try Int64.fetchOne(db, sql: "SELECT max(id) FROM import_row") ?? 0) + 1
    rows = try BulkStatement(
      "INSERT INTO import_row (id, file, element, day, kind, campaign, members) VALUES (?, ?, ?, ?, ?, ?, ?)", in: db)
    elements = try BulkStatement("INSERT INTO import_element VALUES (?, ?, ?, ?)", in: db)
    rows.bind(2, file)
    elements.bind(1, file)
  }

  func note(columns: [String]) {
    guard columns != lastColumns else { return }
    lastColumns = columns
    for column in columns where known.insert(column).inserted { self.columns.append(column) }
  }

  func row(_ members: String, at place: RowPlace, element: Int) throws {
    rows.bind(1, firstRow + Int64(count))
    rows.bind(3, element)
    rows.bind(4, place.day)
    rows.bind(5, place.kind)
    rows.bind(6, place.campaign)
    rows.bind(7, members)
    try rows.run()
    count += 1
    if let day = place.day {
      days = days.map { min($0.lowerBound, day)...max($0.upperBound, day) } ?? day...day
    }
    if let kind = place.kind, let id = place.campaign { campaigns.insert(Campaign(kind: kind, id: id)) }
  }

  func element(_ index: Int, head: String, tail: String) throws {
    elements.bind(2, index)
    elements.bind(3, head)
    elements.bind(4, tail)
    try elements.run()
  }

  /// Gives the file another identity.
  func rename(_ identity: String) throws {
    try database.execute(sql: "UPDATE import_file SET identity = ? WHERE id = ?", arguments: [identity, file])
  }

  /// Writes down what was met.
  func close(_ dataset: CloudDataset) throws -> Int64 {
    try database.execute(
      sql: """
        UPDATE import_file SET dataset = ?, columns = ?, rows = ?, first_row = ?, last_row = ?, first_day = ?,
          last_day = ? WHERE id = ?
        """,
      arguments: [
        dataset.rawValue, try Self.json(columns), count, firstRow, firstRow + Int64(count) - 1, days?.lowerBound,
        days?.upperBound, file,
      ])
    return file
  }

  private static func json(_ columns: [String]) throws -> String {
    "[" + columns.map { ExportRows.text($0) }.joined(separator: ",") + "]"
  }
}
