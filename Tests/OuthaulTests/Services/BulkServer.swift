// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Synchronization

/// Query jobs of Salesforce's Bulk API 2.0, written from the published contract and not from our description of it: one
/// token by client credentials, results in pages by a locator in a header, whose end is the word `null`.
final class BulkServer: Sendable {
  struct Job: Sendable {
    var id: String
    var operation, query, object: String
    var state = "UploadComplete"
    var looks = 0
    var created: String
  }

  struct State: Sendable {
    var jobs: [Job] = []
    var tokens = 0
    /// Requests with a token that is not good.
    var refused = 0
    var deleted: [String] = []
    var aborted: [String] = []
    /// Of requests for results, in their order.
    var locators: [String] = []
    /// Submits that are still to be refused because of a limit.
    var limited = 0
    /// Jobs that were made, those that are away included.
    var made = 0
    var isAway = false
  }

  static let header = "Id,Name"
  static let pages = 3
  private let looks: Int
  private let state: Mutex<State>
  var seen: State { state.withLock { $0 } }

  /// - Parameters:
  ///   - looks: how often a job is looked at before it has ended.
  ///   - limited: submits that are refused first because of a limit.
  ///   - strangers: jobs of others that are there already, done.
  ///   - isAway: results are a page of markup for the first request, as of a gateway.
  init(looks: Int = 2, limited: Int = 0, strangers: [Job] = [], isAway: Bool = false) {
    self.looks = looks
    var state = State()
    (state.limited, state.jobs, state.isAway) = (limited, strangers, isAway)
    self.state = Mutex(state)
  }

  func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    let parts = request.target.split(separator: "?", maxSplits: 1).map(String.init)
    if parts[0] == "/services/oauth2/token" { return token(request) }
    guard request.fields["authorization"] == "Bearer session-\(seen.tokens)" else {
      state.withLock { $0.refused += 1 }
      return .json(401, #"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#)
    }
    let steps = parts[0].split(separator: "/").map(String.init)
    guard steps.prefix(5) == ["services", "data", "v62.0", "jobs", "query"] else { return Self.absent }
    let query = URLComponents(string: request.target)?.queryItems ?? []
    switch (request.method, steps.count) {
    case ("POST", 5): return create(request)
    case ("GET", 5): return list
    case ("GET", 6): return look(at: steps[5])
    case ("GET", 7) where steps[6] == "results": return results(of: steps[5], query)
    case ("PATCH", 6): return abort(steps[5], request)
    case ("DELETE", 6): return delete(steps[5])
    default: return Self.absent
    }
  }

  private static let absent = ScriptedServer.Reply.json(
    404, #"[{"message":"The requested resource does not exist","errorCode":"NOT_FOUND"}]"#)

  private func token(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    let form = URLComponents(string: "?\(request.body)")?.queryItems ?? []
    func value(_ name: String) -> String? { form.first { $0.name == name }?.value }
    guard value("grant_type") == "client_credentials", value("client_id") == "consumer",
      value("client_secret") == "s3cret"
    else { return .json(400, #"{"error":"invalid_client","error_description":"invalid client credentials"}"#) }
    let number = state.withLock { state in
      state.tokens += 1
      return state.tokens
    }
    return .json(200, #"{"access_token":"session-\#(number)","token_type":"Bearer","issued_at":"1"}"#)
  }

  private func create(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard let asked = try? JSONValue(parsing: Array(request.body.utf8)), let query = asked["query"]?.string,
      let operation = asked["operation"]?.string, asked["contentType"] == "CSV",
      let object = query.firstMatch(of: #/ FROM (\w+)/#)
    else { return .json(400, #"[{"message":"malformed","errorCode":"API_ERROR"}]"#) }
    return state.withLock { state in
      guard state.limited == 0 else {
        state.limited -= 1
        return .json(403, #"[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#)
      }
      state.made += 1
      let time = WallClock().now.description.prefix(19)
      let job = Job(
        id: "750R000000\(10_000 + state.made)", operation: operation, query: query, object: String(object.1),
        created: "\(time).000+0000")
      state.jobs.append(job)
      return .json(200, Self.shown(job).canonicalText)
    }
  }

  private static func shown(_ job: Job) -> JSONValue {
    [
      "id": .string(job.id), "operation": .string(job.operation), "object": .string(job.object),
      "createdDate": .string(job.created), "state": .string(job.state), "contentType": "CSV", "apiVersion": 62,
    ]
  }

  private var list: ScriptedServer.Reply {
    let jobs = seen.jobs.map { Self.shown($0) }
    let body: JSONValue = ["done": true, "records": .array(jobs), "nextRecordsUrl": .null]
    return .json(200, body.canonicalText)
  }

  private func look(at id: String) -> ScriptedServer.Reply {
    state.withLock { state in
      guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return Self.absent }
      state.jobs[index].looks += 1
      switch (state.jobs[index].state, state.jobs[index].looks) {
      case ("Aborted", _): break
      case (_, looks...): state.jobs[index].state = "JobComplete"
      default: state.jobs[index].state = "InProgress"
      }
      return .json(200, Self.shown(state.jobs[index]).canonicalText)
    }
  }

  private func results(of id: String, _ query: [URLQueryItem]) -> ScriptedServer.Reply {
    let locator = query.first { $0.name == "locator" }?.value
    let number = locator.flatMap { Int($0.dropFirst(2)) } ?? 0
    let (isThere, isAway) = state.withLock { state in
      state.locators.append(locator ?? "")
      defer { state.isAway = false }
      return (state.jobs.contains { $0.id == id && $0.state == "JobComplete" }, state.isAway)
    }
    if isAway { return .answer(200, ["Content-Type": "text/html"], Array("<html>\nDown\nfor a while</html>\n".utf8)) }
    guard isThere, number < Self.pages else { return Self.absent }
    let body = "\(Self.header)\n\(id)-\(number)a,One\n\(id)-\(number)b,\"Two, three\"\n"
    let next = number + 1 < Self.pages ? "MT\(number + 1)" : "null"
    return .answer(
      200, ["Content-Type": "text/csv", "Sforce-Locator": next, "Sforce-NumberOfRecords": "2"], Array(body.utf8))
  }

  private func abort(_ id: String, _ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    guard request.body == #"{"state":"Aborted"}"# else { return .json(400, "[]") }
    return state.withLock { state in
      guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return Self.absent }
      state.aborted.append(id)
      state.jobs[index].state = "Aborted"
      return .json(200, Self.shown(state.jobs[index]).canonicalText)
    }
  }

  private func delete(_ id: String) -> ScriptedServer.Reply {
    state.withLock { state in
      guard state.jobs.contains(where: { $0.id == id }) else { return Self.absent }
      state.deleted.append(id)
      state.jobs.removeAll { $0.id == id }
      return .answer(204)
    }
  }
}
