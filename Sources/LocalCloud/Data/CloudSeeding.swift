// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// Makes apps with the whole history of some days at once.
public struct CloudSeeding: Sendable {
  public var apps: [LocalCloudApp]
  /// Of each app.
  public var devices: Int
  /// Days since 1970, both included.
  public var days: ClosedRange<Int>

  public init(apps: [LocalCloudApp], devices: Int, days: ClosedRange<Int>) {
    (self.apps, self.devices, self.days) = (apps, devices, days)
  }

  /// Days since 1970 of a `yyyy-MM-dd`; `nil` for anything else.
  public static func day(_ text: String) -> Int? { CloudTime.day(text) }

  /// What the data hold afterwards.
  public struct Outcome: Sendable, Codable, Equatable {
    public var seed: UInt64
    /// `yyyy-MM-dd`
    public var from, through: String
    public var apps: Int
    /// Days of apps that were not there before.
    public var daysMade: Int
    /// Of the seeded apps, by dataset.
    public var rows: [String: Int]
  }

  /// Rows between two commits, about: what is done by then stays when the process is killed, and is not made again.
  private static let rowsPerCommit = 200_000

  /// May be called again, also after a kill, also with more days: what is there already stays as it is.
  /// - Parameter seed: `nil`: that of the data, or 1 for data that are new.
  /// - Throws: `CloudDataError` before anything is made.
  public func make(in directory: URL, seed: UInt64?) throws -> Outcome {
    let store = try CloudStore(directory: directory, seed: seed)
    let ids = try store.pool.write { db in try apps.map { try prepare($0, store, in: db) } }
    var made = 0
    try store.quickly { db in
      for id in ids { made += try history(of: id, store, in: db) }
    }
    return Outcome(
      seed: store.seed, from: CloudTime.date(ofDay: days.lowerBound), through: CloudTime.date(ofDay: days.upperBound),
      apps: apps.count, daysMade: made, rows: try store.pool.read { try Self.count(ids, in: $0) })
  }

  private func prepare(_ app: LocalCloudApp, _ store: CloudStore, in db: Database) throws -> Int64 {
    let now = Int64(days.upperBound + 1) * CloudTime.dayLength
    let name = "\(app.collection)/\(app.name)"
    guard let id = try CloudStore.id(of: app, in: db) else {
      let id = try store.make(app, devices: devices, now: now, in: db)
      try db.execute(
        sql: "UPDATE app SET first_day = ?, last_day = ? WHERE id = ?",
        arguments: [days.lowerBound, days.upperBound, id])
      return id
    }
    guard let row = try Row.fetchOne(db, sql: "SELECT imported, last_day FROM app WHERE id = ?", arguments: [id]),
      row[0] == 0
    else { throw CloudDataError.imported(app: name) }
    guard row[1] as Int? != nil else { throw CloudDataError.endless(app: name) }
    let stored = try Int.fetchOne(db, sql: "SELECT count(*) FROM device WHERE app = ?", arguments: [id]) ?? 0
    guard stored == devices else { throw CloudDataError.devices(app: name, stored: stored, asked: devices) }
    try db.execute(
      sql: "UPDATE app SET first_day = min(first_day, ?), last_day = max(last_day, ?) WHERE id = ?",
      arguments: [days.lowerBound, days.upperBound, id])
    try db.execute(
      sql: "UPDATE campaign SET state = 'finished' WHERE app = ? AND finished < ?", arguments: [id, now])
    return id
  }

  /// - Returns: how many days were made.
  private func history(of app: Int64, _ store: CloudStore, in db: Database) throws -> Int {
    let devices = try GeneratedDevice.all(of: app, in: db)
    guard
      let row = try Row.fetchOne(db, sql: "SELECT first_day, last_day FROM app WHERE id = ?", arguments: [app])
    else { return 0 }
    let (first, last): (Int, Int) = (row[0], row[1])
    var (made, next) = (0, first)
    while next <= last {
      try db.inTransaction {
        let before = db.totalChangesCount
        while next <= last, db.totalChangesCount - before < Self.rowsPerCommit {
          if try store.makeDay(next, of: app, devices: devices, in: db) { made += 1 }
          next += 1
        }
        return .commit
      }
    }
    return made
  }

  private static func count(_ apps: [Int64], in db: Database) throws -> [String: Int] {
    var rows: [String: Int] = [:]
    for app in apps {
      for (dataset, sql) in [
        ("activity", "activity WHERE app = ?"), ("session", "session WHERE app = ?"), ("job", "job WHERE app = ?"),
        ("device", "device WHERE app = ?"), ("push", "feedback WHERE app = ?"),
        ("event", "occurrence WHERE app = ? AND kind = 'Event'"),
        ("error", "occurrence WHERE app = ? AND kind = 'Error'"),
        ("crash", "occurrence WHERE app = ? AND kind = 'Crash'"),
      ] {
        rows[dataset, default: 0] +=
          try Int.fetchOne(db, sql: "SELECT count(*) FROM \(sql)", arguments: [app]) ?? 0
      }
    }
    return rows
  }
}

extension CloudStore {
  /// - Throws: `CloudDataError` where a seeding was killed: days that are missing would be served as empty ones.
  func checkSeeds() throws {
    let sql = """
      SELECT collection || '/' || name FROM app a WHERE last_day IS NOT NULL AND last_day - first_day + 1 >
        (SELECT count(*) FROM generated g WHERE g.app = a.id AND g.day BETWEEN a.first_day AND a.last_day) ORDER BY id LIMIT 1
      """
    guard let app = try pool.read({ try String.fetchOne($0, sql: sql) }) else { return }
    throw CloudDataError.unfinished(app: app)
  }

  /// Writes much at once: the disk is waited for once, at the end. A killed process loses nothing that was committed;
  /// a machine that loses its power may.
  func quickly<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = OFF")
      defer { try? db.execute(sql: "PRAGMA synchronous = FULL") }
      let value = try body(db)
      try db.execute(sql: "PRAGMA synchronous = FULL")
      _ = try Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      return value
    }
  }
}
