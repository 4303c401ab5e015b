// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Synchronization
import Testing

/// How lists go on: by a link, or by a value that the next request holds.
@Suite struct ListPageTests {
  private typealias Small = SmallService

  private static func page(_ id: String, _ cursor: String?) -> ScriptedTransport.Answer {
    let next = cursor.map { #","next":\#($0)"# } ?? ""
    return ScriptedTransport.json(200, #"{"all":[{"id":"\#(id)","state":"busy","mark":"\#(Small.mark)"}]\#(next)}"#)
  }

  private func small(_ list: String, _ answers: [ScriptedTransport.Answer]) throws -> Small {
    try Small(answers) { $0.list = list }
  }

  // MARK: Cursors

  @Test func `a cursor goes into the query, beside what is there`() async throws {
    let small = try small(
      "{method: GET, path: /jobs, query: {top: 2, at: start}, each: body:/all, next: {pick: body:/next, into: query.at}, id: /id}",
      [Self.page("a", #""x y""#), Self.page("b", "7"), Self.page("c", nil)])

    #expect(try await small.service.find(small.lookup()).map(\.id) == ["a", "b", "c"])
    #expect(small.paths == ["GET /jobs?top=2&at=start", "GET /jobs?top=2&at=x%20y", "GET /jobs?top=2&at=7"])
  }

  @Test func `a cursor goes into the body with its type, whatever its form`() async throws {
    let json = try small(
      "{method: POST, path: /jobs, json: {limit: 50}, each: body:/all, next: {pick: body:/next, into: json.token}, id: /id}",
      [Self.page("a", "7"), Self.page("b", "null")])
    let form = try small(
      "{method: POST, path: /jobs, form: {Action: List}, each: body:/all, next: {pick: body:/next, into: form.Marker}, id: /id}",
      [Self.page("a", #""m&1""#), Self.page("b", #""""#)])

    #expect(try await json.service.find(json.lookup()).map(\.id) == ["a", "b"])
    #expect(try await form.service.find(form.lookup()).map(\.id) == ["a", "b"])
    #expect(json.bodies == [#"{"limit":50}"#, #"{"limit":50,"token":7}"#])
    #expect(form.bodies == ["Action=List", "Action=List&Marker=m%261"])
  }

  @Test(arguments: [#""null""#, #""-1""#, #""""#, "null"])
  func `a word for the end ends the list`(cursor: String) async throws {
    let small = try small(
      "{method: GET, path: /jobs, each: body:/all, next: {pick: body:/next, into: query.at, ends: [\"null\", -1]}, id: /id}",
      [Self.page("a", cursor)])

    #expect(try await small.service.find(small.lookup()).map(\.id) == ["a"])
    #expect(small.paths == ["GET /jobs"])
  }

  @Test func `a cursor that comes again is a circle`() async throws {
    let small = try small(
      "{method: GET, path: /jobs, each: body:/all, next: {pick: body:/next, into: query.at}, id: /id}",
      [Self.page("a", "1"), Self.page("b", "2"), Self.page("c", "1")])

    let error = try await #require(throws: ServiceError.self) { try await small.service.find(small.lookup()) }

    #expect(error.message.hasPrefix("the list goes round in a circle (request "))
    #expect(small.paths.count == 3)
  }

  @Test func `a cursor may stand in a header`() async throws {
    let small = try small(
      "{method: GET, path: /jobs, each: body:/all, next: {pick: header:X-Next, into: query.at}, id: /id}",
      [
        ScriptedTransport.json(200, #"{"all":[]}"#, [("X-Next", "z")]),
        Self.page("b", nil),
      ])

    #expect(try await small.service.find(small.lookup()).map(\.id) == ["b"])
    #expect(small.paths == ["GET /jobs", "GET /jobs?at=z"])
  }

  // MARK: Links

  @Test(arguments: [
    ("https://small.example/api", "/api/jobs?p=2", "/api/jobs?p=2"),
    ("https://small.example/api", "/jobs?p=2", "/api/jobs?p=2"),
    ("https://small.example", "jobs?p=2", "/jobs?p=2"), ("https://small.example/api", "?p=2", "/api/jobs?p=2"),
  ])
  func `a link is understood from the page that it is on`(base: String, link: String, asked: String) async throws {
    let transport = ScriptedTransport([Self.page("a", #""\#(link)""#), Self.page("b", nil)])
    let service = DescribedService(
      description: try Small.description(Small.text()), base: base, parameters: [:],
      tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)

    _ = try await service.find(try Small([Self.page("x", nil)]).lookup())

    #expect(transport.sent.map(\.url) == ["\(base)/jobs", "https://small.example\(asked)"])
  }

  @Test(arguments: [
    "https://small.example:443/api/jobs?p=2", "https://SMALL.example/api/jobs?p=2",
    "https://Small.Example:443/api/jobs?p=2",
  ])
  func `a link to the service's own host is one in any spelling, and goes where all requests go`(
    link: String
  ) async throws {
    let transport = ScriptedTransport([Self.page("a", #""\#(link)""#), Self.page("b", nil)])
    let service = DescribedService(
      description: try Small.description(Small.text()), base: "https://small.example/api", parameters: [:],
      tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)

    _ = try await service.find(try Small([Self.page("x", nil)]).lookup())

    #expect(transport.sent.map(\.url).last == "https://small.example/api/jobs?p=2")
  }

  @Test(arguments: [
    "https://small.example:444/api/jobs", "http://small.example/api/jobs", "https://small.example.evil.example/api/x",
    "https://small.example@evil.example/api/x", "https://small.example/apix", "https://small.example",
    "//evil.example/api/x",
  ])
  func `a link to another port, scheme, host or place is refused, and nothing is sent there`(link: String) async throws
  {
    let transport = ScriptedTransport([Self.page("a", #""\#(link)""#), Self.page("b", nil)])
    let service = DescribedService(
      description: try Small.description(Small.text()), base: "https://small.example/api", parameters: [:],
      tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)

    let lookup = try Small([Self.page("x", nil)]).lookup()
    await #expect(throws: ServiceError.self) { try await service.find(lookup) }

    #expect(transport.sent.map(\.url) == ["https://small.example/api/jobs"])
  }

  // MARK: The catalogue

  @Test func `lists of the catalogue go on in the same ways`() async throws {
    let bodies = Mutex<[String]>([])
    let transport = ScriptedTransport([
      { request in
        let body = String(decoding: request.body ?? [], as: UTF8.self)
        bodies.withLock { $0.append(body) }
        let isFirst = !body.contains("more")
        return HTTPResponse(
          HTTPHead(status: 200),
          body: Array(
            #"{"groups":[{"apps":[{"n":"\#(isFirst ? "a" : "c")"}]},{"apps":[{"n":"\#(isFirst ? "b" : "d")"}]}],"token":\#(isFirst ? #""more""# : "null")}"#
              .utf8))
      }
    ])
    let text = Small.text {
      $0.more = #"""
        catalogue:
          steps: [{call: {method: POST, path: /apps, json: {all: true}}, each: body:/groups/*/apps/*, next: {pick: body:/token, into: json.token}, take: {name: /n}}]
          app: {name: "${found.name}", with: {region: eu, app: "${found.name}"}}
        """#
    }
    let service = DescribedService(
      description: try Small.description(text), base: Small.base, parameters: [:],
      tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)

    let apps = try await DescribedCatalogue(service).apps()

    #expect(apps.apps.map(\.name) == ["a", "b", "c", "d"])
    #expect(bodies.withLock { $0 } == [#"{"all":true}"#, #"{"all":true,"token":"more"}"#])
  }
}
