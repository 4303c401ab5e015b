// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// A leaf of an export: its fields in order, each as JSON text.
typealias ExportFields = [(name: String, json: String)]

/// The rows of one export, read from SQLite one after the other (contract.md 5.2 and 8).
struct ExportRows {
  let task: CloudTask
  let database: Database

  /// Parts of the document that hold several leaves, such as the events of a device.
  struct Group {
    /// The fields of the element itself.
    var head: ExportFields
    /// The member that holds the leaves; `nil`: the element is the leaf.
    var member: String?
  }

  /// Gives every leaf with its group; `isNew` when a group begins.
  func forEach(_ body: (_ group: Group, _ leaf: ExportFields, _ isNew: Bool) throws -> Void) throws {
    guard task.parameters.userIDs == true else { return try rows(body) }
    let users = try UserIDs(app: task.app, in: database)
    try rows { group, leaf, isNew in
      try body(Group(head: users.beside(group.head), member: group.member), users.beside(leaf), isNew)
    }
  }

  private func rows(_ body: (_ group: Group, _ leaf: ExportFields, _ isNew: Bool) throws -> Void) throws {
    switch task.type {
    case "Activity": try activities(body)
    case "Event", "Error", "Crash": try occurrences(body)
    case "Session": try sessions(body)
    case "Job": try jobs(body)
    case "Tag": try devices { try body(Group(head: []), [("deviceId", $0.id), ("tags", $0.row["tags"])], true) }
    case "Token":
      try devices { device in
        let row = device.row
        try body(
          Group(head: []),
          [("deviceId", device.id), ("token", Self.text(row["token"])), ("type", Self.text(row["token_type"]))], true)
      }
    case "Device": try devices { try body(Group(head: []), Self.device($0.row), true) }
    default: try feedback(body)
    }
  }

  static func text(_ value: String) -> String {
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

  private func activities(_ body: (Group, ExportFields, Bool) throws -> Void) throws {
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
      try body(Group(head: [("sessionId", Self.text(session))], member: "activities"), leaf, session != last)
      last = session
    }
  }

  private func occurrences(_ body: (Group, ExportFields, Bool) throws -> Void) throws {
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
      try body(Group(head: [("deviceId", Self.text(device))], member: member), leaf, device != last)
      last = device
    }
  }

  private func sessions(_ body: (Group, ExportFields, Bool) throws -> Void) throws {
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
      try body(Group(head: []), leaf, true)
    }
  }

  private func jobs(_ body: (Group, ExportFields, Bool) throws -> Void) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT * FROM job WHERE app = ? AND day BETWEEN ? AND ? AND start <= ? ORDER BY start, job",
      arguments: range)
    while let row = try rows.next() {
      let leaf: ExportFields = [
        ("jobId", Self.text(row["job"])), ("start", Self.time(row["start"])), ("end", Self.time(row["end"])),
        ("name", Self.text(row["name"])), ("deviceId", Self.text(row["device"])), ("infoId", Self.text(row["info"])),
        ("extras", row["extras"]),
      ]
      try body(Group(head: []), leaf, true)
    }
  }

  private func devices(_ body: ((id: String, row: Row)) throws -> Void) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT * FROM device WHERE app = ? AND first_seen <= ? ORDER BY device",
      arguments: [task.app, CloudTime.now])
    while let row = try rows.next() { try body((Self.text(row["device"]), row)) }
  }

  private static func device(_ row: Row) -> ExportFields {
    let last = min(row["last_seen"] as Int64, CloudTime.now)
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
  private func feedback(_ body: (Group, ExportFields, Bool) throws -> Void) throws {
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
        try body(Group(head: []), leaf, true)
      }
    }
  }
}
