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
    let unmeant = try await Program.run(["runs"], in: folder.url)
    let elsewhere = try await Program.run(["report", ids[0]], in: folder.url)
    #expect(unmeant.output.hasSuffix("/.outhaul; rehearsals have: give --local\n"), "\(unmeant.output)")
    #expect(elsewhere.errors.contains("; a rehearsal is: give --local"), "\(elsewhere.errors)")
    #expect(try await SchemaValidator.problems([("runs", json)]) == [nil])
    #expect(json["list"]?.array?.compactMap { $0["run"]?.string } == ids.reversed())
    #expect(json["list"]?.array?.map { $0["due"] } == [0, 8])
    #expect(json["list"]?.array?.map { $0["states"]?["verified"] } == [nil, 8])
    #expect(json["list"]?.array?.map { $0["outcome"] } == ["done", "done"])
    #expect(text.output.contains("\n\(ids[1])  nightly") && text.output.contains("nothing due"), "\(text.output)")
    #expect(newest.output.contains(ids[1]) && !newest.output.contains(ids[0]))
    #expect(told.output.hasPrefix("All 8 jobs done and verified in "), "\(told.output)")
    #expect(try JSONValue(parsing: last.output.utf8)["run"]?.string == ids[1])
    let both = try await Program.run(
      ["report", "--local", "--format", "text", "--output", "json"], in: folder.url)
    #expect(both.status == 64 && both.errors.contains("--output json is --format json"), "\(both.errors)")
    #expect(unknown.status == 65 && unknown.errors.contains("is called 'x'"))
  }

  @Test func `the command for what went wrong runs as many jobs as the page says, also where an export stopped`()
    async throws
  {
    let folder = try TemporaryFolder()
    let late =
      "  late:\n    service: engagement\n    apps: all\n    datasets: [error]\n"
      + "    window: {every: day, last: 1d, zone: UTC}\n    after: [{export: history, match: window}]\n"
    let manifest =
      (SampleManifest.nightly(days: 1, apps: 2, attempts: 2)
      .replacing("datasets: [activity, event, job, error]", with: "datasets: [activity, event, job]")
      .replacing("    after: [{export: snapshots, match: app}]\n", with: "    max_failures: 3\n") + late)
      .replacing("last: 1d", with: "from: 2016-01-01, through: 2016-01-10")
      // So that jobs rest after their first attempt while others use up their second.
      .replacing("cool_down: 200ms", with: "cool_down: 2s")
    try folder.write(manifest, to: "manifest.yaml")
    let result = try await Self.rehearse(
      folder,
      [
        "--select", "history", "--select", "late", "--as-of", "2016-02-01T03:00:00Z", "--fault", "task:failed:60%",
        "--output", "json",
      ])
    let report = try JSONValue(parsing: result.output.utf8)
    let run = try #require(try Self.runFolders(folder).first)
    let page = try String(contentsOf: run.appendingPathComponent("report.html"), encoding: .utf8)
    let told = try #require(
      page.firstMatch(
        of: #/Only what went wrong \((\d+) jobs[^<]*<\/p>\s*<div class="command"><pre><code>(.*?)<\/code>/#))
    let words = String(told.2).replacing("&#39;", with: "'").replacing("outhaul ", with: "exec \"$0\" ")

    let again = try await Program.run(["-c", words, Program.path], in: folder.url, executable: "/bin/sh")

    #expect(result.status == 3 && (report.at(pointer: "/totals/given_up")?.int ?? 0) > 0, "\(result.errors)")
    #expect(again.errors.contains("selected \(told.1) of "), "\(told.1): \(again.errors)")
    let failed = (report.at(pointer: "/totals/failed")?.int ?? 0) + (report.at(pointer: "/totals/given_up")?.int ?? 0)
    #expect(Int64(told.1) == failed)
    #expect(page.contains("<p>To do these again (\(told.1) jobs"))
  }

  @Test func `a report is written over a report, through a link and into a pipe, and over nothing that is read`()
    async throws
  {
    let folder = try TemporaryFolder()
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
    try folder.write(manifest, to: "manifest.yaml")
    _ = try await Self.rehearse(folder)
    let run = try #require(try Self.runFolders(folder).first)
    let whole = try Data(contentsOf: run.appendingPathComponent("report.md"))
    let home = URL(fileURLWithPath: folder.url.path, isDirectory: true)
    let state = ".outhaul/local/state.sqlite"
    let plan = "\(run.path)/plan.json"
    let before = try [state, plan].map { try Data(contentsOf: URL(fileURLWithPath: $0, relativeTo: home)) }
    let files = FileManager.default
    for (link, file) in [("link.yaml", "manifest.yaml"), ("new.md", "there.md")] {
      try files.createSymbolicLink(
        atPath: folder.url.appendingPathComponent(link).path, withDestinationPath: file)
    }
    func report(_ out: String) async throws -> Program.Result {
      try await Program.run(["report", "--local", "--format", "md", "--out", out], in: folder.url)
    }

    for out in ["manifest.yaml", "link.yaml", state, plan] {
      let refused = try await report(out)
      #expect(refused.status == 64, "\(out): \(refused.errors)")
      #expect(refused.errors.contains("--out '\(out)' would write over a file that is no report"), "\(refused.errors)")
      let metrics = try await Self.rehearse(folder, ["--metrics-file", out])
      #expect(metrics.status == 64 && metrics.errors.contains("--metrics-file '\(out)' would"), "\(metrics.errors)")
    }
    let written = [try await report("new.md"), try await report("new.md"), try await report("there.md")]
    let piped = try await Program.run(
      [
        "-c", "mkfifo pipe; cat pipe & \"$0\" report --local --format md -o pipe; wait; test -p pipe",
        Program.path,
      ],
      in: folder.url, executable: "/bin/sh")
    let folderOut = try await report(".")

    #expect(written.map(\.status) == [0, 0, 0], "\(written.map(\.errors))")
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("there.md")) == whole)
    #expect(try files.destinationOfSymbolicLink(atPath: folder.url.appendingPathComponent("new.md").path) == "there.md")
    #expect(piped.status == 0 && Data(piped.output.utf8) == whole, "\(piped.errors)")
    #expect(folderOut.status == 70, "\(folderOut.errors)")
    #expect(try String(contentsOf: folder.url.appendingPathComponent("manifest.yaml"), encoding: .utf8) == manifest)
    let after = try [state, plan].map { try Data(contentsOf: URL(fileURLWithPath: $0, relativeTo: home)) }
    #expect(after[1] == before[1] && after[0].prefix(16) == before[0].prefix(16))
  }

  @Test func `names of requests are found among the requests, and the services' stand beside them`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let result = try await Self.rehearse(folder, ["--fault", "submit:500:x1"])

    let run = try #require(try Self.runFolders(folder).first)
    let record = try RunReport(of: nil, state: folder.url.appendingPathComponent(".outhaul/local"), plan: nil)
    let told = record.jobs.flatMap(\.requestIDs)
    let trace = try String(contentsOf: run.appendingPathComponent("otlp-traces.json"), encoding: .utf8)

    #expect(result.status == 0, "\(result.errors)")
    #expect(told.count >= 8 && Set(told).isSubset(of: Set(record.requests.compactMap(\.requestID))))
    let both = record.requests.filter { $0.serviceID != nil }
    #expect(!both.isEmpty && both.allSatisfy { $0.requestID != $0.serviceID })
    #expect(trace.contains(#""outhaul.request.service_id""#))
  }

  @Test func `of a run whose time was up the list says so`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let stopped = try await Self.rehearse(folder, ["--until", "2000-01-01T00:00:00Z"])

    let text = try await Program.run(["runs", "--local"], in: folder.url)
    let listed = try await Program.run(["runs", "--local", "--output", "json"], in: folder.url)

    let json = try JSONValue(parsing: listed.output.utf8)
    #expect(stopped.status == 3, "\(stopped.errors)")
    #expect(text.output.contains("  interrupted, its time was up"), "\(text.output)")
    #expect(json["list"]?.array?.map { $0["stop"] } == [["reason": "time_is_up"]])
    #expect(try await SchemaValidator.problems([("runs", json)]) == [nil])
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
