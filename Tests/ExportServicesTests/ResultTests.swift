// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Logging
import Testing

@testable import ExportServices

/// What is fetched from services that keep their files.
@Suite struct ResultTests {
  typealias Script = @Sendable (HTTPRequest) throws -> HTTPResponse

  /// A file as a store would get it.
  struct Taken: Equatable {
    var file: FetchedFile
    var text: String
  }

  /// A service with a result of that form, which answers by a script and asks with a token.
  struct Bench {
    let transport: ScriptedTransport
    let service: DescribedService
    var facts: [String: String] = [:]

    init(
      _ result: String, submit: String? = nil, refusals: String? = nil, tokens: (any TokenSource)? = nil,
      _ script: @escaping Script
    ) throws {
      transport = ScriptedTransport([script])
      let text = SmallService.text {
        $0.result = result
        $0.facts = "{made: body:/made}"
        $0.submit = submit ?? $0.submit
        $0.refusals = refusals ?? $0.refusals
      }
      service = DescribedService(
        description: try SmallService.description(text), base: SmallService.base, parameters: ["account": "a-1"],
        tokens: tokens ?? CredentialCatalog.tokens(for: .bearer(Secret("token-canary")), transport: transport),
        transport: transport)
    }

    var task: TaskReference {
      var task = SmallService.task("t-1")
      task.making = TaskMaking(mark: SmallService.mark, format: "json")
      return task
    }

    func take() async throws -> [Taken] {
      var taken: [Taken] = []
      try await service.source(of: task, status: TaskStatus(.succeeded, facts: facts)).files { file, body in
        var bytes: [UInt8] = []
        while let chunk = try await body.next() { bytes += chunk }
        taken.append(Taken(file: file, text: String(decoding: bytes, as: UTF8.self)))
      }
      return taken
    }

    /// What was asked for, and whether with the token.
    var asked: [String] {
      transport.sent.map { request in
        let proof = request.headers.first { $0.name == "Authorization" }?.value
        return "\(request.method) \(request.url)\(proof == "Bearer token-canary" ? " as us" : "")"
      }
    }
  }

  static func answer(_ text: String, _ status: Int = 200, _ headers: [(name: String, value: String)] = [])
    -> HTTPResponse
  {
    HTTPResponse(HTTPHead(status: status, headers: headers), body: Array(text.utf8))
  }

  static func failure(_ body: () async throws -> Void) async -> ServiceError? {
    do {
      try await body()
      return nil
    } catch { return error as? ServiceError }
  }

  // MARK: pages

  static let headerPages =
    #"{kind: pages, call: {method: GET, path: "/jobs/${task.id}/rows", query: {size: "2", at: "${page.cursor}"}}, "#
    + #"cursor: {from: header:X-Next, ends: ["null"]}, count: header:X-Rows, name: "part-${page.number}"}"#

  @Test func `pages are fetched until the cursor is an end word, and the first is asked for without one`() async throws
  {
    let bench = try Bench(Self.headerPages) { request in
      switch request.url {
      case "https://small.example/jobs/t-1/rows?size=2": Self.answer("a", 200, [("X-Next", "c 1"), ("X-Rows", "2")])
      case "https://small.example/jobs/t-1/rows?size=2&at=c%201":
        Self.answer("b", 200, [("x-next", "c2"), ("X-Rows", "1")])
      case "https://small.example/jobs/t-1/rows?size=2&at=c2":
        Self.answer("c", 200, [("X-Next", "null"), ("X-Rows", "0")])
      default: Self.answer("?", 404)
      }
    }

    let taken = try await bench.take()

    #expect(
      taken == [
        Taken(file: FetchedFile(name: "part-1", rows: 2), text: "a"),
        Taken(file: FetchedFile(name: "part-2", rows: 1), text: "b"),
        Taken(file: FetchedFile(name: "part-3", rows: 0), text: "c"),
      ])
    #expect(bench.asked.allSatisfy { $0.hasSuffix(" as us") })
    #expect(bench.transport.sent[0].headers.contains { $0.name == "Accept" && $0.value == "*/*" })
  }

  @Test(arguments: [
    ([], "how many rows it has"), ([("X-Next", "null")], "how many rows it has"),
    ([("X-Next", "null"), ("X-Rows", "many")], "how many rows it has"), ([("X-Rows", "2")], "how it goes on"),
  ])
  func `a page that lacks what every page tells is none`(
    headers: [(String, String)], lacks: String
  ) async throws {
    let bench = try Bench(Self.headerPages) { _ in
      Self.answer("<html>", 200, headers.map { (name: $0.0, value: $0.1) })
    }

    let error = await Self.failure { _ = try await bench.take() }

    #expect(error?.kind == .again)
    #expect(error?.message.contains("does not say \(lacks)") ?? false, "\(error?.message ?? "")")
  }

  @Test func `a cursor is picked from a body while it goes through`() async throws {
    let result =
      #"{kind: pages, call: {method: POST, path: /rows, json: {task: "${task.id}", token: "${page.cursor}"}}, "#
      + "cursor: {from: body:/paging/next}}"
    let pages = [
      #"{"token":1}"#: #"{"rows":[{"paging":{"next":"x"}}],"paging":{"before":[1],"next":"two"}}"#,
      #"{"task":"t-1"}"#: #"{"paging":{"next":1},"rows":[]}"#,
    ]
    let bench = try Bench(result) { request in
      let body = String(decoding: request.body ?? [], as: UTF8.self)
      if body == #"{"task":"t-1","token":"1"}"# { return Self.answer(pages[#"{"token":1}"#] ?? "") }
      if body == #"{"task":"t-1","token":"two"}"# { return Self.answer(#"{"rows":[],"paging":{"next":null}}"#) }
      return Self.answer(pages[body] ?? "?")
    }

    let taken = try await bench.take()

    #expect(taken.map(\.file.name) == ["page 1", "page 2", "page 3"])
    #expect(taken[1].text == pages[#"{"token":1}"#])
  }

  @Test func `pages that go round in a circle end, and so does a page that is no JSON where it should tell the next`()
    async throws
  {
    let circle = try Bench(Self.headerPages) { _ in Self.answer("a", 200, [("X-Next", "again"), ("X-Rows", "1")]) }
    let broken = try Bench(
      #"{kind: pages, call: {method: GET, query: {at: "${page.cursor}"}}, cursor: {from: body:/next}}"#
    ) { _ in Self.answer("{oops") }
    let half = try Bench(
      #"{kind: pages, call: {method: GET, query: {at: "${page.cursor}"}}, cursor: {from: body:/next}}"#
    ) { _ in Self.answer(#"{"rows":[{"id":"#) }

    let first = await Self.failure { _ = try await circle.take() }
    let second = await Self.failure { _ = try await broken.take() }

    #expect(first == ServiceError(.never, "the pages of the result go round in a circle"))
    #expect(circle.transport.sent.count == 2)
    let third = await Self.failure { _ = try await half.take() }
    #expect(second?.kind == .again && third?.kind == .again)
    #expect(second?.message.hasPrefix("a page is not JSON, and does not say how it goes on (request ") == true)
  }

  // MARK: answer

  static let whole = #"{kind: answer, call: {method: GET, path: "/jobs/${task.id}/file/${task.made}/${job.attempt}"}}"#

  @Test func `the body of one answer is the file`() async throws {
    var bench = try Bench(Self.whole) { _ in Self.answer("content") }
    bench.facts = ["made": "today"]

    let taken = try await bench.take()

    #expect(taken == [Taken(file: FetchedFile(), text: "content")])
    #expect(bench.asked == ["GET https://small.example/jobs/t-1/file/today/2 as us"])
  }

  @Test(arguments: [
    (404, ErrorClass.gone, nil as Duration?), (410, .gone, nil), (429, .busy, .seconds(7)), (400, .never, nil),
    (500, .again, nil), (403, .login, nil),
  ])
  func `what is no file is classed by the refusals`(status: Int, kind: ErrorClass, pause: Duration?) async throws {
    let bench = try Bench(
      Self.whole.replacing("/${task.made}", with: ""),
      refusals: "[{status: [429], means: busy, wait: header:Retry-After}, {status: [403], means: login}]"
    ) { _ in Self.answer(#"{"error":{"code":"No","message":"token-canary"}}"#, status, [("Retry-After", "7")]) }

    let error = await Self.failure { _ = try await bench.take() }

    #expect(error?.kind == kind)
    #expect(error?.retryAfter == pause)
    #expect(error?.status == status)
    #expect(error?.requestID != nil)
    #expect(error?.message.hasPrefix("\(status) No: <secret> (request ") == true)
  }

  @Test func `a refusal inside a good answer is no file, and what only looks like one is`() async throws {
    let refusals = "[{when: {body:/success: false}, on: [fetch], means: again}]"
    let call = "{kind: answer, call: {method: GET, path: /file}}"
    let refused = try Bench(call, refusals: refusals) { _ in Self.answer(#"{"success":false}"#) }
    let long = try Bench(call, refusals: refusals) { _ in
      Self.answer(#"{"success":false,"rows":[""# + String(repeating: "x", count: 70_000) + #""]}"#)
    }
    let list = try Bench(call, refusals: refusals) { _ in Self.answer(#"[{"success":false}]"#) }

    let error = await Self.failure { _ = try await refused.take() }

    #expect(error?.kind == .again)
    #expect(try await long.take().first?.text.utf8.count == 70_029)
    #expect(try await list.take().first?.text == #"[{"success":false}]"#)
  }

  /// Has another token for each that is refused.
  private struct Renewing: TokenSource {
    func token() async throws -> Secret? { Secret("token-canary") }
    func refused(_ token: Secret) async -> Bool { true }
  }

  @Test func `a token that is refused is renewed once`() async throws {
    let bench = try Bench("{kind: answer, call: {method: GET, path: /file}}", tokens: Renewing()) { _ in
      Self.answer("", 401)
    }

    let error = await Self.failure { _ = try await bench.take() }

    #expect(bench.asked.count == 2)
    #expect(error?.status == 401)
  }

  @Test func `a body that is cut is tried again later`() async throws {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let transport = AsyncHTTPTransport(userAgent: "test", logger: logger)
    let error = try await ScriptedServer.with({ _ in
      .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1,2".utf8))
    }) { server in
      let text = SmallService.text { $0.result = "{kind: answer, call: {method: GET, path: /file}}" }
      let service = DescribedService(
        description: try SmallService.description(text), base: server.url, parameters: [:],
        tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)
      return await Self.failure {
        try await service.source(of: SmallService.task("t"), status: TaskStatus(.succeeded)).files { _, body in
          while try await body.next() != nil {}
        }
      }
    }
    try await transport.shutdown()

    #expect(error?.kind == .again)
    #expect(error?.message.contains("the connection ended early") == true, "\(error?.message ?? "")")
    #expect(error?.requestID != nil)
  }

  // MARK: container

  @Test func `names of files are filled with what the task was made with`() throws {
    let bench = try Bench(
      #"{kind: container, rights: ldrw, names: ["${job.name}/devices.txt"], optional: ["${task.id}/${param.account}"], ignore: ["*/probe"]}"#,
      submit:
        #"{method: POST, path: /jobs, expect: [201], id: body:/id, json: {name: "${job.name}", mark: "${job.mark}"}}"#
    ) { _ in Self.answer("") }

    let finished = bench.service.finished(bench.task, status: TaskStatus(.succeeded))

    #expect(finished.names == ["outhaul-\(SmallService.mark.key)-2/devices.txt"])
    #expect(finished.optional == ["t-1/a-1"])
    #expect(finished.ignored == [Glob("*/probe")])
    #expect(bench.service.traits.delivery == .container(rights: "rwdl"))
  }

  @Test func `a file that must be there and cannot be named is missing, not forgotten`() throws {
    let bench = try Bench(#"{kind: container, names: ["${task.id}/${task.made|compact}", "${task.id}/all"]}"#) { _ in
      Self.answer("")
    }

    let unknown = bench.service.finished(bench.task, status: TaskStatus(.succeeded))
    let known = bench.service.finished(
      bench.task, status: TaskStatus(.succeeded, facts: ["made": "2016-01-01T00:00:00Z"]))

    #expect(unknown.names == ["${task.id}/${task.made}", "t-1/all"])
    #expect(known.names == ["t-1/20160101T000000Z", "t-1/all"])
  }
}
