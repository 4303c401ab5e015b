// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird

/// The Export API (contract.md, sections 1, 2, 3 and 8).
struct ExportRoutes: Sendable {
  let store: CloudStore
  let engine: TaskEngine
  let faults: Faults
  let extended: Bool
  let speed: Double

  static let version = "2014-12-01"
  /// What a list can be ordered by, and the columns.
  private static let columns = [
    "taskid": "id", "id": "id", "errordetails": "error", "datecreated": "created", "taskstatus": "state",
    "state": "state",
  ]

  /// A request below `…/devices/exportTasks` of an app that is there.
  struct Call: Sendable {
    var method: String
    var app: Int64
    /// After `exportTasks`, without slashes.
    var tail: String
    var query: CloudQuery
    var body: [UInt8]
    var contentType: String
    /// `http://127.0.0.1:PORT/…/exportTasks`
    var base: String
  }

  /// - Throws: `ManagementRefusal`.
  func answer(_ call: Call) throws -> Response {
    let kind = ExportKind.named(call.tail, extended: extended)
    switch call.method {
    case "GET" where call.tail.isEmpty: return try list(call)
    case "GET": return try get(call.tail, call.app)
    case "POST" where !call.tail.isEmpty:
      guard let kind else { throw ManagementRefusal(404, "NotFound", "There is no export of that kind.") }
      return try create(kind, call)
    default: throw ManagementRefusal.method(kind == nil ? "GET" : "GET, POST")
    }
  }

  // MARK: Get and list

  private func get(_ id: String, _ app: Int64) throws -> Response {
    guard let task = try store.task(id.lowercased(), of: app) else {
      throw ManagementRefusal(404, "NotFound", "The export task was not found.")
    }
    var json = task.json
    if task.state == .started, faults.draw(.task, among: [.unknownState]) != nil { json["state"] = "Paused" }
    return CloudAnswer.json(200, json)
  }

  private func list(_ call: Call) throws -> Response {
    let wanted = try ListQuery(call.query, columns: Self.columns, top: 20, most: 40)
    let top = wanted.top ?? 20
    let (page, hasMore) = try store.tasks(of: call.app, order: wanted.order, skip: wanted.skip, top: top)
    var shown = page
    if faults.draw(.list, among: [.shuffle]) != nil {
      let before =
        wanted.skip == 0
        ? nil : try store.tasks(of: call.app, order: wanted.order, skip: wanted.skip - 1, top: 1).page.first
      shown = faults.shuffled(page, before: before)
    }
    var json: [String: Any] = ["value": shown.map(\.json)]
    if hasMore { json["nextLink"] = wanted.next(of: call.query, base: call.base) }
    return CloudAnswer.json(200, json)
  }

  // MARK: Create

  private func create(_ kind: ExportKind, _ call: Call) throws -> Response {
    let media = call.contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
    guard media == "application/json" else {
      throw ManagementRefusal(415, "UnsupportedMediaType", "The body must be application/json.")
    }
    let body = try ExportBody(kind, call.body, extended: extended, now: CloudTime.now)
    if let days = body.parameters.days, let most = faults.tooLarge(.submit, days: days) {
      throw ManagementRefusal(
        413, "RequestEntityTooLarge",
        "The period is too large: \(days) days, of which \(most) may be asked for at once.")
    }
    let task = CloudTask(
      id: UUID().uuidString.lowercased(), app: call.app, type: kind.type, format: body.format,
      description: body.description, parameters: body.parameters, container: body.container, state: .queued,
      created: CloudTime.now + Int64(faults.rule(.task, among: [.skew])?.minutes ?? 0) * 60_000)
    try store.add(task)
    engine.take(task)
    if faults.draw(.submit, among: [.lostAnswer]) != nil { return CloudAnswer.broken(202) }
    var headers = [("Location", "\(call.base)/\(task.id)?api-version=\(Self.version)")]
    // In the cloud's own time; a header holds whole seconds only.
    if speed <= 5 { headers.append(("Retry-After", String(max(1, Int(5 / speed))))) }
    return CloudAnswer.json(202, task.json, headers: headers)
  }
}
