// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// A service that answers in XML.
@Suite struct XMLAnswerTests {
  private typealias Small = SmallService

  private static func entry(_ id: String, _ state: String, _ name: String) -> String {
    """
    <entry xmlns="http://www.w3.org/2005/Atom" xmlns:i="http://schema.example/i"><updated>2016-01-10T12:00:01Z</updated>
    <content type="application/xml"><Job xmlns="http://schema.example/connect"><JobId> \(id)
    </JobId><i:Status>\(state)</i:Status><Name><![CDATA[\(name)]]></Name><Why>a &lt; b &amp; c &#65;</Why></Job></content></entry>
    """
  }

  private static func change(_ parts: inout Small.Parts) {
    parts.form = "{values: {path: rows}}"
    parts.submit = """
      {method: POST, path: /jobs, expect: [201], id: xml:/entry/content/Job/JobId, xml: "<Job><Name>${job.mark}</Name></Job>"}
      """
    parts.poll = #"{method: GET, path: "/jobs/${task.id|urlpath}", every: 5s}"#
    parts.state =
      "{from: xml:/entry/content/Job/Status, fold_case: true, running: [started], done: [completed], failed: [failed], reason: xml:/entry/content/Job/Why}"
    parts.list =
      "{method: GET, path: /jobs, each: xml:/feed/entry, next: xml:/feed/next, id: /content/Job/JobId, created: /updated, page: 10}"
    parts.recover = "{class: marked, mark: /content/Job/Name}"
  }

  @Test func `ids, states and reasons are picked by the names of elements, whatever their namespaces`() async throws {
    let small = try Small(
      [
        ScriptedTransport.json(201, "<?xml version=\"1.0\"?>\n" + Self.entry("7", "Started", "x")),
        ScriptedTransport.json(200, Self.entry("7", "STARTED", "x")),
        ScriptedTransport.json(200, Self.entry("7", "Failed", "x")),
      ], Self.change)

    #expect(try await small.service.submit(small.order()).id == "7")
    #expect(try await small.service.poll(Small.task("7")).phase == .running)
    #expect(try await small.service.poll(Small.task("7")).phase == .failed(reason: "a < b & c A"))
    #expect(small.bodies[0] == "<Job><Name>\(Small.mark)</Name></Job>")
    #expect(small.transport.sent[0].headers.contains { $0 == ("Content-Type", "application/xml; charset=utf-8") })
  }

  @Test func `a feed is a list of its entries, page by page`() async throws {
    let small = try Small(
      pages: [
        "/jobs":
          "<feed>\(Self.entry("1", "Started", "other"))\(Self.entry("2", "Completed", Small.mark.description))<next>\(Small.base)/more</next></feed>",
        "/more": "<feed><next/>\(Self.entry("3", "Started", "x"))</feed>",
      ], Self.change)

    let found = try await small.service.find(small.lookup())
    let polled = try await small.service.poll([Small.task("1"), Small.task("3")])

    #expect(found.map(\.id) == ["2"])
    #expect(found.map(\.status.phase) == [.succeeded])
    #expect(polled.map(\.id) == ["1", "3"])
    #expect(small.paths == ["GET /jobs", "GET /more", "GET /jobs", "GET /more"])
  }

  @Test(arguments: [("<feed></feed>", true), ("<feed><title>t</title></feed>", true), ("<other/>", false)])
  func `a feed without entries is empty, and what is no feed is no list`(body: String, isList: Bool) async throws {
    let small = try Small([ScriptedTransport.json(200, body)], Self.change)

    if isList {
      #expect(try await small.service.find(small.lookup()).isEmpty)
    } else {
      await #expect(throws: ServiceError.self) { try await small.service.find(small.lookup()) }
    }
  }

  @Test(arguments: [
    "<entry><content>", "<entry><content></entry>", "", "<entry/>junk", "<a/><b/>", "plain",
    "<!DOCTYPE entry [<!ENTITY x 'y'>]><entry><content><Job><JobId>&x;</JobId></Job></content></entry>",
    String(repeating: "<a>", count: 100_000),
    String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65),
  ])
  func `what is not whole and well-formed names no task`(body: String) async throws {
    let small = try Small([ScriptedTransport.json(201, body)], Self.change)

    let error = try await #require(throws: ServiceError.self) { try await small.service.submit(small.order()) }

    #expect(error.isLost)
  }

  @Test func `an answer may be XML of another set of characters`() async throws {
    let latin =
      "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><entry><content><Job><JobId>\u{E9}</JobId></Job></content></entry>"
    let bytes = latin.unicodeScalars.map { UInt8($0.value) }
    let declared = HTTPHead(status: 201, headers: [("Content-Type", "application/xml; charset=\"ISO-8859-1\"")])
    for head in [HTTPHead(status: 201), declared] {
      let small = try Small([{ _ in HTTPResponse(head, body: bytes) }], Self.change)

      #expect(try await small.service.submit(small.order()).id == "é")
    }
  }

  @Test func `a service whose picks are of JSON alone reads no XML`() async throws {
    let small = try Small([ScriptedTransport.json(200, Self.entry("7", "ok", "x"))])

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("7")) }

    #expect(error.message.hasPrefix("the answer to the poll shows no task: it came with a page instead of JSON"))
  }
}
