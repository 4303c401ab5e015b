// SPDX-License-Identifier: Apache-2.0
import ExportCore
import GRDB

extension Ledger {
  /// Jobs of any plan that are done in parts, with these, and not done yet; parts of theirs that were split again among
  /// them, also those that are done.
  public func splits() throws -> [JobKey: [JobPart]] { try read(Self.splits, else: [:]) }

  private static func splits(in db: Database) throws -> [JobKey: [JobPart]] {
    var splits: [JobKey: [JobPart]] = [:]
    try StateStatement(
      """
      SELECT j.key, t.parts FROM job j JOIN job_text t ON t.id = j.id
      WHERE j.state <> 8 AND j.state = \(JobState.split.code)
      """, in: db
    ).forEach { row in
      if let key = row.key(0) { splits[key] = parts(row, 1) }
    }
    let statement = try StateStatement(
      "SELECT t.parts FROM job j JOIN job_text t ON t.id = j.id WHERE j.key = ? AND t.parts IS NOT NULL", in: db)
    var left = splits.values.flatMap { $0 }
    while let part = left.popLast() {
      guard splits[part.key] == nil else { continue }
      statement.bind(1, part.key)
      guard let parts = try statement.first({ parts($0, 0) }) else { continue }
      splits[part.key] = parts
      left += parts
    }
    return splits
  }

  private static func parts(_ row: StateRow, _ column: Int32) -> [JobPart] {
    row.json(column)?.array?.compactMap { JobPart($0) } ?? []
  }
}
