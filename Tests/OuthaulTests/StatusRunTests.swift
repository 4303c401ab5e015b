// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `status` beside a run that really goes on, is cut off, and comes to its end.
@Suite(.serialized) struct StatusRunTests {
  /// Asks until what is told fits; the run tells of itself once a second.
  private static func status(
    of world: borrowing CloudWorld, until isWanted: (JSONValue) -> Bool
  ) async throws -> JSONValue {
    var told: JSONValue = .null
    for _ in 0..<600 {
      let result = try await Program.run(["status", "manifest.yaml", "--output", "json"], in: world.folder.url)
      try #require(result.status == 0, "\(result.errors)")
      told = try JSONValue(parsing: result.output.utf8)
      if isWanted(told) { return told }
    }
    Issue.record("not what was waited for: \(told.canonicalText)")
    return told
  }

  @Test func `a run is told while it goes on, when it broke off, and at its end`() async throws {
    var world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 2), cloud: ["--speed", "1"])
    let run = try world.start(["run"])

    let going = try await Self.status(of: world) { $0["next_poll"] != nil && !($0["tasks"]?.array?.isEmpty ?? true) }
    let text = try await Program.run(["status", "manifest.yaml"], in: world.folder.url)
    run.send(SIGKILL)
    _ = try await run.finish()
    let live = world.folder.url.appendingPathComponent(".outhaul/live.json")
    let isLeft = FileManager.default.fileExists(atPath: live.path)
    let broken = try await Self.status(of: world) { _ in true }
    try await world.killCloud()
    try await world.restartCloud(["--speed", "1000"])
    let last = try await world.perform("run", "--settle", "2s")
    let ended = try await Self.status(of: world) { _ in true }

    #expect(try await SchemaValidator.problems([going, broken, ended].map { ("status", $0) }) == [nil, nil, nil])
    #expect(going["phase"] == "running" && going["process"] == .int(Int64(run.pid)))
    #expect(going["due"] == 16 && going["jobs"] == 16)
    let gauge = try #require(going["services"]?.array?.first)
    #expect(gauge["name"] == "engagement" && (gauge["active"]?.int ?? 0) > 0, "\(gauge)")
    let states = going["states"]?.object?.values.compactMap(\.int) ?? []
    #expect(states.reduce(0, +) == 16, "\(going.canonicalText)")
    // Ready has one meaning: the states and the services agree, and what waits is held by a gate.
    #expect(gauge["ready"]?.int == going["states"]?["ready"]?.int ?? 0, "\(going.canonicalText)")
    #expect(going["states"]?["waiting"] == 8, "\(going.canonicalText)")
    #expect(going["tasks"]?.array?.allSatisfy { $0["title"]?.string?.hasPrefix("snapshots/app-") ?? false } ?? false)
    #expect(
      going["gates"]?.array?.compactMap { $0["name"]?.string }.sorted() == ["snapshots/app-1", "snapshots/app-2"])
    #expect(text.output.contains(" of nightly goes on since "), "\(text.output)")
    #expect(text.output.contains("\nnext poll at "), "\(text.output)")
    #expect(text.output.contains("  4 jobs wait for snapshots/app-1: 4 of 4 not done\n"), "\(text.output)")
    // What a run that was killed said of itself last is not told of it.
    #expect(isLeft)
    #expect(broken["phase"] == "broken" && broken["next_poll"] == nil)
    #expect(!(broken["tasks"]?.array?.isEmpty ?? true))
    #expect(last.status == 0, "\(last.errors)")
    #expect(ended["phase"] == "ended" && ended["outcome"] == "done" && ended["tasks"] == [])
    #expect(ended["states"] == ["verified": 16])
    #expect(!FileManager.default.fileExists(atPath: live.path))
  }

  @Test func `a service that does not answer is told, with since when`() async throws {
    var world = try await CloudWorld(SampleManifest.nightly(days: 2, apps: 4), cloud: ["--speed", "40"])
    let run = try world.start(["run", "--settle", "2s"])
    #expect(await run.waits { $0.contains("\nverified ") })

    try await world.killCloud()
    let silent = try await Self.status(of: world) { $0.at(pointer: "/unanswered/engagement") != nil }
    let text = try await Program.run(["status", "manifest.yaml"], in: world.folder.url)
    try await world.restartCloud(["--speed", "1000"])
    let result = try await run.finish()

    #expect(try await SchemaValidator.problems([("status", silent)]) == [nil])
    #expect(text.output.contains("\n  engagement has not answered since "), "\(text.output)")
    #expect(result.status == 0, "\(result.errors)")
    try await world.expectTasks(jobs: 4 * 4 + 4 * 4 * 2)
  }
}
