// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// An export task (contract.md, section 2).
struct CloudTask: Sendable {
  enum State: String, Sendable {
    case queued = "Queued", started = "Started", succeeded = "Succeeded", failed = "Failed"
    /// Kept to be counted; never shown.
    case vanished = "Vanished"
  }

  var id: String
  var app: Int64
  /// `Event`, `Tag`, …
  var type: String
  /// `JsonBlob` or `CsvBlob`.
  var format: String
  var description: String?
  var parameters: TaskParameters
  /// A secret: never answered, never logged.
  var container: String
  var state: State
  var created: Int64
  var completed: Int64?
  var error: String?

  /// As `exportTaskResult`.
  var json: [String: Any] {
    var json: [String: Any] = [
      "id": id, "state": state.rawValue, "dateCreated": CloudTime.seconds(created), "exportType": type,
    ]
    if let description { json["description"] = description }
    if let completed { json["dateCompleted"] = CloudTime.seconds(completed) }
    if let error { json["errorDetails"] = error }
    return json
  }
}

/// What a task exports.
struct TaskParameters: Sendable, Codable {
  /// Days since 1970, both included.
  var firstDay: Int?
  var lastDay: Int?
  var campaignKind: String?
  var campaigns: [Int64]?
  /// Milliseconds, half-open.
  var windowStart: Int64?
  var windowEnd: Int64?
  /// Tells the user beside the device.
  var userIDs: Bool?

  /// Of the window, begun ones included.
  var days: Int? {
    if let firstDay, let lastDay { return lastDay - firstDay + 1 }
    guard let windowStart, let windowEnd else { return nil }
    return Int((windowEnd - windowStart + CloudTime.dayLength - 1) / CloudTime.dayLength)
  }
}

extension CloudStore {
  func add(_ task: CloudTask) throws {
    let parameters = String(decoding: try JSONEncoder().encode(task.parameters), as: UTF8.self)
    try pool.write { db in
      try db.execute(
        sql: """
          INSERT INTO task (id, app, type, format, description, parameters, container, state, created)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          task.id, task.app, task.type, task.format, task.description, parameters, task.container, task.state.rawValue,
          task.created,
        ])
    }
  }

  func task(_ id: String, of app: Int64) throws -> CloudTask? {
    try pool.read { db in
      try Row.fetchOne(
        db, sql: "SELECT * FROM task WHERE id = ? AND app = ? AND state <> 'Vanished'", arguments: [id, app]
      ).map(CloudTask.init)
    }
  }

  /// - Parameter order: SQL of our own making.
  func tasks(of app: Int64, order: String, skip: Int, top: Int) throws -> (page: [CloudTask], hasMore: Bool) {
    try pool.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: "SELECT * FROM task WHERE app = ? AND state <> 'Vanished' ORDER BY \(order) LIMIT ? OFFSET ?",
        arguments: [app, top + 1, skip])
      return (try rows.prefix(top).map { try CloudTask($0) }, rows.count > top)
    }
  }

  /// Tasks that were not at their end when the cloud stopped, oldest first.
  func openTasks() throws -> [CloudTask] {
    try pool.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM task WHERE state IN ('Queued', 'Started') ORDER BY seq").map {
        try CloudTask($0)
      }
    }
  }

  /// Waits for as long as another program holds the file: no task fails of that.
  func set(_ id: String, _ state: CloudTask.State, completed: Int64? = nil, error: String? = nil) throws {
    try Self.patiently {
      try pool.write { db in
        try db.execute(
          sql: "UPDATE task SET state = ?, completed = ?, error = ? WHERE id = ?",
          arguments: [state.rawValue, completed, error, id])
      }
    }
  }

  /// Does it again while the file is busy, until it is done or the calling task is cancelled. Each time, SQLite has
  /// waited already.
  static func patiently(_ body: () throws -> Void) throws {
    while true {
      do { return try body() } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY && !Task.isCancelled
      {
        continue
      }
    }
  }
}

extension CloudTask {
  init(_ row: Row) throws {
    let text: String = row["parameters"]
    self.init(
      id: row["id"], app: row["app"], type: row["type"], format: row["format"], description: row["description"],
      parameters: try JSONDecoder().decode(TaskParameters.self, from: Data(text.utf8)), container: row["container"],
      state: State(rawValue: row["state"]) ?? .queued, created: row["created"], completed: row["completed"],
      error: row["error"])
  }
}
