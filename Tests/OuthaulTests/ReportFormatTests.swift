// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportCore
import ExportPlan
import ExportRun
import ExportTesting
import Foundation
import Testing

/// Every format in the parsers that others read it with.
@Suite(.serialized) struct ReportFormatTests {
  /// What the parsers found.
  static func parsed(_ folder: URL) async throws -> JSONValue {
    let result = try await Program.run(
      [LayerTests.root.appendingPathComponent("Tests/formats.py").path, folder.path],
      executable: LayerTests.root.appendingPathComponent(".build/python/bin/python3").path)
    try #require(
      result.status == 0, "Tests/run.sh installs the parsers that this needs: \(result.errors.suffix(1500))")
    return try JSONValue(parsing: result.output.utf8)
  }

  @Test func `parsers take them whatever names and messages hold`() async throws {
    let hostile = "<&>\"'\\ \u{1}\u{8}\u{7F}\u{FFFE} ]]> {a=\"b\"} | ` @x \r\n\t é 🛒"
    let folder = try TemporaryFolder()
    let report = Self.report(name: hostile)
    for format in ReportFormat.all {
      try Data(format.render(report)).write(to: folder.url.appendingPathComponent(format.fileName))
    }

    let found = try await Self.parsed(folder.url)

    #expect(found["junit"] == ["tests": 3, "failures": 1, "errors": 1, "skipped": 0])
    #expect(found["openlineage"] == ["events": ["START": 4, "COMPLETE": 1, "FAIL": 2, "ABORT": 1], "outputs": 1])
    #expect(found["opentelemetry"] == ["lines": 1, "run": 1, "job": 3, "attempt": 3, "request": 2])
    #expect(
      found.at(pointer: "/prometheus/jobs") == [
        "verified": 1, "failed": 1, "abandoned": 0, "skipped": 0, "cancelled": 0, "unfinished": 1,
      ])
  }

  @Test func `parsers take what a real run with faults has left, and count what it did`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 2, attempts: 2), to: "manifest.yaml")

    let result = try await Program.run(
      [
        "run", "manifest.yaml", "--local", "--speed", "5000", "--as-of", CloudWorld.now, "--fault",
        "task:failed:x5", "--fault", "submit:429:20%", "--fault", "poll:500:20%",
      ], in: folder.url)
    let runs = folder.url.appendingPathComponent(".outhaul/local/runs")
    let run = runs.appendingPathComponent(
      try #require(FileManager.default.contentsOfDirectory(atPath: runs.path).first))
    let found = try await Self.parsed(run)
    let report = try JSONValue(parsing: Data(contentsOf: run.appendingPathComponent("report.json")))

    #expect(result.status == 0 || result.status == 3, "\(result.errors)")
    let totals = report["totals"]
    #expect(found.at(pointer: "/junit/tests") == totals?["due"])
    #expect(found.at(pointer: "/junit/failures") == totals?["failed"])
    #expect(found.at(pointer: "/prometheus/jobs/verified") == totals?["verified"])
    #expect(found.at(pointer: "/opentelemetry/job") == totals?["due"])
    #expect(found.at(pointer: "/openlineage/outputs") == totals?["files"])
    let requests = found.at(pointer: "/opentelemetry/request")?.int ?? 0
    #expect(requests > (totals?["tasks"]?.int ?? 0))
  }

  /// One job that is verified, one that failed, and one that is under way.
  private static func report(name: String) -> RunReport {
    var plan = Plan.sample(apps: [name], snapshots: [], days: 3)
    plan.name = name
    plan.exports[1].name = name
    plan.services[0].name = name
    let start = Instant(seconds: 1_480_000_000)
    let keys = plan.jobs.map(\.key)
    let failure = Failure(.taskFailed, name, requestID: name)
    let artifact = Artifact(name: name, bytes: 3, sha256: nil, rows: nil)
    let events = [
      JournalEvent(.intent(attempt: 1), of: keys[0], at: start),
      JournalEvent(.submitted(attempt: 1, task: name, requestID: name), of: keys[0], at: start),
      JournalEvent(.setback(step: .poll, failure), of: keys[0], at: start),
      JournalEvent(.succeeded(attempt: 1), of: keys[0], at: start),
      JournalEvent(.verified(attempt: 1, Verification(.listed, artifacts: [artifact])), of: keys[0], at: start),
      JournalEvent(.intent(attempt: 1), of: keys[1], at: start),
      JournalEvent(.taskFailed(attempt: 1, failure), of: keys[1], at: start),
      JournalEvent(.failed(failure), of: keys[1], at: start),
      JournalEvent(.intent(attempt: 1), of: keys[2], at: start),
    ]
    let header = RunHeader(
      id: "run-1", started: start, plan: PlanFile(plan).digest, name: name,
      dues: [.neverExported, .neverExported, .neverExported])
    return RunReport(
      plan: PlanFile(plan), header: header, ended: start.advanced(by: .seconds(1)), outcome: .incomplete, stop: nil,
      events: events, notes: [RunNote(.unanswered(service: name, failure), at: start)],
      requests: [
        RequestRecord(
          at: start, took: .milliseconds(3), step: .submit, key: keys[0], attempt: 1, method: "PURGE",
          url: "https://service.example/\(name)", status: 500, requestID: name),
        RequestRecord(at: start, took: .zero, method: "GET", url: "https://service.example", error: name),
      ], resume: "outhaul run '\(name)'", program: "outhaul 0.1.0")
  }
}
