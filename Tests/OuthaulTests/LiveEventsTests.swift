// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `events.ndjson` while a run goes on, when it is killed, and at its end.
@Suite(.serialized) struct LiveEventsTests {
  private static func runs(_ folder: borrowing TemporaryFolder) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: folder.url.appendingPathComponent(".outhaul/local/runs"), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  private static func lines(_ data: Data) throws -> [JSONValue] {
    try data.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }

  @Test func `a run that is killed leaves the lines that the journal has, and goes on in a file of its own`()
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let words = [
      "run", "manifest.yaml", "--local", "--speed", "5000", "--as-of", CloudWorld.now, "--fault",
      "submit:throttle:8/s",
    ]

    let killed = try await Program.run(
      words, in: folder.url, environment: ["OUTHAUL_CRASH_AT": "acted:succeeded:1"])
    let first = try #require(try Self.runs(folder).first)
    let live = try Data(contentsOf: first.appendingPathComponent("events.ndjson"))
    let folded = try await Program.run(
      ["report", first.lastPathComponent, "--local", "--format", "events"], in: folder.url)
    let resumed = try await Program.run(words, in: folder.url)
    let second = try #require(try Self.runs(folder).last)
    let whole = try Data(contentsOf: second.appendingPathComponent("events.ndjson"))

    #expect(killed.signal == SIGKILL, "\(killed.errors)")
    #expect(!live.isEmpty && String(decoding: live, as: UTF8.self) == folded.output)
    #expect(resumed.status == 0 && first != second, "\(resumed.errors)")
    let (broken, ended) = (try Self.lines(live), try Self.lines(whole))
    #expect(broken.first?["event"] == "began" && broken.last?["event"] != "ended")
    #expect(broken.first?["run"]?.string == first.lastPathComponent)
    #expect(ended.first?["event"] == "began" && ended.last?["event"] == "ended" && ended.last?["outcome"] == "done")
    let problems = try await SchemaValidator.problems((broken + ended).map { ("events", $0) })
    #expect(problems.compactMap { $0 } == [])
  }

  @Test func `lines come while the run goes on, and stay at the beginning of what is there at its end`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 2), to: "manifest.yaml")
    let run = try Program.start(
      ["run", "manifest.yaml", "--local", "--speed", "300", "--as-of", CloudWorld.now], in: folder.url)

    #expect(await run.waits { $0.contains("\nverified ") })
    let file = try #require(try Self.runs(folder).first).appendingPathComponent("events.ndjson")
    let early = try Data(contentsOf: file)
    let result = try await run.finish()
    let whole = try Data(contentsOf: file)

    #expect(result.status == 0, "\(result.errors)")
    #expect(early.count > 1000 && early.count < whole.count)
    #expect(whole.starts(with: early))
  }
}
