// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// Everything the cloud knows, in `cloud.sqlite`. A task is on the disk before anybody is told of it: the file is
/// written with `synchronous = FULL`.
final class CloudStore: Sendable {
  let pool: DatabasePool
  let seed: UInt64
  private let exports = Lanes(perApp: 1)

  /// - Parameter seed: `nil`: that of the data, or 1 for data that are new.
  /// - Parameter settles: whether new data have a seed from now on; importing needs none.
  /// - Throws: `CloudDataError` when the data were made with another seed; `CloudStartError` for what are no data.
  init(directory: URL, seed: UInt64? = nil, settles: Bool = true) throws {
    try CloudLock.makeFolder(directory)
    // Whoever reads holds the thread it runs on, and no more threads run than the machine has cores: each finds a
    // connection free, besides the one of exports and one for what looks in from outside.
    var configuration = Configuration()
    configuration.maximumReaderCount = ProcessInfo.processInfo.activeProcessorCount + 2
    // The lock keeps other clouds away, not every program that may look into the file.
    configuration.busyMode = .timeout(10)
    // What has to be sorted is sorted on the disk.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA temp_store = FILE") }
    pool = try Self.open(directory.appendingPathComponent("cloud.sqlite").path, configuration)
    // The seed belongs to the data: a restart keeps the first one.
    self.seed = try pool.write { db in
      if settles {
        try db.execute(sql: "INSERT OR IGNORE INTO setting VALUES ('seed', ?)", arguments: [String(seed ?? 1)])
      }
      return try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'seed'").flatMap { UInt64($0) }
        ?? seed ?? 1
    }
    if let seed, seed != self.seed { throw CloudDataError.seed(stored: self.seed, asked: seed) }
  }

  private static func open(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
    do {
      let pool = try DatabasePool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try CloudSchema.migrator.migrate(pool)
      return pool
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_NOTADB, .SQLITE_CORRUPT: throw CloudStartError.noDatabase(path: path)
      case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR, .SQLITE_FULL:
        throw CloudStartError.unwritable(path: path, reason: error.message ?? "\(error.resultCode)")
      default: throw error
      }
    }
  }

  /// Reads long tables beside everything else, one reader after another, so that requests are answered meanwhile. Ends
  /// early when the task is cancelled.
  func export<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await exports.enter(0, exports.ticket(of: 0))
    defer { exports.leave(0) }
    return try await pool.read(body)
  }

  // MARK: Apps

  func makeApps(_ apps: [LocalCloudApp], devices: Int) throws {
    try pool.write { db in
      for app in apps where try Self.id(of: app, in: db) == nil {
        _ = try make(app, devices: devices, now: CloudTime.now, in: db)
      }
    }
  }

  /// A new app with its devices and campaigns.
  func make(_ app: LocalCloudApp, devices: Int, now: Int64, in db: Database) throws -> Int64 {
    let stream = Self.stream(app.path)
    let id = try Self.add(app, platform: app.platform ?? (stream % 2 == 1 ? "ios" : "android"), in: db)
    try DeviceGenerator(
      seed: seed, app: id, stream: stream, isApple: app.platform.map { $0 == "ios" } ?? (stream % 2 == 1),
      campaigns: app.campaigns, now: now
    ).make(devices, in: db)
    return id
  }

  static func add(_ app: LocalCloudApp, platform: String, isImported: Bool = false, in db: Database) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO app (path, subscription, resource_group, collection, name, platform, imported)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        app.path, app.subscription, app.resourceGroup, app.collection, app.name, platform, isImported ? 1 : 0,
      ])
    return db.lastInsertedRowID
  }

  static func id(of app: LocalCloudApp, in db: Database) throws -> Int64? {
    try Int64.fetchOne(db, sql: "SELECT id FROM app WHERE path = ?", arguments: [app.path])
  }

  func app(path: String) throws -> Int64? {
    try pool.read { try Int64.fetchOne($0, sql: "SELECT id FROM app WHERE path = ?", arguments: [path.lowercased()]) }
  }

  func name(of app: Int64) throws -> String? {
    try pool.read { try String.fetchOne($0, sql: "SELECT name FROM app WHERE id = ?", arguments: [app]) }
  }

  func apps() throws -> [(app: LocalCloudApp, id: Int64, platform: String)] {
    try pool.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM app ORDER BY id").map { row in
        let app = LocalCloudApp(
          subscription: row["subscription"], resourceGroup: row["resource_group"], collection: row["collection"],
          name: row["name"])
        return (app, row["id"], row["platform"])
      }
    }
  }

  /// Days that are made in one write; others come to write between them.
  private static let daysPerWrite = 7

  /// Makes the data of these days when nobody has asked for them before. Days to come have none, and neither have those
  /// before the first device was seen; an app that was seeded or imported has those that it has. What is made stays when
  /// the task is cancelled.
  func ensure(_ days: ClosedRange<Int>, of app: Int64) async throws {
    let today = CloudTime.day(of: CloudTime.now)
    guard let first = try firstDay(of: app), days.overlaps(min(first, today)...today) else { return }
    var next = max(days.lowerBound, first)
    let last = min(days.upperBound, today)
    while next <= last {
      try Task.checkCancellation()
      let some = next...min(next + Self.daysPerWrite - 1, last)
      try await pool.write { db in
        for day in some { _ = try self.makeDay(day, of: app, in: db) }
      }
      next = some.upperBound + 1
    }
  }

  /// When a device of the app was first seen; `nil` when its days are those that it was given, and no others are made.
  private func firstDay(of app: Int64) throws -> Int? {
    // Not as a reader that is waited for: it gives its connection back only when a thread is free, and all of them may
    // wait for a connection.
    let first = try pool.read { db in
      let sql = """
        SELECT min(first_seen) FROM device
        WHERE app = (SELECT id FROM app WHERE id = ? AND imported = 0 AND last_day IS NULL)
        """
      return try Int64.fetchOne(db, sql: sql, arguments: [app])
    }
    return first.map { CloudTime.day(of: $0) }
  }

  /// - Parameter devices: of the app, where they are known already.
  /// - Returns: false when it was there before.
  func makeDay(_ day: Int, of app: Int64, devices: [GeneratedDevice]? = nil, in db: Database) throws -> Bool {
    let sql = "SELECT 1 FROM generated WHERE app = ? AND day = ?"
    guard try Row.fetchOne(db, sql: sql, arguments: [app, day]) == nil else { return false }
    let path = try String.fetchOne(db, sql: "SELECT path FROM app WHERE id = ?", arguments: [app]) ?? ""
    try DayGenerator(
      seed: seed, app: app, stream: Self.stream(path), day: day,
      devices: try devices ?? GeneratedDevice.all(of: app, in: db)
    ).make(in: db)
    return true
  }

  /// FNV-1a: the same number for the same text for ever.
  private static func stream(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
