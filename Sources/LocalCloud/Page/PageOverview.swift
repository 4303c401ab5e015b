// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// What the page shows: totals, and the newest of everything. It holds no key and no address with a signature.
struct PageOverview: Encodable, Equatable {
  /// Of tasks, blobs and apps, each.
  static let most = 200
  static let textLimit = 400

  struct Totals: Encodable, Equatable {
    var apps = 0
    /// By state.
    var tasks: [String: Int] = [:]
    var containers = 0
    var blobs = 0
    var bytes: Int64 = 0
  }

  struct App: Encodable, Equatable {
    var collection, name, platform: String
    var tasks, open: Int
  }

  /// Times are ISO 8601.
  struct Task: Encodable, Equatable {
    var id, app, type, format, state, created: String
    var completed, description, error: String?
  }

  struct Blob: Encodable, Equatable {
    var container, name: String
    var bytes: Int64
    var modified: String
  }

  var totals = Totals()
  /// The newest first.
  var apps: [App] = []
  /// The newest first.
  var tasks: [Task] = []
  /// The last written first.
  var blobs: [Blob] = []
}

extension PageOverview {
  init(_ db: Database) throws {
    totals.apps = try Int.fetchOne(db, sql: "SELECT count(*) FROM app") ?? 0
    totals.containers = try Int.fetchOne(db, sql: "SELECT count(*) FROM container") ?? 0
    if let row = try Row.fetchOne(db, sql: "SELECT count(*), coalesce(sum(bytes), 0) FROM blob") {
      (totals.blobs, totals.bytes) = (row[0], row[1])
    }
    let states = "SELECT state, count(*) FROM task WHERE state <> 'Vanished' GROUP BY state"
    for row in try Row.fetchAll(db, sql: states) {
      totals.tasks[row[0]] = row[1]
    }
    apps = try Row.fetchAll(
      db,
      sql: """
        SELECT collection, name, platform, count(task.id) AS tasks,
          count(CASE WHEN state IN ('Queued', 'Started') THEN 1 END) AS open
        FROM (SELECT * FROM app ORDER BY id DESC LIMIT ?) AS app LEFT JOIN task ON task.app = app.id AND state <> 'Vanished'
        GROUP BY app.id ORDER BY app.id DESC
        """, arguments: [Self.most]
    ).map {
      App(
        collection: $0["collection"], name: $0["name"], platform: $0["platform"], tasks: $0["tasks"], open: $0["open"])
    }
    tasks = try Row.fetchAll(
      db,
      sql: """
        SELECT task.id, collection || '/' || name AS app, type, format, state, created, completed,
          substr(description, 1, ?) AS description, substr(error, 1, ?) AS error
        FROM task JOIN app ON app.id = task.app WHERE state <> 'Vanished' ORDER BY seq DESC LIMIT ?
        """, arguments: [Self.textLimit, Self.textLimit, Self.most]
    ).map { row in
      Task(
        id: row["id"], app: row["app"], type: row["type"], format: row["format"], state: row["state"],
        created: CloudTime.seconds(row["created"]), completed: (row["completed"] as Int64?).map(CloudTime.seconds),
        description: row["description"], error: row["error"])
    }
    // A blob that is written anew is a new row.
    blobs = try Row.fetchAll(
      db, sql: "SELECT container, name, bytes, modified FROM blob ORDER BY rowid DESC LIMIT ?", arguments: [Self.most]
    ).map { row in
      Blob(
        container: row["container"], name: row["name"], bytes: row["bytes"],
        modified: CloudTime.seconds(row["modified"]))
    }
  }
}
