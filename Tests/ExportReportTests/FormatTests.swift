// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportReport
import ExportRun
import Foundation
import FoundationXML
import Testing

/// Each format beside its snapshot, and what holds for all of them.
@Suite struct FormatTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Snapshots")

  private static let shown: [ReportFormat] = [.markdown, .junit, .events, .prometheus, .openLineage, .openTelemetry]

  @Test(arguments: shown.map(\.name))
  func `a format says of the shared sample what its snapshot does`(name: String) throws {
    let format = try #require(ReportFormat.all.first { $0.name == name })
    let file = Self.folder.appendingPathComponent(format.fileName)
    let made = String(decoding: format.render(FormatSample.report()), as: UTF8.self)
    guard let known = try? String(contentsOf: file, encoding: .utf8) else {
      try made.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("\(format.fileName) was recorded: look at it, and run again")
      return
    }

    #expect(made == known)
  }

  @Test(arguments: ReportFormat.all.map(\.name))
  func `the same report has the same bytes`(name: String) throws {
    let format = try #require(ReportFormat.all.first { $0.name == name })

    let first = format.render(FormatSample.report())
    let second = format.render(FormatSample.report())

    #expect(first == second && !first.isEmpty)
  }

  @Test func `formats have the names that people give, and file names of their own`() {
    #expect(
      ReportFormat.all.map(\.name).sorted() == [
        "events", "html", "json", "junit", "md", "openlineage", "opentelemetry", "prometheus",
      ])
    #expect(
      ReportFormat.all.map(\.fileName).sorted() == [
        "events.ndjson", "junit.xml", "metrics.prom", "openlineage.ndjson", "otlp-traces.json", "report.html",
        "report.json", "report.md",
      ])
  }

  // MARK: report.json

  @Test func `JSON has what the page has`() throws {
    let json = try JSONValue(parsing: ReportFormat.json.render(FormatSample.report()))

    #expect(json.at(pointer: "/coverage/1/spans/0/status") == "waiting")
    #expect(json.at(pointer: "/coverage_totals/missing") == 3)
    #expect(json.at(pointer: "/failures/0/kinds/0/first/0") == "snapshots/club/tag/2016-11-24")
    #expect(json.at(pointer: "/limits/services/0/live/limit") == 8)
    #expect(json.at(pointer: "/limits/services/0/live/most") == 2)
    #expect(json.at(pointer: "/setbacks/totals/0/cause") == "service")
    #expect(json.at(pointer: "/limits/services/0/lowered/active") == 4 && json["advice"] == nil)
  }

  // MARK: report.md

  private static let hostile = "a|b`c``d <img src=x> [x](http://e.example) @everyone #1 \n# h\u{202E}\u{0}"

  @Test func `texts of others are code in Markdown, and nothing else`() throws {
    let text = String(
      decoding: ReportFormat.markdown.render(FormatSample.report(app: Self.hostile, text: Self.hostile)),
      as: UTF8.self)

    // Without code spans nothing of it is left.
    let rest = Self.withoutCode(text)
    #expect(text.contains("a|b`c``d <img src=x> [x](http://e.example) @everyone #1  # h"))
    #expect(!rest.contains("`"), "\(rest)")
    for sign in ["<img", "@everyone", "](", "#1", "\n# h", "\u{202E}", "\0"] {
      #expect(!rest.contains(sign), "\(rest)")
    }
  }

  /// As CommonMark reads it: a code span ends with as many backticks as it begins with.
  private static func withoutCode(_ text: String) -> String {
    var rest = Array(text)
    var plain = ""
    func run(_ index: Int) -> Int { rest[index...].prefix { $0 == "`" }.count }
    while let start = rest.firstIndex(of: "`") {
      let length = run(start)
      plain += String(rest[..<start])
      var end = start + length
      while end < rest.count, run(end) != length { end += max(1, run(end)) }
      guard end < rest.count else { return plain + String(rest[start...]) }
      rest = Array(rest[(end + length)...])
    }
    return plain + String(rest)
  }

  @Test func `what stopped a run is told as the words of others`() {
    let stop = Scheduler.StopReason.halted(Failure(.credential, "401 **no** @you"))
    let text = String(
      decoding: ReportFormat.markdown.render(FormatSample.report(outcome: .halted, stop: stop)), as: UTF8.self)

    #expect(text.contains("❌ Stopped in 10 s, because `401 **no** @you`. 1 of 4 due jobs are done; the rest waits."))
  }

  @Test func `a run that could not go on says in Markdown and JSON what stopped it and what to do`() throws {
    let stop = Scheduler.StopReason.halted(Failure(.credential, "403 no such signature", requestID: "r-9"))
    let report = FormatSample.report(outcome: .halted, stop: stop)

    let text = String(decoding: ReportFormat.markdown.render(report), as: UTF8.self)
    let json = try JSONValue(parsing: ReportFormat.json.render(report))

    #expect(
      text.contains(
        "**credential refused** stopped the run: `403 no such signature`, request `r-9`. "
          + "Renew the secret or the signature that the manifest names; run again."))
    #expect(json.at(pointer: "/stopped_by/request_id") == "r-9")
    #expect(json["advice"] == "Renew the secret or the signature that the manifest names; run again.")
  }

  // MARK: junit.xml

  @Test func `any text makes XML that a parser takes, and it comes back`() throws {
    // `Failure` keeps texts to a line: what comes from elsewhere is not.
    let name = "<shop & \"club\"> \u{1}\u{8}\u{FFFE}]]>\t\r\n é 🛒"
    let bytes = ReportFormat.junit.render(FormatSample.report(app: name, text: "]]> & <no>"))
    let reader = XMLReader()

    let parser = XMLParser(data: Data(bytes))
    parser.delegate = reader
    let isGood = parser.parse()

    #expect(isGood, "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
    #expect(reader.cases.count == 4)
    let shown = name.unicodeScalars.map { ["\u{1}", "\u{8}", "\u{FFFE}"].contains($0) ? "\u{FFFD}" : String($0) }
    #expect(reader.cases.first?["classname"] == "snapshots/\(shown.joined())/tag")
    #expect(reader.messages.first == "the task failed: ]]> & <no>")
  }

  private final class XMLReader: NSObject, XMLParserDelegate {
    var cases: [[String: String]] = []
    var messages: [String] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      if name == "testcase" { cases.append(attributes) }
      if name == "failure", let message = attributes["message"] { messages.append(message) }
    }
  }

  // MARK: metrics.prom

  @Test func `labels hold any text`() {
    let text = String(decoding: ReportFormat.prometheus.render(FormatSample.report()), as: UTF8.self)

    #expect(text.hasSuffix("\n"))
    #expect(!text.contains("app"), "jobs and apps have no series of their own")
  }

  // MARK: openlineage.ndjson and otlp-traces.json

  private func lines(_ format: ReportFormat, _ report: RunReport) throws -> [JSONValue] {
    try format.render(report).split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }

  @Test func `each run of lineage begins once and ends once, in the order of their times`() throws {
    let events = try lines(.openLineage, FormatSample.report())

    let runs = Dictionary(grouping: events) { $0.at(pointer: "/run/runId")?.string ?? "" }
      .mapValues { $0.compactMap { $0["eventType"]?.string } }
    #expect(runs.count == 5)
    #expect(runs.values.allSatisfy { $0.count == 2 && $0[0] == "START" && $0[1] != "START" }, "\(runs)")
    let times = events.compactMap { $0["eventTime"]?.string }
    #expect(times.compactMap { Instant($0) } == times.compactMap { Instant($0) }.sorted())
    #expect(events.first?["eventType"] == "START" && events.last?["eventType"] == "FAIL")
  }

  private func attributes(ofRequestTo url: String) throws -> [String: String] {
    let report = FormatSample.report()
    let request = RequestRecord(at: FormatSample.start, took: .zero, method: "GET", url: url, status: 200)
    let one = RunReport(
      plan: report.plan, header: report.header, ended: report.ended, outcome: report.outcome, stop: nil, events: [],
      requests: [request], resume: "", program: "")
    let spans = try lines(.openTelemetry, one)[0].at(pointer: "/resourceSpans/0/scopeSpans/0/spans")?.array ?? []
    let pairs = (spans.last?["attributes"]?.array ?? []).compactMap { attribute -> (String, String)? in
      guard let key = attribute["key"]?.string, let value = attribute["value"] else { return nil }
      return (key, value["stringValue"]?.string ?? value["intValue"]?.string ?? "")
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  @Test(arguments: [
    ("https://Service.example/a", "service.example", "443"), ("http://service.example", "service.example", "80"),
    ("http://127.0.0.1:8080/a:b", "127.0.0.1", "8080"), ("http://[::1]:8080/a", "[::1]", "8080"),
    ("http://[::1]/", "[::1]", "80"), ("HTTP://user:pass@service.example:81?q#f", "service.example", "81"),
    ("/no/host", "", ""), ("", "", ""), ("://x", "", ""), ("http://", "", ""),
  ])
  func `a request's span says where it went`(url: String, host: String, port: String) throws {
    let attributes = try attributes(ofRequestTo: url)

    #expect(attributes["server.address"] ?? "" == host && attributes["server.port"] ?? "" == port)
    #expect(attributes["url.full"] == url && attributes["http.request.method"] == "GET")
  }

  @Test func `spans have other identifiers in another run, and the same ones again`() throws {
    func ids(_ report: RunReport) throws -> Set<String> {
      let spans = try lines(.openTelemetry, report).flatMap {
        $0.at(pointer: "/resourceSpans/0/scopeSpans/0/spans")?.array ?? []
      }
      let ids = spans.compactMap { $0["spanId"]?.string }
      #expect(Set(ids).count == ids.count)
      return Set(ids)
    }
    let report = FormatSample.report()
    var header = report.header
    header.id = "20161125T150640Z-0001"
    let other = RunReport(
      plan: report.plan, header: header, ended: report.ended, outcome: report.outcome, stop: report.stop,
      events: report.events, notes: report.notes, requests: report.requests, resume: report.resume,
      program: report.program)

    let (first, again, second) = (try ids(report), try ids(report), try ids(other))

    #expect(first.count == 14 && first == again)
    #expect(first.isDisjoint(with: second))
  }
}
