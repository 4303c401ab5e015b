// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// Windows that the service can do only in parts, from the request to the report.
@Suite(.serialized) struct SplitRunTests {
  /// Two weeks of history of one app; `event` alone are two jobs.
  private static let manifest = SampleManifest.nightly(days: 1, apps: 1).replacing(
    "window: {every: day, last: 1d, zone: UTC}",
    with: "window: {every: week, from: 2016-01-04, through: 2016-01-17, zone: UTC}")
  private static let events = ["--select", "history/app-1/event"]
  /// Of the first week, when no more than two days are taken: seven days are three and four, then halves of both.
  private static let parts = [
    "2016-01-04", "2016-01-05--2016-01-06", "2016-01-07--2016-01-08", "2016-01-09--2016-01-10",
  ]

  private static func world(_ fault: String, speed: Int = 1000) async throws -> CloudWorld {
    try await CloudWorld(manifest, cloud: ["--speed", "\(speed)", "--fault", fault])
  }

  @Test func `windows that are refused as too large are done in parts, and told as one`() async throws {
    let world = try await Self.world("submit:too-large:2")

    let result = try await world.start(["run"] + Self.events).finish()

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("All 2 jobs done and verified in "), "\(result.output)")
    try await world.expectTasks(jobs: 8)
    #expect(world.finishedFolders() == 8)
    func lines(_ text: String) -> Int { result.errors.components(separatedBy: text).count - 1 }
    #expect(lines("split history/app-1/event/2016-W01: in 2 parts\n") == 1, "\(result.errors)")
    for part in Self.parts { #expect(lines("\nverified history/app-1/event/\(part): ") == 1, "\(result.errors)") }
    #expect(!result.errors.contains("is tried again"), "\(result.errors)")
    let report = try world.report()
    #expect(try await SchemaValidator.problems([("report", report)]) == [nil])
    let jobs = try #require(report["jobs"]?.array)
    #expect(jobs.count == 2)
    for job in jobs {
      #expect(job["parts"] == 4 && job["state"] == "verified" && job["tasks"]?.array?.count == 4)
      let times = try #require(job["times"]?.object)
      #expect(Set(["ended", "intent", "submitted", "succeeded"]).isSubset(of: times.keys), "\(times)")
    }
    #expect(report.at(pointer: "/totals/tasks") == 8 && report.at(pointer: "/totals/verified") == 2)
  }

  @Test func `the page, the ledger and explain tell the parts`() async throws {
    let world = try await Self.world("submit:too-large:2")
    #expect(try await world.start(["run"] + Self.events).finish().status == 0)

    let gaps = try await world.start(["gaps"] + Self.events).finish()
    let again = try await world.start(["run"] + Self.events).finish()
    let explained = try await Program.run(
      ["explain", "history/app-1/event/2016-W01", "manifest.yaml"] + world.cloud.variables, in: world.folder.url)
    let json = try await Program.run(
      ["explain", "history/app-1/event/2016-W01", "manifest.yaml", "--output", "json"] + world.cloud.variables,
      in: world.folder.url)
    let run = try #require(try world.reportFolders().first)
    let page = try String(contentsOf: run.appendingPathComponent("report.html"), encoding: .utf8)

    #expect(gaps.status == 0, "\(gaps.output)")
    #expect(again.output.hasPrefix("Nothing is due: 2 already exported"), "\(again.output)")
    #expect(page.contains("2016-01-04 – 2016-01-10, in 4 parts"))
    for part in Self.parts { #expect(explained.output.contains("history/app-1/event/\(part): verified\n")) }
    let told = try JSONValue(parsing: json.output.utf8)["parts"]?.array
    #expect(told?.compactMap { $0["title"]?.string } == Self.parts.map { "history/app-1/event/\($0)" })
  }

  @Test func `a task that fails because its window is too large is done in parts as well`() async throws {
    let world = try await Self.world("task:too-large:4")

    let result = try await world.start(["run"] + Self.events).finish()

    #expect(result.status == 0, "\(result.errors)")
    // Each week once as a whole, in vain, and in two parts.
    try await world.expectTasks(jobs: 6)
    for job in try #require(try world.report()["jobs"]?.array) {
      #expect(job["parts"] == 2 && job["tasks"]?.array?.count == 3)
    }
  }

  @Test func `a run that is killed between the parts goes on with them, and makes none twice`() async throws {
    let world = try await Self.world("submit:too-large:2", speed: 200)
    let run = ["run", "--settle", "2s"] + Self.events

    for crash in ["before:split:1", "after:split:1", "acted:split:3", "after:submitted:2", "before:verified:1"] {
      let killed = try await world.start(run, crash: crash).finish()
      #expect(killed.signal == SIGKILL, "\(crash): \(killed.status) \(killed.errors)")
    }
    let status = try await Program.run(["status", "manifest.yaml", "--output", "json"], in: world.folder.url)
    let last = try await world.start(run).finish()

    #expect(last.status == 0, "\(last.errors)")
    try await world.expectTasks(jobs: 8)
    let told = try JSONValue(parsing: status.output.utf8)
    #expect(try await SchemaValidator.problems([("status", told)]) == [nil])
    let states = told["states"]?.object ?? [:]
    #expect(told["phase"] == "broken" && states["split"] != nil, "\(states)")
    // On a slow machine all parts of one may be done before a kill: then the runs after it have the other alone.
    #expect((1...2).contains(states.values.compactMap(\.int).reduce(0, +)), "\(states)")
    // The parts that were left are told by their names, and their tasks are the wholes'.
    #expect(last.errors.contains("\nverified history/app-1/event/2016-01-"), "\(last.errors)")
    let jobs = try #require(try world.report()["jobs"]?.array)
    #expect((1...2).contains(jobs.count), "\(jobs)")
    #expect(jobs.allSatisfy { $0["parts"] == 4 && $0["state"] == "verified" }, "\(jobs)")
    let again = try await world.start(run).finish()
    #expect(again.output.hasPrefix("Nothing is due: 2 already exported"), "\(again.output)")
  }

  @Test func `a redo of what was split makes one more task for each part, over kills`() async throws {
    let world = try await Self.world("submit:too-large:2")
    #expect(try await world.start(["run"] + Self.events).finish().status == 0)
    let redo = ["run", "--redo", "--settle", "2s"] + Self.events

    let killed = try await world.start(redo, crash: "after:verified:3").finish()
    let last = try await world.start(redo).finish()

    #expect(killed.signal == SIGKILL)
    #expect(last.status == 0, "\(last.errors)")
    try await world.expectTasks(jobs: 8, each: 2)
  }
}

extension CloudWorld {
  /// Of the runs that have a page, oldest first.
  func reportFolders() throws -> [URL] {
    let runs = folder.url.appendingPathComponent(".outhaul/runs")
    return try FileManager.default.contentsOfDirectory(atPath: runs.path).sorted().map(runs.appendingPathComponent)
      .filter { FileManager.default.fileExists(atPath: $0.appendingPathComponent("report.html").path) }
  }
}
