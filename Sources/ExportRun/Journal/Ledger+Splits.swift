// SPDX-License-Identifier: Apache-2.0
import ExportCore
import GRDB

extension Ledger {
  /// Jobs of any plan that are done in parts, with these, and not done yet; parts of theirs that were split again among
  /// them, also those that are done.
  public func splits() throws -> [JobKey: [JobPart]] { try read(Self.splits, else: [:]) }

  /// What a run keeps of them when it begins; `nil` when there are none.
  static func splitsText(in db: Database) throws -> String? {
    let splits = try splits(in: db)
    guard !splits.isEmpty else { return nil }
    let members = splits.map { ($0.key.hex, JSONValue.array($0.value.map(\.json))) }
    return JSONValue.object(Dictionary(uniqueKeysWithValues: members)).canonicalText
  }

  static func splits(_ json: JSONValue?) -> [JobKey: [JobPart]] {
    var splits: [JobKey: [JobPart]] = [:]
    for (hex, parts) in json?.object ?? [:] {
      if let key = JobKey(hex: hex) { splits[key] = parts.array?.compactMap { JobPart($0) } }
    }
    return splits
  }

  static func splits(in db: Database) throws -> [JobKey: [JobPart]] {
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
