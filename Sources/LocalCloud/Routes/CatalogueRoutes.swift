// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Hummingbird

/// App collections, apps and campaigns (contract.md 1b).
struct CatalogueRoutes: Sendable {
  let store: CloudStore

  private static let kinds = [
    "announcements": "Announcement", "polls": "Poll", "datapushes": "DataPush", "nativepushes": "NativePush",
  ]
  private static let states = ["draft", "scheduled", "in-progress", "finished"]
  private static let columns = [
    "id": "id", "name": "name", "state": "state", "activateddate": "activated", "finisheddate": "finished",
  ]

  func collections(subscription: String) throws -> Response {
    let apps = try store.apps().map(\.app).filter { $0.subscription.lowercased() == subscription.lowercased() }
    var seen: Set<String> = []
    let value = apps.compactMap { app -> [String: Any]? in
      let id =
        "/subscriptions/\(app.subscription)/resourceGroups/\(app.resourceGroup)/providers/Microsoft.MobileEngagement/appcollections/\(app.collection)"
      guard seen.insert(id.lowercased()).inserted else { return nil }
      return [
        "id": id, "name": app.collection, "type": "Microsoft.MobileEngagement/appcollections", "location": "Central US",
        "properties": ["provisioningState": "Succeeded"],
      ]
    }
    return CloudAnswer.json(200, ["value": value])
  }

  func apps(_ place: AppPlace) throws -> Response {
    let value = try store.apps().filter { $0.app.path.hasPrefix(place.path) }.map { entry -> [String: Any] in
      let app = entry.app
      return [
        "id":
          "/subscriptions/\(app.subscription)/resourceGroups/\(app.resourceGroup)/providers/Microsoft.MobileEngagement/appcollections/\(app.collection)/apps/\(app.name)",
        "name": app.name, "type": "Microsoft.MobileEngagement/appcollections/apps", "location": "Central US",
        "properties": ["backendId": "\(entry.id)", "platform": entry.platform, "appState": "Active"],
      ]
    }
    return CloudAnswer.json(200, ["value": value])
  }

  // MARK: Campaigns

  /// - Parameter base: the address that was asked for, without its query.
  func campaigns(of app: Int64, kind: String, query: CloudQuery, base: String) throws -> Response {
    guard let type = Self.kinds[kind] else { throw ManagementRefusal.type }
    let wanted = try ListQuery(query, columns: Self.columns, top: nil, most: Int(Int32.max))
    let state = try Self.state(query["$filter"])
    let search = query["$search"]?.lowercased() ?? ""
    let rows = try store.pool.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM campaign WHERE app = ? AND kind = ? ORDER BY \(wanted.order)", arguments: [app, type])
    }
    let found = rows.filter { row in
      (state == nil || state == row["state"])
        && (search.isEmpty || (row["name"] as String).lowercased().contains(search))
    }.dropFirst(wanted.skip)
    let page = found.prefix(wanted.top ?? found.count)
    var json: [String: Any] = ["value": page.map(Self.campaign)]
    if page.count < found.count { json["nextLink"] = wanted.next(of: query, base: base) }
    return CloudAnswer.json(200, json)
  }

  /// Of `state eq '…'`, the one filter there is.
  private static func state(_ filter: String?) throws(ManagementRefusal) -> String? {
    guard let filter else { return nil }
    guard let match = filter.wholeMatch(of: #/\s*state\s+eq\s+'([a-z\-]+)'\s*/#), states.contains(String(match.1))
    else {
      throw ManagementRefusal.bad(
        "'$filter' takes state eq 'STATE' only, with one of \(states.joined(separator: ", ")).")
    }
    return String(match.1)
  }

  private static func campaign(_ row: Row) -> [String: Any] {
    var json: [String: Any] = [
      "id": row["id"] as Int64, "name": row["name"] as String, "state": row["state"] as String,
    ]
    if let at: Int64 = row["activated"] { json["activatedDate"] = CloudTime.seconds(at) }
    if let at: Int64 = row["finished"] { json["finishedDate"] = CloudTime.seconds(at) }
    return json
  }
}
