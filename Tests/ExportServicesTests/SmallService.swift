// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// A small service for tests: a description of which each part can be told, against answers by a script.
struct SmallService {
  static let base = "https://small.example"
  static let mark = TaskMark(JobKey(Digest(of: "job")), attempt: 2)
  static let app: [String: JSONValue] = ["region": "eu", "app": "shop"]
  static let since = Instant("2016-01-10T12:00:00Z") ?? Instant(seconds: 0)

  /// The parts that tests tell; the others are always the same.
  struct Parts {
    var limits = "{active: 2}"
    var submit = #"{method: POST, path: "/jobs", expect: [201], id: body:/id, json: {mark: "${job.mark}"}}"#
    var poll = #"{method: GET, path: "/jobs/${task.id|urlpath}", every: 5s}"#
    var state =
      "{from: body:/state, queued: [new], running: [busy], done: [ok], failed: [bad], cancelled: [off], reason: body:/why}"
    var refusals =
      "[{status: [404], on: [poll, cancel], means: gone}, {status: [429], means: busy, wait: header:Retry-After}]"
    var recover = "{class: marked, mark: /mark}"
    var list: String? = "{method: GET, path: /jobs, each: body:/all, next: body:/next, id: /id, created: /made}"
    var cancel: String?
    var facts = "{}"
    var result = "{kind: container}"
    var rows = "{each: /*}"
    /// What the dataset adds to the submit request.
    var form = #"{values: {path: rows}, json: {from: "${window.start}"}}"#
    /// Members of the description that only some tests have.
    var more = ""
  }

  static func text(_ change: (inout Parts) -> Void = { _ in }) -> String {
    var parts = Parts()
    change(&parts)
    return """
      service: small
      revision: 1
      base: \(base)
      params: {account: {type: text}}
      app_params: {region: {type: text}, app: {type: text}}
      formats: {json: JSON}
      limits: \(parts.limits)
      facts: \(parts.facts)
      datasets:
        rows:
          kind: historical
          options: {size: {type: int}, kind: {values: {small: S, large: L}}}
          window: {unit: day, render: date, end: open}
          forms: [\(parts.form)]
          rows: \(parts.rows)
      submit: \(parts.submit)
      poll: \(parts.poll)
      state: \(parts.state)
      refusals: \(parts.refusals)
      result: \(parts.result)
      recover: \(parts.recover)
      \(parts.list.map { "list: \($0)" } ?? "# no list")
      \(parts.cancel.map { "cancel: \($0)" } ?? "# no cancel")
      \(parts.more)

      """
  }

  static func description(_ text: String) throws -> ServiceDescription {
    let (description, problems) = ServiceDescription.load(SourceFile(name: "small.yaml", text: text))
    return try #require(description, "\(problems.text())")
  }

  let transport: ScriptedTransport
  let service: DescribedService

  init(_ answers: [ScriptedTransport.Answer], _ change: (inout Parts) -> Void = { _ in }) throws {
    transport = ScriptedTransport(answers)
    service = DescribedService(
      description: try Self.description(Self.text(change)), base: Self.base, parameters: ["account": "a-1"],
      tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)
  }

  /// Answers by address; others get 404.
  init(pages: [String: String], _ change: (inout Parts) -> Void = { _ in }) throws {
    try self.init(
      [
        { request in
          let page = pages[String(request.url.dropFirst(Self.base.count))]
          return HTTPResponse(HTTPHead(status: page == nil ? 404 : 200), body: Array((page ?? "{}").utf8))
        }
      ], change)
  }

  var paths: [String] { transport.sent.map { "\($0.method) \($0.url.dropFirst(Self.base.count))" } }
  var bodies: [String] { transport.sent.map { String(decoding: $0.body ?? [], as: UTF8.self) } }

  func order(options: [String: JSONValue] = [:]) -> TaskOrder { Self.order(options: options) }

  static func order(options: [String: JSONValue] = [:]) -> TaskOrder {
    TaskOrder(
      mark: mark, appParameters: app, dataset: "rows", options: options, format: "json",
      window: SentWindow(start: "2016-01-01", end: "2016-01-02"), delivery: Secret("https://acct.example/c?sig=canary"))
  }

  func lookup(options: [String: JSONValue] = [:]) -> TaskLookup {
    TaskLookup(
      mark: Self.mark, appParameters: Self.app, dataset: "rows", options: options, format: "json",
      window: SentWindow(start: "2016-01-01", end: "2016-01-02"), since: Self.since)
  }

  static func task(_ id: String) -> TaskReference { TaskReference(id: id, appParameters: app, dataset: "rows") }

  /// `time` of the day of the intent, such as `12:00:01`; `more` are members.
  static func item(_ id: String, _ time: String?, state: String = "busy", _ more: String = "") -> String {
    let made = time.map { #","made":"2016-01-10T\#($0)Z""# } ?? ""
    return #"{"id":"\#(id)","state":"\#(state)"\#(made)\#(more.isEmpty ? "" : "," + more)}"#
  }

  static func page(_ items: [String], next: String? = nil) -> String {
    #"{"all":[\#(items.joined(separator: ","))]\#(next.map { #","next":"\#(base)\#($0)""# } ?? "")}"#
  }
}
