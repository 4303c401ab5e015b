// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import Foundation
import GRDB

/// The durable record of what runs did, in one SQLite file of the state directory. What `append` has returned from
/// survives a crash of the program and of the machine.
///
/// One writer holds the directory's lock for as long as the value lives; `Ledger` reads meanwhile.
public actor Journal {
  private let pool: DatabasePool
  private let lock: StateLock
  private var records: [JobKey: JobRecord] = [:]
  private var run = ""

  /// Opens the state of a directory, making both when missing, and brings the tables up to date.
  /// - Throws: `JournalError`.
  public init(directory: URL, now: Instant) throws {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw JournalError.disk("cannot make the state directory \(directory.path): \(error.localizedDescription)")
    }
    lock = try StateLock(directory: directory, now: now)
    do {
      pool = try DatabasePool(path: StateFile.path(in: directory))
      // GRDB sets NORMAL for a pool once it is open, so FULL is set after that, and read back.
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
        let level = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
        guard mode == "wal", level == 2 else {
          throw JournalError.notDurable("journal_mode is \(mode), synchronous is \(level)")
        }
      }
      guard try !pool.read(StateSchema.migrator.hasBeenSuperseded) else { throw JournalError.newer }
      try StateSchema.migrator.migrate(pool)
    } catch let error as DatabaseError {
      throw JournalError(error)
    }
  }

  /// Lets go of the directory at once, not only when nobody refers to the journal any more. Nothing can be asked of it
  /// or written to it afterwards.
  public func close() {
    try? pool.close()
    lock.release()
  }

  /// What is known of these jobs; a job that nothing is known of is left out.
  public func records(of keys: some Sequence<JobKey> & Sendable) throws -> [JobKey: JobRecord] {
    let wanted = Set(keys)
    records = try StateFile.guarded { try pool.read { try StateFile.records(of: wanted, in: $0) } }
    return records
  }

  /// What is known of the plan's jobs, as the last run left it.
  public func planRecords(of plan: Plan) throws -> PlanRecords { PlanRecords(plan, try records(of: plan.jobs.keys)) }

  /// Jobs that are not among these and whose tasks may still be alive or unread at their service.
  public func openTasks(besides keys: some Sequence<JobKey> & Sendable) throws -> Int {
    let known = Set(keys)
    let open = JobState.allCases.filter(\.hasOpenTask).map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try StateFile.guarded {
      try pool.read { db in
        let rows = try Data.fetchCursor(db, sql: "SELECT key FROM job WHERE state IN (\(open))")
        var count = 0
        while let bytes = try rows.next() {
          if let key = JobKey(bytes: Array(bytes)), !known.contains(key) { count += 1 }
        }
        return count
      }
    }
  }

  /// Begins a run: every event after this is of it.
  public func begin(_ header: RunHeader) throws {
    run = header.id
    try StateFile.guarded {
      try pool.write { db in
        try db.execute(
          sql: "INSERT INTO run (id, started, plan, name, due) VALUES (?, ?, ?, ?, ?)",
          arguments: [
            header.id, header.started.milliseconds, header.plan.hex, header.name, String(header.dues.map(\.letter)),
          ])
      }
    }
  }

  /// Makes the events durable, all in one commit, and what they say of their jobs with them.
  /// - Parameter titles: of jobs among them, as people name them; a job's title is kept once it was given.
  /// - Throws: `JournalError`; then nothing of them is durable.
  public func append(_ events: [JournalEvent], titles: [JobKey: String] = [:]) throws {
    var changed: [JobKey: JobRecord] = [:]
    for event in events {
      var record = changed[event.key] ?? records[event.key] ?? JobRecord()
      record.apply(event)
      changed[event.key] = record
    }
    try StateFile.guarded {
      try pool.write { [run, changed] db in
        let insert = try db.cachedStatement(sql: "INSERT INTO event (run, at, key, data) VALUES (?, ?, ?, ?)")
        for event in events {
          try insert.execute(arguments: [
            run, event.at.milliseconds, Data(event.key.digest.bytes), event.kind.json.canonicalText,
          ])
        }
        for (key, record) in changed { try StateFile.write(record, of: key, in: db) }
      }
    }
    records.merge(changed) { $1 }
  }

  /// Ends the run.
  public func end(at instant: Instant, outcome: String) throws {
    try StateFile.guarded {
      try pool.write { [run] db in
        try db.execute(
          sql: "UPDATE run SET ended = ?, outcome = ? WHERE id = ?", arguments: [instant.milliseconds, outcome, run])
      }
    }
  }

  /// The events of the present run, in order.
  public func events() throws -> [JournalEvent] {
    try StateFile.guarded { try pool.read { [run] in try StateFile.events(of: run, in: $0) } }
  }
}

/// What is known of a run when it begins.
public struct RunHeader: Sendable, Equatable {
  /// Sorts by time: `20261124T130501Z-3f9c`.
  public var id: String
  public var started: Instant
  public var plan: Digest
  public var name: String
  /// Per job of the plan.
  public var dues: [Due]

  public init(id: String, started: Instant, plan: Digest, name: String, dues: [Due]) {
    (self.id, self.started, self.plan, self.name, self.dues) = (id, started, plan, name, dues)
  }

  /// A name for a run that begins now: the time, and four digits against two runs in one second.
  public static func newID(at now: Instant, using random: inout some RandomNumberGenerator) -> String {
    let time = Instant(seconds: now.seconds).description.filter { $0 != "-" && $0 != ":" }
    let suffix = String(UInt16.random(in: .min ... .max, using: &random), radix: 16)
    return "\(time)-\(String(repeating: "0", count: 4 - suffix.count))\(suffix)"
  }
}

extension Journal {
  /// Of some tasks, those that other jobs had, or the job itself in an earlier attempt.
  public func owners(of tasks: [String], besides key: JobKey) throws -> Set<String> { [] }

  /// How long earlier tasks took.
  public func durations(of plan: Plan) throws -> DurationHistory {
    DurationHistory(plan, records: try records(of: plan.jobs.keys), others: [])
  }
}
