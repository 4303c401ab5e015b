// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Where a plan is taken, where it is not, and how it is told from a manifest.
@Suite struct PlanSourceTests {
  private static let asOf = ["--as-of", "2016-02-10T12:00:00Z"]

  @Test func `a plan is told by what it holds, whatever its file is called`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    _ = try await Program.run(["plan", "manifest.yaml", "-o", "kept.plan"] + Self.asOf, in: folder.url)

    let drawn = try await Program.run(["graph", "kept.plan", "--fold"], in: folder.url)
    let planned = try await Program.run(["graph", "manifest.yaml", "--fold"] + Self.asOf, in: folder.url)
    let diff = try await Program.run(["diff", "kept.plan", "manifest.yaml"], in: folder.url)
    let explained = try await Program.run(["explain", "history/app-1/event/2016-02-09", "kept.plan"], in: folder.url)
    let run = try await Program.run(["run", "kept.plan", "--as-of", "2016-02-11"], in: folder.url)

    #expect(drawn.status == 0, "\(drawn.errors)")
    #expect(drawn.output == planned.output)
    #expect(diff.output == "no difference\n")
    #expect(explained.output.hasPrefix("history/app-1/event/2016-02-09\n"), "\(explained.errors)")
    #expect(run.status == 64)
    #expect(run.errors.contains("a plan file is taken as it is"))
  }

  @Test(arguments: ["plan", "validate"])
  func `where a manifest is wanted, a plan is told as one`(command: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    _ = try await Program.run(["plan", "manifest.yaml", "-o", "plan.json"] + Self.asOf, in: folder.url)

    let result = try await Program.run([command, "plan.json"], in: folder.url)

    #expect(result.status == 64)
    #expect(
      result.errors.hasPrefix(
        "Error: 'plan.json' is a plan, not a manifest: run, gaps, diff, graph and explain take it, and "
          + "'outhaul plan MANIFEST --check plan.json' holds it against its manifest\n"), "\(result.errors)")
  }

  @Test func `the committed plan of the example is drawn`() async throws {
    let plan = LayerTests.root.appendingPathComponent("Examples/backfill/plan.json").path

    let result = try await Program.run(["graph", plan, "--format", "mermaid"])

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("flowchart LR\n"))
  }

  @Test(arguments: [["diff", "a", "b", "--format", "markdown"], ["graph", "a", "--format", "dot"]])
  func `two forms of output at once are a mistake`(arguments: [String]) async throws {
    let result = try await Program.run(arguments + ["--output", "json"])

    #expect(result.status == 64)
    #expect(result.errors.contains("are two wishes; leave one out"))
  }
}
