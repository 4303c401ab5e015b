// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Hummingbird

/// App collections, apps and campaigns (contract.md 1b).
struct CatalogueRoutes: Sendable {
  let store: CloudStore

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

  func apps(subscription: String, group: String, collection: String) throws -> Response {
    let path = "\(subscription)/\(group)/\(collection)/".lowercased()
    let value = try store.apps().filter { $0.app.path.hasPrefix(path) }.map { entry -> [String: Any] in
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

  func campaigns(app path: String, kind: String, query: CloudQuery) throws -> Response {
    let kinds = [
      "announcements": "Announcement", "polls": "Poll", "datapushes": "DataPush", "nativepushes": "NativePush",
    ]
    guard let app = try store.app(path: path), let type = kinds[kind.lowercased()] else {
      return CloudAnswer.error(404, "NotFound", "The resource was not found.")
    }
    let wanted = query["$filter"].flatMap { $0.wholeMatch(of: #/state eq '([a-z\-]+)'/#).map { String($0.1) } }
    if query["$filter"] != nil, wanted == nil {
      return CloudAnswer.error(400, "BadRequest", "'$filter' takes state eq 'STATE' only.")
    }
    let rows = try store.pool.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM campaign WHERE app = ? AND kind = ? ORDER BY id", arguments: [app, type])
    }
    let value = rows.filter { wanted == nil || wanted == ($0["state"] as String) }.map { row -> [String: Any] in
      var json: [String: Any] = [
        "id": row["id"] as Int64, "name": row["name"] as String, "state": row["state"] as String,
      ]
      if let at: Int64 = row["activated"] { json["activatedDate"] = CloudTime.seconds(at) }
      if let at: Int64 = row["finished"] { json["finishedDate"] = CloudTime.seconds(at) }
      return json
    }
    return CloudAnswer.json(200, ["value": value])
  }
}
