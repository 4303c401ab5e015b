// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportCore
import Foundation
import Testing

/// `report` and `runs` over what real runs left.
@Suite(.serialized) struct ReportCommandTests {
  private static func rehearse(
    _ folder: borrowing TemporaryFolder, _ more: [String] = []
  ) async throws -> Program.Result {
    let words = ["run", "manifest.yaml", "--local", "--speed", "5000"]
    return try await Program.run(words + more, in: folder.url)
  }

  private static func runFolders(_ folder: borrowing TemporaryFolder) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: folder.url.appendingPathComponent(".outhaul/local/runs"), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  @Test func `every format of a run that has ended is made again byte for byte`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 2), to: "manifest.yaml")
    let first = try await Self.rehearse(folder, ["--fault", "submit:429:20%", "--fault", "poll:500:20%"])
    let second = try await Self.rehearse(folder)
    let runs = try Self.runFolders(folder)

    #expect(first.status == 0 && second.status == 0, "\(first.errors)\(second.errors)")
    #expect(runs.count == 2)
    for run in runs {
      for format in ReportFormat.all {
        let file = try Data(contentsOf: run.appendingPathComponent(format.fileName))
        let out = run.appendingPathComponent("again").path
        let again = try await Program.run(
          ["report", run.lastPathComponent, "--local", "--format", format.name, "--out", out], in: folder.url)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == file, "\(format.fileName)")
      }
    }
  }

  @Test func `runs are listed, newest first, and a report is told in words`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let none = try await Program.run(["runs"], in: folder.url)
    _ = try await Self.rehearse(folder)
    _ = try await Self.rehearse(folder)
    let ids = try Self.runFolders(folder).map(\.lastPathComponent)

    let listed = try await Program.run(["runs", "--local", "--output", "json"], in: folder.url)
    let text = try await Program.run(["runs", ".", "--local"], in: folder.url)
    let newest = try await Program.run(["runs", "manifest.yaml", "--local", "--limit", "1"], in: folder.url)
    let told = try await Program.run(["report", ids[0], "--local"], in: folder.url)
    let last = try await Program.run(["report", "--local", "--output", "json"], in: folder.url)
    let unknown = try await Program.run(["report", "x", "--local"], in: folder.url)

    let json = try JSONValue(parsing: listed.output.utf8)
    #expect(none.output.hasPrefix("no run has begun in ") && none.status == 0)
    #expect(try await SchemaValidator.problems([("runs", json)]) == [nil])
    #expect(json["list"]?.array?.compactMap { $0["run"]?.string } == ids.reversed())
    #expect(json["list"]?.array?.map { $0["due"] } == [0, 8])
    #expect(json["list"]?.array?.map { $0["states"]?["verified"] } == [nil, 8])
    #expect(json["list"]?.array?.map { $0["outcome"] } == ["done", "done"])
    #expect(text.output.contains("\n\(ids[1])  nightly") && text.output.contains("nothing due"), "\(text.output)")
    #expect(newest.output.contains(ids[1]) && !newest.output.contains(ids[0]))
    #expect(told.output.hasPrefix("All 8 jobs done and verified in "), "\(told.output)")
    #expect(try JSONValue(parsing: last.output.utf8)["run"]?.string == ids[1])
    #expect(unknown.status == 65 && unknown.errors.contains("is called 'x'"))
  }

  @Test func `of a run that was killed the report tells what the journal has`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let killed = try await Program.run(
      ["run", "manifest.yaml", "--local", "--speed", "5000"], in: folder.url,
      environment: ["OUTHAUL_CRASH_AT": "after:submitted:3"])
    let report = try await Program.run(["report", "--local", "--output", "json"], in: folder.url)
    let runs = try await Program.run(["runs", "--local", "--output", "json"], in: folder.url)
    let json = try JSONValue(parsing: report.output.utf8)

    #expect(killed.signal == SIGKILL, "\(killed.errors)")
    #expect(try await SchemaValidator.problems([("report", json)]) == [nil])
    #expect(json["outcome"] == "broken" && json["totals"]?["unfinished"] == 8)
    #expect(json["verdict"]?.string?.hasPrefix("Not at its end, ") == true)
    #expect(try JSONValue(parsing: runs.output.utf8)["list"]?.array?.map { $0["outcome"] } == ["broken"])
  }

  @Test func `a run whose folder is gone is told by its plan, and by no other`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    _ = try await Self.rehearse(folder)
    let run = try #require(try Self.runFolders(folder).first)
    let plan = folder.url.appendingPathComponent("plan.json")
    try FileManager.default.moveItem(at: run.appendingPathComponent("plan.json"), to: plan)
    let whole = try Data(contentsOf: run.appendingPathComponent("report.json"))
    _ = try await Program.run(
      ["plan", "manifest.yaml", "--as-of", "2016-01-11", "-o", "other.json"], in: folder.url)

    let without = try await Program.run(["report", "--local", "--format", "json"], in: folder.url)
    let with = try await Program.run(
      ["report", "--local", "--format", "json", "--plan", "plan.json"], in: folder.url)
    let other = try await Program.run(
      ["report", "--local", "--format", "json", "--plan", "other.json"], in: folder.url)

    #expect(without.status == 65 && without.errors.contains("takes the plan with --plan"))
    #expect(with.status == 0 && Data(with.output.utf8) == whole, "\(with.errors)")
    #expect(other.status == 65 && other.errors.contains("is not the one that it ran"))
  }
}
