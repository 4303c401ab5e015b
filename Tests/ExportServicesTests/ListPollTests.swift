// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import ExportTesting
import Logging
import Testing

/// Many tasks looked at by the service's list.
@Suite struct ListPollTests {
  private typealias Small = SmallService

  private static func paged(_ parts: inout SmallService.Parts) {
    parts.list = "{method: GET, path: /jobs, each: body:/all, next: body:/next, id: /id, created: /made, page: 2}"
  }

  private func told(_ found: [FoundTask]) -> [String] { found.map { "\($0.id) \($0.status.phase)" } }

  @Test func `one page tells of every task on it that was asked for, and no further page is read`() async throws {
    let small = try Small(
      pages: [
        "/jobs": Small.page(
          [Small.item("a", "12:00:03"), Small.item("x", "12:00:02"), Small.item("b", "12:00:01", state: "ok")],
          next: "/more")
      ], Self.paged)

    let found = try await small.service.poll([Small.task("b"), Small.task("a")])

    #expect(told(found) == ["a running", "b succeeded"])
    #expect(small.paths == ["GET /jobs"])
    #expect(small.service.traits.listPage == 2)
  }

  @Test func `pages that show a task again, or in another order, do not matter, and an end that was seen stays`()
    async throws
  {
    let small = try Small(
      pages: [
        "/jobs": Small.page([Small.item("a", "12:00:01", state: "ok"), Small.item("b", "12:00:09")], next: "/2"),
        "/2": Small.page([Small.item("a", "12:00:01"), Small.item("b", "12:00:09", state: "ok")], next: "/3"),
        "/3": Small.page([Small.item("c", "12:00:20")]),
      ], Self.paged)

    let found = try await small.service.poll(["a", "b", "c"].map { Small.task($0) })

    #expect(told(found) == ["a succeeded", "b succeeded", "c running"])
  }

  @Test func `what the list does not show is left out, and a few pages of others are the bound`() async throws {
    var pages: [String: String] = [:]
    for number in 0..<10 {
      let path = number == 0 ? "/jobs" : "/\(number)"
      pages[path] = Small.page([Small.item("x\(number)", "12:00:00")], next: "/\(number + 1)")
    }
    pages["/3"] = Small.page([Small.item("a", "12:00:00")], next: "/4")
    let small = try Small(pages: pages, Self.paged)
    let short = try Small(pages: ["/jobs": Small.page([])], Self.paged)

    #expect(told(try await small.service.poll(["a", "b", "c"].map { Small.task($0) })) == ["a running"])
    #expect(small.paths == ["GET /jobs", "GET /1", "GET /2", "GET /3"])
    #expect(try await short.service.poll([Small.task("a")]).isEmpty)
  }

  @Test(arguments: [(200, "{}"), (200, "<html>"), (200, #"{"all":{}}"#), (429, "{}"), (500, "{}")])
  func `a list that cannot be read is an error, never an empty answer`(status: Int, body: String) async throws {
    let small = try Small([ScriptedTransport.json(status, body)], Self.paged)

    await #expect(throws: ServiceError.self) { try await small.service.poll([Small.task("a")]) }
  }

  @Test func `without a page in the description tasks are looked at one by one`() async throws {
    let small = try Small([ScriptedTransport.json(200, "{}")])

    await #expect(throws: ServiceError.self) { try await small.service.poll([Small.task("a")]) }
    #expect(small.service.traits.listPage == nil)
    #expect(small.paths.isEmpty)
  }

  @Test func `the list of Mobile Engagement tells of forty tasks in one call over a real socket`() async throws {
    let items = (0..<40).map { #"{"id":"t-\#($0)","state":"Started","dateCreated":"2016-01-10T12:00:00Z"}"# }
    try await ScriptedServer.with { _ in
      .json(
        200, #"{"value":[\#(items.joined(separator: ","))],"nextLink":""}"#,
        [
          "x-ms-ratelimit-remaining-subscription-reads": "11998", "x-ms-ratelimit-remaining-tenant-reads": "77",
          "Retry-After": "3",
        ])
    } _: { server in
      let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      let transport = AsyncHTTPTransport(userAgent: "outhaul/test", logger: logger)
      let service = DescribedService(
        description: try #require(MobileEngagementTests.description), base: server.url,
        parameters: ["subscription": "s-1", "resource_group": "ME"],
        tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)

      let found = try await service.poll(
        (0..<40).map { TaskReference(id: "t-\($0)", appParameters: MobileEngagementTests.app, dataset: "tag") })
      try await transport.shutdown()

      #expect(found.count == 40)
      #expect(found.allSatisfy { $0.status.phase == .running && $0.status.remaining == 77 })
      #expect(found.allSatisfy { $0.status.retryAfter == .seconds(3) })
      #expect(server.requests.count == 1)
      #expect(service.traits.listPage == 40)
    }
  }
}
