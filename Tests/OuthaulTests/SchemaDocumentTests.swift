// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportServices
import ExportYAML
import Foundation
import Testing

/// Documents that we write or show are valid by their schemas.
@Suite struct SchemaDocumentTests {
  private static func json(_ yaml: String) throws -> JSONValue {
    try #require(YAMLReader.read(SourceFile(name: "manifest.yaml", text: yaml)).root).json
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: LayerTests.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func `every example, the README's manifest and the bundled descriptions are valid`() async throws {
    var documents: [(name: String, schema: JSONValue, document: JSONValue)] = []
    let examples = LayerTests.root.appendingPathComponent("Examples")
    for folder in try FileManager.default.contentsOfDirectory(atPath: examples.path).sorted() {
      let manifest = "Examples/\(folder)/manifest.yaml"
      let plan = "Examples/\(folder)/plan.json"
      let isThere = { FileManager.default.fileExists(atPath: LayerTests.root.appendingPathComponent($0).path) }
      if isThere(manifest) { documents.append((manifest, "manifest", try Self.json(Self.text(manifest)))) }
      if isThere(plan) { documents.append((plan, "plan", try JSONValue(parsing: Self.text(plan)))) }
    }
    let readme = try #require(try Self.text("README.md").firstMatch(of: #/```yaml\n((?s:.*?))```/#))
    documents.append(("README.md", "manifest", try Self.json(String(readme.1))))
    documents.append(("the sample", "manifest", try Self.json(SampleManifest.nightly())))
    for name in BundledDescriptions.names {
      let file = try #require(BundledDescriptions.file(named: name))
      documents.append((name, "service", try #require(YAMLReader.read(file).root).json))
    }

    let problems = try await SchemaValidator.problems(documents.map { ($0.schema, $0.document) })

    #expect(documents.count >= 6)
    for (document, problem) in zip(documents, problems) where problem != nil {
      Issue.record("\(document.name): \(problem ?? "")")
    }
  }

  @Test func `what a real run leaves is valid: its plan, its report and every event`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 2, attempts: 2), to: "manifest.yaml")

    let result = try await Program.run(
      ["run", "manifest.yaml", "--local", "--speed", "1000", "--fault", "task:failed:x3", "--fault", "poll:503:x2"],
      in: folder.url)
    let runs = folder.url.appendingPathComponent(".outhaul/local/runs")
    let run = runs.appendingPathComponent(
      try #require(FileManager.default.contentsOfDirectory(atPath: runs.path).first))
    let read = { try String(contentsOf: run.appendingPathComponent($0), encoding: .utf8) }
    let events = try read("events.ndjson").split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
    let documents: [(JSONValue, JSONValue)] =
      [("plan", try JSONValue(parsing: read("plan.json"))), ("report", try JSONValue(parsing: read("report.json")))]
      + events.map { ("events", $0) }

    #expect(result.status == 0 || result.status == 3, "\(result.errors)")
    #expect(events.count > 16 * 4)
    #expect(events.first?["event"] == "began" && events.last?["event"] == "ended")
    let words = Set(events.compactMap { $0["event"]?.string })
    #expect(words.isSuperset(of: ["intent", "submitted", "succeeded", "task_failed", "verifying", "verified"]))
    #expect(try await SchemaValidator.problems(documents).compactMap { $0 } == [])
  }

  @Test func `every kind of event is valid, and one with a member too much or too few is not`() async throws {
    let key = JobKey(Digest(of: "job"))
    let failure = Failure(.service, "503", requestID: "r-1")
    let result = Verification(.listed, artifacts: [Artifact(name: "a.json", bytes: 3, sha256: nil, rows: nil)])
    let day = Window(start: Instant(seconds: 0), end: Instant(seconds: 43_200), zone: "UTC")
    let part = JobPart(
      key: key, window: day, label: "1970-01-01T00Z", sent: SentWindow(start: "1970-01-01T00", end: "1970-01-01T12"))
    let kinds: [JournalEvent.Kind] = [
      .intent(attempt: 1), .submitted(attempt: 1, task: "t", requestID: nil),
      .submitted(attempt: 1, task: "t", requestID: "r"), .adopted(attempt: 1, task: "t"), .absent(attempt: 1),
      .refused(attempt: 1, failure), .queued, .running, .held(state: "Paused"), .succeeded(attempt: 1),
      .taskFailed(attempt: 1, failure), .verifying(attempt: 1), .verified(attempt: 1, result),
      .rejected(attempt: 1, failure), .setback(step: .poll, failure), .failed(failure), .skipped(because: key),
      .skipped(because: key, isStop: true),
      .abandoned(failure), .unknowable(attempt: 1), .cancelled(attempt: 1), .setback(step: .cancel, failure),
      .split(attempt: 1, [part, part]), .wanted(.artifactMissing), .wanted(.forced),
      .failed(Failure(.ambiguous, "two tasks")), .failed(Failure(.budget, "no retries are left")),
    ]
    let at = Instant(milliseconds: 1_480_000_000_250)
    let notices: [Scheduler.Notice] = [
      .unanswered(service: "s", failure), .answers(service: "s", after: .seconds(1)),
      .throttled(service: "s", active: 4), .limited(service: "s", active: 5), .spent(service: "s", until: at),
    ]
    let header = RunHeader(
      id: "20161124T150640Z-0001", started: at, plan: key.digest, name: "nightly", dues: [.neverExported])
    let stops: [Scheduler.StopReason?] = [nil, .interrupted, .timeIsUp, .halted(failure)]
    let frames = try
      ([EventLine.began(header)] + stops.map { EventLine.ended(at: at, $0 == nil ? .done : .halted, $0) })
      .map { try JSONValue(parsing: $0) }
    let events =
      kinds.map { JournalEvent($0, of: key, at: at).json } + notices.map { RunNote($0, at: at).json } + frames
    let more = events.map { $0.with("more", 1) }
    let fewer = events.flatMap { event in
      (event.object ?? [:]).keys.sorted().filter { $0 != "request_id" && $0 != "stop" }.map { event.with($0, nil) }
    }

    let problems = try await SchemaValidator.problems((events + more + fewer).map { ("events", $0) })

    #expect(problems.prefix(events.count).compactMap { $0 } == [])
    for (event, problem) in zip(more + fewer, problems.dropFirst(events.count)) where problem == nil {
      Issue.record("\(event.canonicalText) is valid")
    }
  }
}

extension JSONValue {
  /// The object with a member set or taken out.
  func with(_ name: String, _ value: JSONValue?) -> JSONValue {
    var members = object ?? [:]
    members[name] = value
    return .object(members)
  }
}
