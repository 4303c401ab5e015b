// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// What bounds a run: time, retries, signals, and the limits of the manifest.
@Suite(.serialized) struct RunLimitTests {
  /// One app, one day: eight jobs.
  private static let jobs = 8

  /// Tasks that live for minutes.
  private static func slow() async throws -> CloudWorld {
    try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: ["--speed", "1"])
  }

  @Test func `a run whose time is up leaves its tasks alone, and the same command without a limit goes on`()
    async throws
  {
    var world = try await Self.slow()

    let result = try await world.perform("run", "--max-duration", "3s")
    let made = try await world.cloud.statistics()
    try await world.killCloud()
    try await world.restartCloud(["--speed", "1000"])
    let last = try await world.perform("run")

    #expect(result.status == 3, "\(result.errors)")
    #expect(result.output.hasPrefix("The time was up in "), "\(result.output)")
    #expect(result.output.contains("0 of 8 due jobs are done; the rest waits."), "\(result.output)")
    #expect(result.output.contains("\ngo on with: outhaul run manifest.yaml "), "\(result.output)")
    #expect(made.tasks > 0)
    #expect(last.status == 0, "\(last.errors)")
    try await world.expectTasks(jobs: Self.jobs)
  }

  @Test func `an instant that has passed ends a run before it does much, and a time of day is the next one`()
    async throws
  {
    let world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: ["--speed", "1000"])
    // Twelve hours from now, whenever this is.
    let hour = (Calendar(identifier: .gregorian).dateComponents(in: .gmt, from: Date()).hour ?? 0) + 12
    let until = String(format: "%02d:30", hour % 24)

    let past = try await world.perform("run", "--until", "2000-01-01T00:00:00Z")
    let last = try await world.perform("run", "--until", until, "--settle", "2s")

    #expect(past.status == 3, "\(past.output) \(past.errors)")
    #expect(past.output.hasPrefix("The time was up in "), "\(past.output)")
    #expect(last.status == 0, "\(last.output) \(last.errors)")
    try await world.expectTasks(jobs: Self.jobs)
  }

  @Test(arguments: [
    ["--until", "25:00"], ["--until", "6"], ["--until", "tomorrow"], ["--max-duration", "soon"], ["--retries", "-1"],
    ["--retries", "many"],
  ])
  func `limits that are none are mistakes`(_ words: [String]) async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(["run", "manifest.yaml", "--local"] + words, in: folder.url)

    #expect(result.status == 64, "\(result.errors)")
    #expect(result.errors.contains(words[0]), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent(".outhaul").path))
  }

  @Test func `a run without retries does not ask again for what failed, and says so`() async throws {
    let world = try await CloudWorld(
      SampleManifest.nightly(days: 1, apps: 1), cloud: ["--speed", "1000", "--fault", "task:failed:x2"])
    let snapshots = ["--select", "snapshots"]

    let result = try await world.start(["run", "--retries", "0"] + snapshots).finish()
    let report = try world.report()
    let made = try await world.cloud.statistics().tasks
    let last = try await world.start(["run"] + snapshots).finish()

    #expect(result.status == 3, "\(result.errors)")
    #expect(result.output.hasPrefix("2 of 4 jobs done in "), "\(result.output)")
    #expect(made == 4)
    #expect(report["failures"]?.array?.first?["cause"] == "budget", "\(String(describing: report["failures"]))")
    #expect(last.status == 0, "\(last.errors)")
    #expect(try await world.cloud.statistics().tasks == 6)
  }

  @Test func `the limits of the manifest hold as the service sees them, over kills and lost answers`() async throws {
    let manifest = SampleManifest.nightly(days: 2).replacing(
      "    base: \"${var.base}\"\n", with: "    base: \"${var.base}\"\n    limits: {active: 5, active_per_app: 2}\n")
    let world = try await CloudWorld(
      manifest, cloud: ["--speed", "600", "--fault", "submit:lost-answer:10%", "--running", "2"])
    let run = ["run", "--settle", "2s"]

    for crash in ["after:intent:3", "before:submitted:3", "after:verified:3", "acted:intent:4", "before:any:12"] {
      let killed = try await world.start(run, crash: crash).finish()
      #expect(killed.signal == SIGKILL, "\(crash): \(killed.status) \(killed.errors)")
    }
    let last = try await world.start(run).finish()

    #expect(last.status == 0, "\(last.errors)")
    try await world.expectTasks(jobs: 4 * 4 + 4 * 4 * 2)
    let counted = try await world.cloud.statistics()
    #expect(counted.mostLive <= 5)
    #expect(counted.mostLiveByApp.count == 4 && counted.mostLiveByApp.values.allSatisfy { $0 <= 2 })
    // They were used, too.
    #expect(counted.mostLive >= 4)
  }

  @Test func `a bound of the whole run holds as well`() async throws {
    let world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 2), cloud: ["--speed", "1000"])

    let result = try await world.perform("run", "--active", "3")

    #expect(result.status == 0, "\(result.errors)")
    let counted = try await world.cloud.statistics()
    #expect(counted.mostLive <= 3)
    try await world.expectTasks(jobs: 2 * Self.jobs)
  }

  @Test func `a third signal ends at once, whatever is under way, and the same command goes on`() async throws {
    let world = try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: ["--speed", "1000"])
    // A service that takes requests and says nothing: they would be waited for.
    world.cloud.send(SIGSTOP)
    let run = try world.start(["run", "--settle", "2s"])
    #expect(await run.waits { $0.contains(": 8 of 8 jobs due\n") })

    run.send(SIGINT)
    #expect(await run.waits { $0.contains("stopping: waiting for requests under way; then go on with: outhaul run ") })
    run.send(SIGINT)
    #expect(await run.waits { $0.contains("stopping tasks at the services that can do that") })
    run.send(SIGTERM)
    let result = try await run.finish()
    world.cloud.send(SIGCONT)
    let last = try await world.perform("run", "--settle", "2s")

    #expect(result.status == 130 && result.signal == nil, "\(result.status) \(result.errors)")
    #expect(last.status == 0, "\(last.errors)")
    try await world.expectTasks(jobs: Self.jobs)
  }

  @Test func `a crash point that is none is a mistake`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(
      ["run", "manifest.yaml", "--local"], in: folder.url, environment: ["OUTHAUL_CRASH_AT": "someday"])

    #expect(result.status == 64)
    #expect(result.errors.contains("OUTHAUL_CRASH_AT names no point: someday"), "\(result.errors)")
  }
}
