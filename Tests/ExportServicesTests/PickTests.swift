// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// Where values of answers come from.
@Suite struct PickTests {
  private func answer(_ body: String, xml: Bool = false) -> Answer {
    Answer(
      HTTPResponse(HTTPHead(status: 202, headers: [("X-Name", "n"), ("X-Empty", "")]), body: Array(body.utf8)),
      readsXML: xml)
  }

  @Test(
    arguments: [
      ("body:/a/0/b", #"{"a":[{"b":1}]}"#, "1"), ("body:", "[1]", "[1]"), ("body:/a~1b", #"{"a/b":"x"}"#, "x"),
      ("body:/a~0b", #"{"a~b":"x"}"#, "x"),
      ("body:/a", #"{"a":null}"#, nil), ("header:x-name", "", "n"), ("header:X-Empty", "", ""), ("status:", "", "202"),
      ("xml:/r/a", "<r><a> 1 </a><a>2</a></r>", "1"), ("xml:/r/b", "<r><a/></r>", nil), ("xml:/r/a", "<r><a/></r>", ""),
      ("xml:/x/a", "<r><a>1</a></r>", nil),
    ] as [(String, String, String?)])
  func `a pick gives one value`(pick: String, body: String, text: String?) throws {
    #expect(try #require(Pick(pick)).text(in: answer(body, xml: true)) == text)
  }

  @Test(
    arguments: [
      ("body:/a", #"{"a":[1,2]}"#, ["1", "2"]), ("body:/a/*", #"{"a":[1,2]}"#, ["1", "2"]), ("body:", "[1]", ["1"]),
      ("body:/*", "[1]", ["1"]), ("body:/*/u", #"[{"u":1},{},{"u":3}]"#, ["1", "3"]),
      ("body:/g/*/j/*", #"{"g":[{"j":[1,2]},{"j":[]},{"j":[3]},{"k":1}]}"#, ["1", "2", "3"]), ("body:/a", "{}", nil),
      ("body:/a/*", #"{"a":{}}"#, nil), ("body:/a", #"{"a":null}"#, nil), ("body:/a", #"{"a":[]}"#, []),
      ("xml:/r/a", "<r><a>1</a><b/><a>2</a></r>", [#""1""#, #""2""#]),
      ("xml:/r/*", "<r><a>1</a><b>2</b></r>", [#""1""#, #""2""#]),
      ("xml:/r/a/b", "<r><a><b>1</b></a><a><b>2</b></a></r>", [#""1""#, #""2""#]), ("xml:/r/a", "<r/>", []),
      ("xml:/r/a/b", "<r/>", nil), ("xml:/r", "<r>1</r>", [#""1""#]),
    ] as [(String, String, [String]?)])
  func `a pick of a list gives every element, and no list is not an empty one`(
    pick: String, body: String, elements: [String]?
  ) throws {
    let found = try #require(Pick(pick)).elements(in: answer(body, xml: true))

    #expect(found?.map(\.json.canonicalText) == elements)
  }

  @Test(arguments: [
    "body:/a~", "body:/a~2", "header:Retry After", "header:a:b", "header:ä", "xml:/D:feed/D:entry", "xml:/a b", "",
    "body", "body:a", "json:/a", "xml:",
    "xml:a", "xml:/", "xml:/a//b", "header:", "status", "status:x",
  ])
  func `what names no place is no pick`(text: String) { #expect(Pick(text) == nil) }

  @Test(
    arguments: [
      ("header:Location", [("Location", "/jobs/7?v=1")], "{}", "/jobs/7?v=1"),
      (
        "[body:/id, {from: header:Location, last: true}]", [("Location", "https://small.example/jobs/a%2Fb/?v=1")],
        "<html>", "a/b"
      ),
      ("[body:/id, {from: header:Location, last: true}]", [("Location", "/jobs/7")], #"{"id":"8"}"#, "8"),
      ("[body:/id, header:X-Id]", [("X-Id", "9")], #"{"id":""}"#, "9"), ("[body:/id]", [], #"{"id":12}"#, "12"),
      ("[body:/id, header:X-Id]", [], "{}", nil),
      ("{from: header:Location, last: true}", [("Location", "?only=query")], "{}", nil),
    ] as [(String, [(String, String)], String, String?)])
  func `an id is the first that is there, of an address also its last step`(
    id: String, headers: [(String, String)], body: String, expected: String?
  ) async throws {
    let small = try SmallService([ScriptedTransport.json(201, body, headers.map { (name: $0.0, value: $0.1) })]) {
      $0.submit = #"{method: POST, path: /jobs, expect: [201], id: \#(id), json: {mark: "${job.mark}"}}"#
    }

    if let expected {
      #expect(try await small.service.submit(small.order()).id == expected)
    } else {
      let error = try await #require(throws: ServiceError.self) { try await small.service.submit(small.order()) }
      #expect(error.isLost)
    }
  }

  @Test(
    arguments: [
      ("/jobs/7?v=1", "GET /jobs/7?v=1"), ("https://small.example/jobs/7", "GET /jobs/7"),
      ("https://evil.example/jobs/7", nil), ("//evil.example/jobs/7", nil),
    ] as [(String, String?)])
  func `a task whose id is an address is looked at there, at the service's own host`(
    id: String, asked: String?
  ) async throws {
    let small = try SmallService([ScriptedTransport.json(200, #"{"state":"ok"}"#)]) {
      $0.poll = #"{method: GET, url: "${task.id}", every: 5s}"#
    }

    if let asked {
      #expect(try await small.service.poll(SmallService.task(id)).phase == .succeeded)
      #expect(small.paths == [asked])
    } else {
      await #expect(throws: ServiceError.self) { try await small.service.poll(SmallService.task(id)) }
      #expect(small.paths.isEmpty)
    }
  }
}
