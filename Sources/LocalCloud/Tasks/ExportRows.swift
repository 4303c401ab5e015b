// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// Members of an object in order, each value as JSON text.
typealias ExportFields = [(name: String, json: String)]

/// Members of an object: made field by field, or as they are spelled in a file that was imported.
enum ExportMembers {
  case fields(ExportFields)
  /// `"a":1,"b":"x"`
  case text(String)

  /// Without braces.
  var json: String {
    switch self {
    case .fields(let fields): fields.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",")
    case .text(let text): text
    }
  }

  var fields: ExportFields {
    switch self {
    case .fields(let fields): fields
    case .text(let text):
      RawMembers(Array(text.utf8)[...]).members.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }
    }
  }
}

/// The rows of one export, read from SQLite one after the other (contract.md 5.2 and 8).
struct ExportRows {
  let task: CloudTask
  let database: Database

  /// Parts of the document that hold several leaves, such as the events of a device.
  struct Group {
    /// The members of the element itself.
    var head: ExportMembers
    /// The member that holds the leaves; `nil`: the element is the leaf.
    var member: String?
    /// What follows that member.
    var tail: ExportMembers = .fields([])

    init(head: ExportMembers, member: String?, tail: ExportMembers) {
      (self.head, self.member, self.tail) = (head, member, tail)
    }

    init(head: ExportFields, member: String? = nil) { (self.head, self.member) = (.fields(head), member) }
  }

  typealias Body = (_ group: Group, _ leaf: ExportMembers, _ isNew: Bool) throws -> Void

  init(task: CloudTask, database: Database) { (self.task, self.database) = (task, database) }

  private var imported: ImportedRows { ImportedRows(task: task, database: database) }

  private func isImported() throws -> Bool {
    try Int.fetchOne(database, sql: "SELECT imported FROM app WHERE id = ?", arguments: [task.app]) == 1
  }

  /// Of all leaves with what they are grouped by, for a table.
  func columns() throws -> [String] {
    let own = CloudDataset(rawValue: task.type)?.columns ?? []
    guard try isImported() else {
      guard task.parameters.userIDs == true, let place = own.firstIndex(of: "deviceId") else { return own }
      return own[...place] + ["userId"] + own[(place + 1)...]
    }
    let met = try imported.columns()
    return met.isEmpty ? own : met
  }

  /// Gives every leaf with its group; `isNew` when a group begins.
  func forEach(_ body: Body) throws {
    // An archive says what it says.
    if try isImported() { return try imported.forEach(body) }
    guard task.parameters.userIDs == true else { return try rows(body) }
    let users = try UserIDs(app: task.app, in: database)
    try rows { group, leaf, isNew in
      var group = group
      group.head = .fields(users.beside(group.head.fields))
      try body(group, .fields(users.beside(leaf.fields)), isNew)
    }
  }

  private func rows(_ body: Body) throws {
    switch task.type {
    case "Activity": try activities(body)
    case "Event", "Error", "Crash": try occurrences(body)
    case "Session": try sessions(body)
    case "Job": try jobs(body)
    case "Tag":
      try devices { try body(Group(head: []), .fields([("deviceId", $0.id), ("tags", $0.row["tags"])]), true) }
    case "Token":
      try devices { device in
        let row = device.row
        try body(
          Group(head: []),
          .fields([
            ("deviceId", device.id), ("token", Self.text(row["token"])), ("type", Self.text(row["token_type"])),
          ]), true)
      }
    case "Device":
      let seen = try horizon()
      try devices { try body(Group(head: []), .fields(Self.device($0.row, by: seen)), true) }
    default: try feedback(body)
    }
  }

  /// As a text of JSON.
  static func text(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else { return "\"\(value)\"" }
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\u{0}"..<" ": result += "\\u" + String(format: "%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func time(_ milliseconds: Int64) -> String { "\"\(CloudTime.precise(milliseconds))\"" }

  /// What has not happened yet is in no export.
  private var range: StatementArguments {
    [task.app, task.parameters.firstDay ?? 0, task.parameters.lastDay ?? -1, CloudTime.now]
  }

  private func activities(_ body: Body) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT * FROM activity WHERE app = ? AND day BETWEEN ? AND ? AND at <= ? ORDER BY session, at, rowid",
      arguments: range)
    var last = ""
    while let row = try rows.next() {
      let session: String = row["session"]
      let leaf: ExportFields = [
        ("name", Self.text(row["name"])), ("timestamp", Self.time(row["at"])), ("extras", row["extras"]),
      ]
      try body(Group(head: [("sessionId", Self.text(session))], member: "activities"), .fields(leaf), session != last)
      last = session
    }
  }

  private func occurrences(_ body: Body) throws {
    let member = task.type == "Crash" ? "crashes" : task.type.lowercased() + "s"
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT * FROM occurrence WHERE app = ? AND day BETWEEN ? AND ? AND at <= ? AND kind = ?
        ORDER BY device, at, rowid
        """, arguments: range + [task.type])
    var last = ""
    while let row = try rows.next() {
      let device: String = row["device"]
      let leaf: ExportFields = [
        ("name", Self.text(row["name"])), ("timestamp", Self.time(row["at"])), ("infoId", Self.text(row["info"])),
        ("sessionId", Self.text(row["session"])), ("locationId", Self.text(row["location"])), ("extras", row["extras"]),
      ]
      try body(Group(head: [("deviceId", Self.text(device))], member: member), .fields(leaf), device != last)
      last = device
    }
  }

  private func sessions(_ body: Body) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT * FROM session WHERE app = ? AND day BETWEEN ? AND ? AND start <= ? ORDER BY start, session",
      arguments: range)
    while let row = try rows.next() {
      let leaf: ExportFields = [
        ("sessionId", Self.text(row["session"])), ("start", Self.time(row["start"])), ("end", Self.time(row["end"])),
        ("deviceId", Self.text(row["device"])), ("infoId", Self.text(row["info"])),
        ("locationId", Self.text(row["location"])),
      ]
      try body(Group(head: []), .fields(leaf), true)
    }
  }

  private func jobs(_ body: Body) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT * FROM job WHERE app = ? AND day BETWEEN ? AND ? AND start <= ? ORDER BY start, job",
      arguments: range)
    while let row = try rows.next() {
      let leaf: ExportFields = [
        ("jobId", Self.text(row["job"])), ("start", Self.time(row["start"])), ("end", Self.time(row["end"])),
        ("name", Self.text(row["name"])), ("deviceId", Self.text(row["device"])), ("infoId", Self.text(row["info"])),
        ("extras", row["extras"]),
      ]
      try body(Group(head: []), .fields(leaf), true)
    }
  }

  private func devices(_ body: ((id: String, row: Row)) throws -> Void) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT * FROM device WHERE app = ? AND first_seen <= ? ORDER BY device",
      arguments: [task.app, try horizon()])
    while let row = try rows.next() { try body((Self.text(row["device"]), row)) }
  }

  /// Up to when the app has a history: now, or the end of the days that it was seeded with.
  private func horizon() throws -> Int64 {
    let sql = "SELECT last_day FROM app WHERE id = ?"
    guard let last = try Int64.fetchOne(database, sql: sql, arguments: [task.app]) else { return CloudTime.now }
    return min(CloudTime.now, (last + 1) * CloudTime.dayLength - 1)
  }

  private static func device(_ row: Row, by horizon: Int64) -> ExportFields {
    let last = min(row["last_seen"] as Int64, horizon)
    let push = (row["push"] as Int64) == 1
    return [
      ("deviceId", text(row["device"])),
      ("meta", "{\"firstSeen\":\(row["first_seen"] as Int64),\"lastSeen\":\(last),\"nativePushEnabled\":\(push)}"),
      (
        "info",
        "{\"phoneModel\":\(text(row["model"])),\"phoneManufacturer\":\(text(row["manufacturer"])),"
          + "\"firmwareVersion\":\(text(row["firmware"])),\"locale\":\(text(row["locale"])),"
          + "\"carrierName\":\(text(row["carrier"])),\"networkType\":\(text(row["network"])),"
          + "\"timeZoneOffset\":\(row["timezone"] as Int64)}"
      ),
      (
        "location",
        "{\"countrycode\":\(text(row["country"])),\"region\":\(text(row["region"])),\"locality\":\(text(row["locality"]))}"
      ),
      ("appInfo", row["tags"]),
    ]
  }

  /// Campaigns by their ids, or those that were active in the window.
  private func feedback(_ body: Body) throws {
    let parameters = task.parameters
    let kind = parameters.campaignKind ?? ""
    let active = try Row.fetchAll(
      database, sql: "SELECT id, activated, finished FROM campaign WHERE app = ? AND kind = ? ORDER BY id",
      arguments: [task.app, kind]
    ).filter { row in
      if let ids = parameters.campaigns { return ids.contains(row["id"]) }
      guard let start = parameters.windowStart, let end = parameters.windowEnd, let from: Int64 = row["activated"]
      else {
        return false
      }
      return from < end && ((row["finished"] as Int64?) ?? .max) > start
    }
    for campaign in active {
      let id: Int64 = campaign["id"]
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT device, status FROM feedback WHERE app = ? AND kind = ? AND campaign = ? ORDER BY device",
        arguments: [task.app, kind, id])
      while let row = try rows.next() {
        let status = (row["status"] as String).split(separator: "|").map { "\"\($0)\"" }.joined(separator: ",")
        let leaf: ExportFields = [
          ("deviceId", Self.text(row["device"])), ("campaignType", Self.text(kind)), ("campaignId", "\(id)"),
          ("status", "[\(status)]"),
        ]
        try body(Group(head: []), .fields(leaf), true)
      }
    }
  }
}
