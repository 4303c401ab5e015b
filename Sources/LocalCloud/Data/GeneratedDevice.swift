// SPDX-License-Identifier: Apache-2.0
import GRDB

/// What a day's history needs to know of a device.
struct GeneratedDevice: Sendable {
  let id: String
  /// Milliseconds.
  let firstSeen, lastSeen: Int64
  /// The chance that it is used on a day.
  let activity: Double
  /// Days until it takes a release.
  let lag: Int64
  /// Minutes.
  let zone: Int64

  /// The app's, in the order in which they were made.
  static func all(of app: Int64, in db: Database) throws -> [GeneratedDevice] {
    let sql =
      "SELECT device, first_seen, last_seen, activity, lag, timezone FROM device WHERE app = ? ORDER BY id"
    return try Row.fetchAll(db, sql: sql, arguments: [app]).map { row in
      GeneratedDevice(
        id: row[0], firstSeen: row[1], lastSeen: row[2], activity: row[3], lag: row[4], zone: row[5])
    }
  }
}
