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
  private static let kinds: [String: (type: String, isRange: Bool)] = [
    "activities": ("Activity", true), "crashes": ("Crash", true), "errors": ("Error", true), "events": ("Event", true),
    "jobs": ("Job", true), "sessions": ("Session", true), "tags": ("Tag", false), "tokens": ("Token", false),
    "devices": ("Device", false), "feedbackbydate": ("Push", false), "feedbackbycampaign": ("Push", false),
  ]

  /// A request below `…/devices/exportTasks`.
  struct Call: Sendable {
    var method: String
    /// Of the app: `subscription/group/collection/name`.
    var app: String
    /// After `exportTasks`, without slashes.
    var tail: String
    var query: CloudQuery
    var body: [UInt8]
    var contentType: String
    /// `http://127.0.0.1:PORT/…/exportTasks`
    var base: String
  }

  func answer(_ call: Call) throws -> Response {
    guard let app = try store.app(path: call.app) else {
      return CloudAnswer.error(404, "ResourceNotFound", "The app was not found.")
    }
    switch (call.method, call.tail) {
    case ("GET", ""): return try list(call, app)
    case ("GET", let id): return try get(id, app)
    case ("POST", let kind) where !kind.isEmpty: return try create(kind.lowercased(), call, app)
    case (_, let tail):
      let allowed = tail.isEmpty ? "GET" : "GET, POST"
      return CloudAnswer.error(
        405, "MethodNotAllowed", "The method is not allowed here.", headers: [("Allow", allowed)])
    }
  }

  // MARK: Get and list

  private func get(_ id: String, _ app: Int64) throws -> Response {
    guard let task = try store.task(id.lowercased(), of: app) else {
      return CloudAnswer.error(404, "NotFound", "The export task was not found.")
    }
    var json = task.json
    if task.state == .started, faults.draw(.task, among: [.unknownState]) != nil { json["state"] = "Paused" }
    return CloudAnswer.json(200, json)
  }

  private func list(_ call: Call, _ app: Int64) throws -> Response {
    guard let skip = Self.number(call.query["$skip"], default: 0, in: 0...Int.max),
      let top = Self.number(call.query["$top"], default: 20, in: 1...40)
    else { return Self.bad("$skip must be at least 0 and $top from 1 to 40.") }
    let orderText = call.query["$orderby"] ?? "taskId asc"
    guard let order = Self.order(orderText) else { return Self.bad("'$orderby' names no property of a task.") }
    let (page, hasMore) = try store.tasks(of: app, order: order, skip: skip, top: top)
    var shown = page
    if faults.draw(.list, among: [.shuffle]) != nil {
      let before = skip == 0 ? nil : try store.tasks(of: app, order: order, skip: skip - 1, top: 1).page.first
      shown = faults.shuffled(page, before: before)
    }
    var json: [String: Any] = ["value": shown.map(\.json)]
    if hasMore {
      var items = ["api-version=\(Self.version)", "$skip=\(skip + top)", "$top=\(top)"]
      if call.query["$orderby"] != nil {
        items.append("$orderby=" + (orderText.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""))
      }
      json["nextLink"] = "\(call.base)?\(items.joined(separator: "&"))"
    }
    return CloudAnswer.json(200, json)
  }

  private static func number(_ text: String?, default value: Int, in range: ClosedRange<Int>) -> Int? {
    guard let text else { return value }
    return Int(text).flatMap { range.contains($0) ? $0 : nil }
  }

  /// `property [asc|desc]` as SQL; ties by id.
  private static func order(_ text: String) -> String? {
    let words = text.split(separator: " ").map { $0.lowercased() }
    let columns = [
      "taskid": "id", "id": "id", "errordetails": "error", "datecreated": "created", "taskstatus": "state",
      "state": "state",
    ]
    guard (1...2).contains(words.count), let column = columns[words[0]] else { return nil }
    guard words.count == 1 || words[1] == "asc" || words[1] == "desc" else { return nil }
    let direction = words.count == 2 ? words[1] : "asc"
    // Tasks of one second keep the order in which they came.
    return column == "created" ? "created \(direction), seq \(direction)" : "\(column) \(direction), id"
  }

  // MARK: Create

  private func create(_ kind: String, _ call: Call, _ app: Int64) throws -> Response {
    guard let (type, isRange) = Self.kinds[kind], type != "Device" || extended else {
      return CloudAnswer.error(404, "NotFound", "There is no export of that kind.")
    }
    guard call.contentType.lowercased().hasPrefix("application/json") else {
      return CloudAnswer.error(415, "UnsupportedMediaType", "The body must be application/json.")
    }
    guard let body = (try? JSONSerialization.jsonObject(with: Data(call.body))) as? [String: Any] else {
      return Self.bad("The body is not a JSON object.")
    }
    guard let format = body["exportFormat"] as? String, ["JsonBlob", "CsvBlob"].contains(format) else {
      return Self.bad("'exportFormat' must be JsonBlob or CsvBlob.")
    }
    guard let container = body["containerUrl"] as? String, Self.isContainer(container) else {
      return Self.bad("'containerUrl' must be the URL of a container with a signature that has not expired.")
    }
    guard body["description"] == nil || body["description"] is String else {
      return Self.bad("'description' must be a text.")
    }
    var parameters = TaskParameters()
    if isRange {
      guard let first = (body["startDate"] as? String).flatMap(CloudTime.day),
        let last = (body["endDate"] as? String).flatMap(CloudTime.day), first <= last
      else { return Self.bad("'startDate' and 'endDate' must be days (yyyy-MM-dd) in order.") }
      (parameters.firstDay, parameters.lastDay) = (first, last)
    }
    if type == "Push" {
      if let problem = Self.campaigns(kind, body, &parameters) { return Self.bad(problem) }
    }
    if let days = parameters.days, let most = faults.tooLarge(.submit, days: days) {
      return CloudAnswer.error(
        413, "RequestEntityTooLarge",
        "The period is too large: \(days) days, of which \(most) may be asked for at once.")
    }
    let task = CloudTask(
      id: UUID().uuidString.lowercased(), app: app, type: type, format: format,
      description: body["description"] as? String, parameters: parameters, container: container, state: .queued,
      created: CloudTime.now + Int64(faults.rule(.task, among: [.skew])?.minutes ?? 0) * 60_000)
    try store.add(task)
    engine.take(task)
    if faults.draw(.submit, among: [.lostAnswer]) != nil { return CloudAnswer.broken(202) }
    var headers = [("Location", "\(call.base)/\(task.id)?api-version=\(Self.version)")]
    // In the cloud's own time; a header holds whole seconds only.
    if speed <= 5 { headers.append(("Retry-After", String(max(1, Int(5 / speed))))) }
    return CloudAnswer.json(202, task.json, headers: headers)
  }

  private static func campaigns(_ kind: String, _ body: [String: Any], _ parameters: inout TaskParameters) -> String? {
    guard let type = body["campaignType"] as? String, DeviceGenerator.campaignKinds.contains(type) else {
      return "'campaignType' must be Announcement, DataPush, NativePush or Poll."
    }
    parameters.campaignKind = type
    if kind == "feedbackbycampaign" {
      guard let ids = body["campaignIds"] as? [Int], !ids.isEmpty else {
        return "'campaignIds' must hold at least one number."
      }
      parameters.campaigns = ids.map(Int64.init)
      return nil
    }
    guard let start = (body["campaignWindowStart"] as? String).flatMap(CloudTime.instant),
      let end = (body["campaignWindowEnd"] as? String).flatMap(CloudTime.instant), start < end
    else { return "'campaignWindowStart' and 'campaignWindowEnd' must be instants in order." }
    (parameters.windowStart, parameters.windowEnd) = (start, end)
    return nil
  }

  /// An absolute URL with a container, a signature, and an expiry that is not past (contract.md 8, row 20).
  private static func isContainer(_ text: String) -> Bool {
    guard let url = URLComponents(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
      url.host?.isEmpty == false, url.path.split(separator: "/").count >= 1
    else { return false }
    let query = CloudQuery(url.percentEncodedQuery)
    guard query["sig"]?.isEmpty == false else { return false }
    guard let expiry = query["se"] else { return true }
    return (CloudTime.instant(expiry) ?? 0) > CloudTime.now
  }

  private static func bad(_ message: String) -> Response { CloudAnswer.error(400, "BadRequest", message) }
}
