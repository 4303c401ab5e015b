// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportCore
import Foundation
import Testing

/// How the last run stands: as a value, and through the whole program.
@Suite struct StatusTests {
  private static let start = Instant(seconds: 1_480_000_000)

  private static func at(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }

  /// A run of four snapshots and four jobs that wait for them, some way on. The journal is open as long as it is kept.
  private struct Scene: ~Copyable {
    let folder: TemporaryFolder
    let journal: Journal
    let plan: Plan

    var state: URL { folder.url.appendingPathComponent(".outhaul") }

    init() async throws {
      let folder = try TemporaryFolder()
      try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
      let project = try Project(
        path: folder.url.appendingPathComponent("manifest.yaml").path, variables: [:], environment: [:])
      let file = PlanFile(try project.expand(asOf: StatusTests.start))
      let plan = file.plan
      let state = folder.url.appendingPathComponent(".outhaul")
      let journal = try Journal(directory: state, now: StatusTests.start)
      try await journal.begin(
        RunHeader(
          id: "r-1", started: StatusTests.start, plan: file.digest, name: "nightly",
          dues: plan.jobs.map { _ in .neverExported }))
      let run = state.appendingPathComponent("runs/r-1")
      try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
      try file.save(to: run.appendingPathComponent("plan.json"))
      let keys = plan.jobs.keys
      let good = Verification(.verified, artifacts: [])
      try await journal.append(
        [
          JournalEvent(.intent(attempt: 1), of: keys[0], at: StatusTests.at(1)),
          JournalEvent(.submitted(attempt: 1, task: "t-0", requestID: nil), of: keys[0], at: StatusTests.at(1)),
          JournalEvent(.succeeded(attempt: 1), of: keys[0], at: StatusTests.at(11)),
          JournalEvent(.verified(attempt: 1, good), of: keys[0], at: StatusTests.at(12)),
          JournalEvent(.intent(attempt: 1), of: keys[1], at: StatusTests.at(2)),
          JournalEvent(.submitted(attempt: 1, task: "t-1", requestID: nil), of: keys[1], at: StatusTests.at(3)),
          JournalEvent(.running, of: keys[1], at: StatusTests.at(9)),
          JournalEvent(.intent(attempt: 1), of: keys[2], at: StatusTests.at(1)),
          JournalEvent(.submitted(attempt: 1, task: "t-2", requestID: nil), of: keys[2], at: StatusTests.at(1)),
          JournalEvent(
            .taskFailed(attempt: 1, Failure(.taskFailed, "no room")), of: keys[2], at: StatusTests.at(5)),
          JournalEvent(.failed(Failure(.taskFailed, "no room")), of: keys[2], at: StatusTests.at(6)),
        ], titles: Dictionary(uniqueKeysWithValues: plan.jobs.map { ($0.key, plan.title(of: $0)) }))
      self.folder = folder
      (self.journal, self.plan) = (journal, plan)
    }
  }

  @Test func `a run that goes on is told with what it does, waits for and has left to do`() async throws {
    let scene = try await Scene()

    let status = try #require(try RunStatus(state: scene.state, folder: scene.folder.url, at: Self.at(60)))

    guard case .running = status.phase else {
      Issue.record("\(status.phase)")
      return
    }
    #expect(status.jobs == 8 && status.due == 8)
    #expect(status.states == [.verified: 1, .running: 1, .failed: 1, .ready: 1, .waiting: 4])
    #expect(status.tasks.map(\.title) == [scene.plan.title(of: scene.plan.jobs[1])])
    #expect(status.tasks.map(\.since) == [Self.at(3)])
    #expect(status.gates == [RunStatus.Gate(name: "snapshots/app-1", waiting: 4, members: 4, open: 3)])
    #expect(status.failures.first?.failure.message == "no room")
    // One is done and one has failed for good: six are left.
    #expect(status.forecast?.tasks == 6)
    #expect(status.forecast?.half != nil)
  }

  @Test func `errors are of the run that is told of, not of one before it`() async throws {
    let scene = try await Scene()
    try await scene.journal.end(at: Self.at(60), outcome: "incomplete")
    try await scene.journal.begin(
      RunHeader(
        id: "r-2", started: Self.at(100), plan: PlanFile(scene.plan).digest, name: "nightly",
        dues: scene.plan.jobs.map { _ in .neverExported }))

    let fresh = try #require(try RunStatus(state: scene.state, folder: scene.folder.url, at: Self.at(110)))
    try await scene.journal.append([
      JournalEvent(.intent(attempt: 2), of: scene.plan.jobs.keys[2], at: Self.at(111)),
      JournalEvent(
        .refused(attempt: 2, Failure(.refused, "no such tag")), of: scene.plan.jobs.keys[2], at: Self.at(112)),
    ])
    let later = try #require(try RunStatus(state: scene.state, folder: scene.folder.url, at: Self.at(113)))

    #expect(fresh.run.id == "r-2" && fresh.failures.isEmpty)
    #expect(later.failures.map(\.failure.message) == ["no such tag"])
  }

  @Test func `the program tells it while the run goes on, and that it broke off when nobody holds the state`()
    async throws
  {
    let scene = try await Scene()
    try scene.folder.write(
      """
      {"live":1,"at":"2016-11-24T15:07:00Z","run":"r-1","next_poll":"2016-11-24T15:07:05Z",
      "polls":[{"job":"snapshots/app-1/tag/2016-11-24","at":"2016-11-24T15:07:05Z"}],
      "paused":{"engagement":"2016-11-24T15:08:00Z"},"unanswered":{"engagement":"2016-11-24T15:06:30Z"},
      "services":[{"active":2,"limit":4,"most":8,"name":"engagement","ready":5,"throttled":true},{"name":"broken"}]}
      """, to: ".outhaul/live.json")

    let text = try await Program.run(["status", "manifest.yaml"], in: scene.folder.url)
    let json = try await Program.run(["status", "--output", "json"], in: scene.folder.url)
    await scene.journal.close()
    let broken = try await Program.run(["status", ".outhaul"], in: scene.folder.url)

    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.hasPrefix("run r-1 of nightly goes on since 2016-11-24T15:06:40Z, "), "\(text.output)")
    #expect(
      text.output.contains("  8 of 8 jobs due: 1 verified, 1 failed, 1 running, 1 ready, 4 waiting\n"), "\(text.output)"
    )
    let bar = String(repeating: "█", count: 5) + "xxxxx" + String(repeating: "░", count: 30)
    #expect(text.output.contains("\n  \(bar) 12 %\n"), "\(text.output)")
    #expect(
      text.output.contains("\nservices\n  engagement  ██░░···· 2 of 4 live (limit 8) · throttled · 1 ready\n"),
      "\(text.output)")
    #expect(text.output.contains("\n  engagement asks for a pause until 2016-11-24T15:08:00Z\n"))
    #expect(
      text.output.contains("\n  engagement has not answered since 2016-11-24T15:06:30Z\n"))
    #expect(text.output.contains("\n  4 jobs wait for snapshots/app-1: 3 of 4 not done\n"))
    #expect(text.output.contains("\nnext poll at 2016-11-24T15:07:05Z (snapshots/app-1/tag/2016-11-24)\n"))
    #expect(text.output.contains(": no room\n"))
    let document = try JSONValue(parsing: json.output.utf8)
    #expect(try await SchemaValidator.problems([("status", document)]) == [nil])
    #expect(document["phase"] == "running" && document["next_poll"] == "2016-11-24T15:07:05Z")
    #expect(document["unanswered"] == ["engagement": "2016-11-24T15:06:30Z"])
    #expect(document["services"]?.array?.count == 1 && document["services"]?.array?.first?["limit"] == 4)
    #expect(document["states"] == ["failed": 1, "ready": 1, "running": 1, "verified": 1, "waiting": 4])
    #expect(broken.output.contains("did not come to its end: give its command again"), "\(broken.output)")
    #expect(!broken.output.contains("next poll"))
  }

  @Test func `a run that ended is told with how, and no run at all too`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let none = try await Program.run(["status", "manifest.yaml", "--local"], in: folder.url)
    let empty = try await Program.run(["status", "--local", "--output", "json"], in: folder.url)
    let run = try await Program.run(
      ["run", "manifest.yaml", "--local", "--speed", "5000", "--select", "dataset:tag"], in: folder.url)
    let text = try await Program.run(["status", "manifest.yaml", "--local"], in: folder.url)
    let json = try await Program.run(["status", ".outhaul/local", "--output", "json"], in: folder.url)

    #expect(run.status == 0)
    #expect(none.output.hasPrefix("no run has begun in ") && none.status == 0)
    let unmeant = try await Program.run(["status", "manifest.yaml"], in: folder.url)
    #expect(unmeant.output.hasSuffix("/.outhaul; rehearsals have: give --local\n"), "\(unmeant.output)")
    #expect(text.output.contains(" of nightly ended at "), "\(text.output)")
    #expect(text.output.contains("  1 of 1 job due: 1 verified\n"), "\(text.output)")
    let documents = try [empty, json].map { try JSONValue(parsing: $0.output.utf8) }
    #expect(try await SchemaValidator.problems(documents.map { ("status", $0) }) == [nil, nil])
    #expect(documents[1]["phase"] == "ended" && documents[1]["outcome"] == "done")
  }

  @Test func `what a run says of itself is taken only in the version that is known`() throws {
    let good: JSONValue = ["live": 1, "at": "2016-11-24T15:07:00Z", "run": "r-1"]

    #expect(LiveFile(good)?.run == "r-1")
    #expect(LiveFile(good.with("live", 2)) == nil)
    #expect(LiveFile(good.with("at", "today")) == nil)
    #expect(LiveFile(good.with("next_poll", 3))?.nextPoll == nil)
    #expect(LiveFile(directory: URL(fileURLWithPath: "/nonexistent")) == nil)
  }
}
