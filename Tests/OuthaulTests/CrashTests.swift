// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `kill -9` of the real binary, and what the service holds afterwards.
@Suite struct CrashTests {
  @Test func `a run that is killed three times ends with exactly one task for each job`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "100"])
    // So many jobs that a signal which comes late finds some left; of more than 200 not each has a line.
    try folder.write(SampleManifest.nightly(days: 11), to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--as-of", Self.now] + Self.settle + cloud.variables

    // Each run is killed when it has shown so many jobs.
    for wanted in [1, 6, 12] {
      let killed = try Program.start(run, in: folder.url, environment: cloud.environment)
      #expect(await killed.send(SIGKILL) { Self.verified(in: $0) >= wanted })
      let result = try await killed.finish()
      #expect(result.signal == SIGKILL, "\(result.status) \(result.output) \(result.errors)")
    }
    let last = try await Program.run(run, in: folder.url, environment: cloud.environment)

    #expect(last.status == 0, "\(last.errors)")
    let jobs = 4 * 4 + 4 * 4 * 11
    let counted = try await cloud.statistics()
    #expect(counted.tasks == jobs)
    #expect(counted.tasksByDescription.count == jobs)
    #expect(counted.tasksByDescription.values.allSatisfy { $0 == 1 })
    try Self.expectFiles(in: folder.url.appendingPathComponent("exports"), jobs: jobs)
  }

  @Test func `a rehearsal that is killed with its cloud goes on, and makes nothing twice`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 10), to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--local", "--as-of", Self.now, "--speed", "100"]

    for wanted in [1, 5, 9] {
      let killed = try Program.start(run, in: folder.url)
      #expect(await killed.send(SIGKILL) { Self.verified(in: $0) >= wanted })
      _ = try await killed.finish()
    }
    let last = try await Program.run(run, in: folder.url)
    let again = try await Program.run(run, in: folder.url)

    #expect(last.status == 0, "\(last.errors)")
    let jobs = 4 * 4 + 4 * 4 * 10
    try Self.expectFiles(in: folder.url.appendingPathComponent(".outhaul/local/exports/files"), jobs: jobs)
    #expect(again.status == 0)
    #expect(again.output.hasPrefix("Nothing is due: "), "\(again.output)")
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent(".outhaul/local/cloud"))
    let counted = try await cloud.statistics()
    #expect(counted.tasks == jobs)
    #expect(counted.tasksByDescription.values.allSatisfy { $0 == 1 })
  }

  @Test func `answers that are lost on the way make no second task`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"),
      arguments: ["--speed", "1000", "--fault", "submit:lost-answer:30%", "--fault", "poll:503:5%"])
    try folder.write(SampleManifest.nightly(days: 2), to: "manifest.yaml")

    let result = try await Program.run(
      ["run", "manifest.yaml", "--as-of", Self.now] + Self.settle + cloud.variables, in: folder.url,
      environment: cloud.environment)

    #expect(result.status == 0, "\(result.errors)")
    let counted = try await cloud.statistics()
    #expect(counted.tasks == 4 * 4 + 4 * 4 * 2)
    #expect(result.errors.contains("adopted "))
  }

  @Test func `Ctrl-C stops with a state that goes on`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 2), to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--local", "--as-of", Self.now, "--speed", "100"]

    let program = try Program.start(run, in: folder.url)
    #expect(await program.send(SIGINT) { Self.verified(in: $0) >= 1 })
    let stopped = try await program.finish()
    let terminated = try Program.start(run, in: folder.url)
    #expect(await terminated.send(SIGTERM) { Self.verified(in: $0) >= 1 })
    let second = try await terminated.finish()
    let last = try await Program.run(run, in: folder.url)

    #expect(stopped.status == 130, "\(stopped.errors)")
    #expect(stopped.output.contains("outhaul run manifest.yaml --local"), "\(stopped.output)")
    #expect(second.status == 143)
    #expect(last.status == 0)
  }

  /// Commits with these in them are where a run is killed: before, after, and once everything is under way.
  private static let words = ["intent", "submitted", "succeeded", "verifying", "verified", "any"]
  /// These are not in every run; one that does not come to them goes on to its end.
  private static let rareWords = ["adopted", "absent", "running", "queued"]

  @Test func `a run that is killed at every point of its journal ends with exactly one task for each job`()
    async throws
  {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "400"])
    try folder.write(SampleManifest.nightly(days: 6), to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--as-of", Self.now] + Self.settle + cloud.variables
    var killed: Set<String> = []

    for (word, count) in Self.words.map({ ($0, 1) }) + Self.words.map({ ($0, 2) }) + Self.rareWords.map({ ($0, 1) }) {
      for moment in ["before", "after", "acted"] {
        let environment = ["OUTHAUL_CRASH_AT": "\(moment):\(word):\(count)"]
        let result = try await Program.run(
          run, in: folder.url, environment: cloud.environment.merging(environment) { $1 })
        if result.signal == SIGKILL { killed.insert("\(moment):\(word)") }
        #expect(result.signal == SIGKILL || result.status == 0, "\(result.status) \(result.errors)")
      }
    }
    let last = try await Program.run(run, in: folder.url, environment: cloud.environment)

    #expect(last.status == 0, "\(last.errors)")
    for word in Self.words {
      for moment in ["before", "after", "acted"] { #expect(killed.contains("\(moment):\(word)")) }
    }
    try await Self.expectOneTaskEach(cloud, in: folder, jobs: 4 * 4 + 4 * 4 * 6)
  }

  @Test func `a run that is killed at fifty moments by chance ends with exactly one task for each job`() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"),
      arguments: ["--speed", "400", "--fault", "submit:lost-answer:5%", "--fault", "poll:503:2%"])
    try folder.write(SampleManifest.nightly(days: 8), to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--as-of", Self.now, "--log-level", "debug"] + Self.settle + cloud.variables
    var kills = 0

    for _ in 0..<50 {
      // Debug lines come with every event; where the process is when the signal arrives is anybody's guess.
      let lines = Int.random(in: 1...40, using: &random)
      let program = try Program.start(run, in: folder.url, environment: cloud.environment)
      _ = await program.send(SIGKILL) { $0.utf8.count { $0 == UInt8(ascii: "\n") } >= lines }
      let result = try await program.finish()
      if result.signal == SIGKILL { kills += 1 }
      #expect(result.signal == SIGKILL || result.status == 0, "seed \(seed): \(result.status) \(result.errors)")
    }
    let last = try await Program.run(run, in: folder.url, environment: cloud.environment)

    #expect(last.status == 0, "seed \(seed): \(last.errors)")
    #expect(kills > 10, "seed \(seed)")
    try await Self.expectOneTaskEach(cloud, in: folder, jobs: 4 * 4 + 4 * 4 * 8, "seed \(seed)")
  }

  // MARK: Parts

  /// No request of a killed run is on its way for longer, on a machine with too much to do either: else the service could
  /// make a task that the next run has looked for in vain, and nothing promises that this is noticed. With eight programs
  /// for each core, a submit takes a second and a half.
  private static let settle = ["--settle", "5s"]

  private static func expectOneTaskEach(
    _ cloud: CloudProcess, in folder: borrowing TemporaryFolder, jobs: Int, _ comment: Comment? = nil
  ) async throws {
    let counted = try await cloud.statistics()
    #expect(counted.tasks == jobs, comment)
    #expect(counted.tasksByDescription.count == jobs, comment)
    #expect(counted.tasksByDescription.values.allSatisfy { $0 == 1 }, comment)
    try expectFiles(in: folder.url.appendingPathComponent("exports"), jobs: jobs)
  }

  /// The beginning of today: snapshots are current, and history is past.
  private static let now: String = {
    let day = ISO8601DateFormatter().string(from: Date()).prefix(10)
    return "\(day)T00:00:00Z"
  }()

  private static func verified(in printed: String) -> Int { printed.components(separatedBy: "\nverified ").count - 1 }

  /// One folder for each job, each with a manifest that counts its parts, and nothing half-written.
  private static func expectFiles(in folder: URL, jobs: Int) throws {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
    let files = all.filter { !$0.hasDirectoryPath }
    #expect(files.count { $0.lastPathComponent == "MANIFEST.json" } == jobs)
    #expect(files.count { $0.lastPathComponent.hasPrefix("part-") } >= jobs)
    #expect(
      files.filter { !$0.lastPathComponent.hasPrefix("part-") && $0.lastPathComponent != "MANIFEST.json" }.isEmpty)
    for part in files where part.lastPathComponent.hasPrefix("part-") {
      #expect(try JSONSerialization.jsonObject(with: Data(contentsOf: part)) is [Any], "\(part.path)")
    }
  }
}
