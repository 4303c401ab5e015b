// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import GRDB

/// Rows of the state file, both ways.
enum StateFile {
  static func path(in directory: URL) -> String { directory.appendingPathComponent("state.sqlite").path }

  /// Runs `body` and tells database errors as journal errors.
  static func guarded<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as DatabaseError { throw JournalError(error) }
  }

  static func records(of keys: Set<JobKey>, in db: Database) throws -> [JobKey: JobRecord] {
    var found: [JobKey: JobRecord] = [:]
    // A few keys are looked up one by one; many are cheaper in one pass over the table.
    if keys.count <= 2000 {
      let statement = try db.cachedStatement(sql: "SELECT * FROM job WHERE key = ?")
      for key in keys {
        if let row = try Row.fetchOne(statement, arguments: [Data(key.digest.bytes)]) { found[key] = JobRecord(row) }
      }
      return found
    }
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM job")
    while let row = try rows.next() {
      let bytes: Data = row["key"]
      guard let key = JobKey(bytes: Array(bytes)), keys.contains(key) else { continue }
      found[key] = JobRecord(row)
    }
    return found
  }

  /// Of every job that is done, from submit to result; the newest thousands.
  static func durations(in db: Database) throws -> [Duration] {
    try Int64.fetchAll(
      db,
      sql: """
        SELECT verified_at - submitted_at FROM job
        WHERE state = 'verified' AND submitted_at <= verified_at ORDER BY verified_at DESC LIMIT 10000
        """
    ).map { .milliseconds($0) }
  }

  static func write(_ record: JobRecord, of key: JobKey, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO job
          (key, state, attempt, task, intent_at, submitted_at, running_at, verified_at, verification, failure,
           renewals)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      Data(key.digest.bytes), record.state.rawValue, record.attempt, record.task, record.intentAt?.milliseconds,
      record.submittedAt?.milliseconds, record.runningAt?.milliseconds, record.verifiedAt?.milliseconds,
      record.verification?.json.canonicalText, record.lastFailure?.json.canonicalText,
      record.renewals,
    ])
  }

  static func events(of run: String, in db: Database) throws -> [JournalEvent] {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT at, key, data FROM event WHERE run = ? ORDER BY seq", arguments: [run])
    var events: [JournalEvent] = []
    while let row = try rows.next() {
      let (at, bytes, data): (Int64, Data, String) = (row[0], row[1], row[2])
      guard let key = JobKey(bytes: Array(bytes)), let json = try? JSONValue(parsing: data),
        let kind = JournalEvent.Kind(json)
      else { continue }
      events.append(JournalEvent(kind, of: key, at: Instant(milliseconds: at)))
    }
    return events
  }
}

extension JobRecord {
  init(_ row: Row) {
    func instant(_ column: String) -> Instant? { (row[column] as Int64?).map { Instant(milliseconds: $0) } }
    func json(_ column: String) -> JSONValue? { (row[column] as String?).flatMap { try? JSONValue(parsing: $0) } }
    self.init()
    state = JobState(rawValue: row["state"]) ?? .planned
    attempt = row["attempt"]
    task = row["task"]
    intentAt = instant("intent_at")
    submittedAt = instant("submitted_at")
    runningAt = instant("running_at")
    verifiedAt = instant("verified_at")
    verification = json("verification").flatMap { Verification($0) }
    lastFailure = json("failure").flatMap { Failure($0) }
    // A state that an earlier version wrote, looked at before a run has brought it up to date, has no such column.
    renewals = row.hasColumn("renewals") ? row["renewals"] : 0
  }
}
