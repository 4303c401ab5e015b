// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Who uses each device of an app: the tag `userid` (contract.md 8, row 28).
struct UserIDs {
  /// By the device's id, both as JSON.
  private let users: [String: String]

  init(app: Int64, in database: Database) throws {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT device, json_extract(tags, '$.userid') FROM device
        WHERE app = ? AND json_type(tags, '$.userid') = 'text'
        """, arguments: [app])
    users = Dictionary(rows.map { (ExportRows.text($0[0]), ExportRows.text($0[1])) }, uniquingKeysWith: { $1 })
  }

  /// The fields with `userId` behind `deviceId`, where that is among them; `null` for a device that nobody has told of.
  func beside(_ fields: ExportFields) -> ExportFields {
    guard let place = fields.firstIndex(where: { $0.name == "deviceId" }) else { return fields }
    var fields = fields
    fields.insert(("userId", users[fields[place].json] ?? "null"), at: place + 1)
    return fields
  }
}
