// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct PlanCommandTests {
  @Test func `the same manifest and instant give the same bytes from two directories`() async throws {
    let one = try TemporaryFolder()
    let two = try TemporaryFolder()
    let arguments = ["plan", "manifest.yaml", "--as-of", "2016-02-10T12:00:00Z", "-o", "plan.json"]
    try one.write(SampleManifest.nightly(), to: "manifest.yaml")
    try two.write(SampleManifest.nightly(), to: "deeper/manifest.yaml")

    let first = try await Program.run(arguments, in: one.url)
    let second = try await Program.run(
      arguments, in: two.url.appendingPathComponent("deeper"), environment: ["TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8"])

    #expect(first.status == 0)
    #expect(second.status == 0, "\(second.errors)")
    let bytes = try Data(contentsOf: one.url.appendingPathComponent("plan.json"))
    #expect(bytes.count > 10_000)
    #expect(try Data(contentsOf: two.url.appendingPathComponent("deeper/plan.json")) == bytes)
  }

  @Test func `the plan goes to standard output as JSON when asked, and names no secret`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(), to: "manifest.yaml")

    let result = try await Program.run(
      ["plan", "manifest.yaml", "--as-of", "2016-02-10T12:00:00Z", "--output", "json"], in: folder.url,
      environment: ["ENGAGEMENT_SECRET": "canary-1", "STAGING_KEY": "canary-2"])

    #expect(result.status == 0)
    let plan = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let jobs = try #require(plan?["jobs"] as? [Any])
    #expect(jobs.count == 128)
    #expect(!result.output.contains("canary"))
  }

  @Test func `the graph is drawn both ways`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let arguments = ["graph", "manifest.yaml", "--as-of", "2016-02-10T12:00:00Z"]

    let dot = try await Program.run(arguments, in: folder.url)
    let mermaid = try await Program.run(arguments + ["--format", "mermaid"], in: folder.url)

    #expect(dot.output.hasPrefix("digraph \"nightly\" {"))
    #expect(dot.output.components(separatedBy: " -> ").count == 1 + 4 + 4)
    #expect(mermaid.output.hasPrefix("flowchart LR"))
  }

  @Test func `five different mistakes are told all five with their places, and the status is 65`() async throws {
    let folder = try TemporaryFolder()
    let broken = SampleManifest.nightly()
      .replacing("name: nightly", with: "nmae: nightly")
      .replacing("datasets: [activity, event, job, error]", with: "datasets: [activity, evnt, job, error]")
      .replacing("destination: files", with: "destination: flies")
      .replacing("after: [{export: snapshots, match: app}]", with: "after: [{export: snapshot, match: app}]")
      .replacing("every: day, last: 7d", with: "every: fortnight, last: 7d")
    try folder.write(broken, to: "manifest.yaml")

    let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

    #expect(result.status == 65)
    for mistake in ["nmae", "evnt", "flies", "snapshot", "fortnight"] {
      #expect(result.errors.contains("'\(mistake)'"), "\(mistake) in \(result.errors)")
    }
    #expect(result.errors.components(separatedBy: ": error: ").count - 1 >= 5)
    #expect(result.errors.contains("manifest.yaml:2:1: error: "))
    #expect(result.errors.contains("did you mean 'event'?"))
  }

  @Test func `a manifest that is not there is one sentence and 65`() async throws {
    let folder = try TemporaryFolder()

    let result = try await Program.run(["validate", "nothing.yaml"], in: folder.url)

    #expect(result.status == 65)
    #expect(result.errors == "error: cannot read 'nothing.yaml': there is no such file\n")
  }

  @Test func `a wrong command line is 64`() async throws {
    let result = try await Program.run(["plan", "--nonsense"])

    #expect(result.status == 64)
  }

  @Test(arguments: [
    [], ["run"], ["plan"], ["gaps"], ["status"], ["validate"], ["graph"], ["explain"], ["apps"], ["fmt"], ["init"],
    ["schema"],
    ["cloud"],
    ["cloud", "serve"],
  ])
  func `every help lists the exit statuses`(command: [String]) async throws {
    let result = try await Program.run(command + ["--help"])

    #expect(result.status == 0)
    for status in ["0 ", "2 ", "3 ", "64", "65", "69", "70", "75", "77", "130", "143"] {
      #expect(result.output.contains("\n  \(status)"), "\(status)")
    }
  }

  @Test func `a committed plan is held against its manifest, and drift is told with status 2`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 2, apps: 1), to: "manifest.yaml")
    _ = try await Program.run(
      ["plan", "manifest.yaml", "--as-of", "2016-02-10T12:00:00Z", "-o", "plan.json"], in: folder.url)

    let same = try await Program.run(["plan", "manifest.yaml", "--check", "plan.json"], in: folder.url)
    try folder.write(SampleManifest.nightly(days: 3, apps: 1), to: "manifest.yaml")
    let drifted = try await Program.run(["plan", "manifest.yaml", "--check", "plan.json"], in: folder.url)
    let diff = try await Program.run(["diff", "plan.json", "manifest.yaml", "--output", "json"], in: folder.url)

    #expect(same.status == 0)
    #expect(same.output == "plan.json: up to date, 12 jobs\n")
    #expect(drifted.status == 2)
    #expect(
      drifted.output.hasPrefix(
        """
        4 jobs added, 1 setting changed
          + history, 2016-02-07: 4 jobs added: app-1; activity, error, event, job
          ~ inputs/manifest.yaml:
        """))
    #expect(diff.status == 2)
    #expect(
      diff.output.hasPrefix(#"{"added":4,"changed":0,"diff":1,"differs":true,"groups":[{"apps":["app-1"],"count":4,"#))
  }

  @Test func `the plan says what is due by the ledger, and with --detailed-exitcode by its status`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 2, apps: 1), to: "manifest.yaml")
    let arguments = ["plan", "manifest.yaml", "--state", ".outhaul/local", "--detailed-exitcode"]

    let before = try await Program.run(arguments, in: folder.url)
    _ = try await Program.run(["run", "manifest.yaml", "--local"], in: folder.url)
    let after = try await Program.run(arguments, in: folder.url)

    #expect(before.status == 2)
    #expect(before.output.contains("by the ledger: 12 never exported\n"))
    #expect(after.status == 0)
    #expect(after.output.contains("by the ledger: 12 already exported\n"))
  }
}
