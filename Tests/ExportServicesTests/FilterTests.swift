// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// What stands in a hole, and what filters make of it.
@Suite struct FilterTests {
  private func value(_ template: String, _ value: JSONValue?) throws -> JSONValue? {
    try Template(parsing: template).value { _ in value }
  }

  @Test(
    arguments: [
      ("urlpath", "a/b c", "a%2Fb%20c"), ("lower", "ÄB", "äb"), ("upper", "aß", "ASS"), ("trim", " \n a b\t", "a b"),
      ("trim", "  ", ""), ("compact", "2016-12-16T21:00:00.5Z", "20161216T210000Z"),
      ("iso", "2016-12-16T23:00:00+02:00", "2016-12-16T21:00:00Z"), ("iso", "2016-12-16", "2016-12-16T00:00:00Z"),
      ("date", "2016-12-16T21:00:00Z", "2016-12-16"), ("hour", "2016-12-16T21:59:59Z", "20161216T21"),
      ("compact-date", "2016-12-16T21:00:00Z", "20161216"), ("epoch-s", "2016-12-16T21:00:00Z", 1_481_922_000),
      ("epoch-ms", "2016-12-16T21:00:00.5Z", 1_481_922_000_500), ("date", 1_481_922_000, "2016-12-16"),
      ("date", 1_481_922_000_500, "2016-12-16"), ("date", "1481922000", "2016-12-16"), ("int", "0042", 42),
      ("int", "-1", -1), ("not", true, false), ("not", "false", true), ("choose:queryAll,query", true, "queryAll"),
      ("choose:queryAll,query", false, "query"), ("choose:,x", true, ""), ("4", 7, "0007"), ("4", "12345", "12345"),
      ("lower|urlpath", "A/B", "a%2Fb"), ("int|4", "7", "0007"),
      ("date|compact", "2016-12-16T21:00:00Z", "20161216T000000Z"),
    ] as [(String, JSONValue, JSONValue)])
  func `a filter changes a value, and keeps or makes its type`(
    filters: String, from: JSONValue, to: JSONValue
  ) throws {
    #expect(try value("${param.x|\(filters)}", from) == to)
    #expect(try value("<${param.x|\(filters)}>", from) == .string("<\(to.string ?? to.canonicalText)>"))
  }

  @Test(
    arguments: [
      ("date", "soon"), ("epoch-s", true), ("int", "1.5"), ("not", "maybe"), ("choose:a,b", 1), ("4", "-1"), ("4", "x"),
    ] as [(String, JSONValue)])
  func `what a filter cannot change stays as it is`(filters: String, from: JSONValue) throws {
    #expect(try value("${param.x|\(filters)}", from) == from)
  }

  @Test func `an absent value is absent, whatever the filter`() throws {
    #expect(try value("${param.x|not}", nil) == nil)
    #expect(try value("a${param.x|4}", nil) == nil)
  }

  @Test(
    arguments: [
      ("urlpth", "unknown filter 'urlpth'", "did you mean 'urlpath'?"),
      ("epoch_s", "unknown filter 'epoch_s'", "did you mean 'epoch-s'?"),
      ("chose", "unknown filter 'chose'", "write choose:WHEN_TRUE,WHEN_FALSE"),
      ("choose:a", "'choose:a' does not choose between two texts", "write choose:WHEN_TRUE,WHEN_FALSE"),
      ("choose:a,b,c", "'choose:a,b,c' does not choose between two texts", "write choose:WHEN_TRUE,WHEN_FALSE"),
      ("0", "'0' is no width", "write a number from 1 to 20"),
      ("21", "'21' is no width", "write a number from 1 to 20"),
      ("99999999999999999999", "'99999999999999999999' is no width", "write a number from 1 to 20"),
      (
        "something", "unknown filter 'something'",
        "expected one of compact, compact-date, date, epoch-ms, epoch-s, hour, int, iso, lower, not, trim, upper, urlpath, choose:A,B and a width such as 4"
      ), ("", "unknown filter ''", nil),
    ] as [(String, String, String?)])
  func `a filter that is not in the list is refused where it stands`(
    filter: String, message: String, help: String?
  ) throws {
    let text = "/a/${param.x|lower|\(filter)}/b"

    let problem = try #require(throws: TemplateProblem.self) { try Template(parsing: text) }

    #expect(problem.message == message)
    if let help { #expect(problem.help == help) }
    #expect(text[problem.range] == filter)
  }

  @Test(arguments: [
    ("${param.size|not}", "a filter cannot change 'param.size', which is a whole number"),
    ("${param.on|date}", "a filter cannot change 'param.on', which is true or false"),
    ("${param.name|choose:a,b}", "a filter cannot change 'param.name', which is a text"),
    ("${app.on|4}", "a filter cannot change 'app.on', which is true or false"),
  ])
  func `a filter that can never change a parameter is refused`(hole: String, message: String) {
    let text = SmallService.text { $0.poll = "{method: GET, path: \"/x/\(hole)/${task.id}\", every: 5s}" }
      .replacing("params: {account: {type: text}}", with: "params: {size: {type: int}, on: {type: flag}, name: {}}")
      .replacing("app: {type: text}}", with: "app: {type: text}, on: {type: flag}}")

    let problems = ServiceDescription.load(SourceFile(name: "s.yaml", text: text)).diagnostics.text()

    #expect(problems.contains("error: \(message) [D002]"), "\(problems)")
  }

  @Test func `values of a request keep their types, and a window in seconds is a number`() async throws {
    let text = SmallService.text { $0.submit = Self.typed }
      .replacing("render: date", with: "render: epoch-s")
      .replacing("params: {account: {type: text}}", with: "params: {keys: {type: flag}, none: {}}")
    let transport = ScriptedTransport([ScriptedTransport.json(201, #"{"id":"t"}"#)])
    let service = DescribedService(
      description: try SmallService.description(text), base: SmallService.base, parameters: ["keys": false],
      tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)
    var order = SmallService.order()
    order.window = SentWindow(start: "1451606400", end: "1451692800")

    _ = try await service.submit(order)

    #expect(
      String(decoding: transport.sent[0].body ?? [], as: UTF8.self)
        == #"{"all":"query","from":1451606400,"mark":"\#(SmallService.mark)","part":"p-002","to":"2016-01-02","without":true}"#
    )
  }

  private static let typed = #"""
    {method: POST, path: "/jobs", expect: [201], id: body:/id, json: {mark: "${job.mark}", without: "${param.keys|not}", to: "${window.end|date}", all: "${param.keys|choose:queryAll,query}", part: "p-${job.attempt|3}", gone: "${param.none}"}}
    """#
}
