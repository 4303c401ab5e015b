// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The examples do what their READMEs say.
@Suite struct ExampleTests {
  private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples").standardizedFileURL

  @Test(arguments: ["nightly", "backfill", "catalogue", "push-feedback"])
  func `an example validates without a word`(name: String) async throws {
    let result = try await Program.run(["validate", "\(name)/manifest.yaml"], in: Self.examples)

    #expect(result.status == 0)
    #expect(result.errors == "")
  }

  @Test func `the backfill's plan is what its manifest says`() async throws {
    let result = try await Program.run(
      ["plan", "backfill/manifest.yaml", "--check", "backfill/plan.json"], in: Self.examples)

    #expect(result.status == 0, "\(result.output)")
    #expect(result.output == "backfill/plan.json: up to date, 1459 jobs\n")
  }

  @Test func `a week of the backfill runs on the local cloud, day after day`() async throws {
    let folder = try TemporaryFolder()
    let manifest = try String(
      contentsOf: Self.examples.appendingPathComponent("backfill/manifest.yaml"), encoding: .utf8)
    try folder.write(manifest, to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--local", "--speed", "1000", "--var", "from=2016-12-25"]

    let first = try await Program.run(run, in: folder.url)
    let second = try await Program.run(run, in: folder.url)

    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("All 14 jobs done and verified"))
    #expect(second.status == 0)
    #expect(second.output.contains("Nothing is due: 14 already exported."))
  }

  @Test(arguments: [
    ("catalogue", 23, "catalogue of engagement: 6 apps, sha256:"), ("push-feedback", 5, "archive: 2 jobs: 2 apps"),
  ])
  func `an example that asks the service is planned, checked and run on the local cloud`(
    name: String, jobs: Int, summary: String
  ) async throws {
    let folder = try TemporaryFolder()
    let example = Self.examples.appendingPathComponent("\(name)/manifest.yaml")
    try folder.write(try String(contentsOf: example, encoding: .utf8), to: "manifest.yaml")

    let plan = try await Program.run(["plan", "manifest.yaml", "--local", "-o", "plan.json"], in: folder.url)
    let check = try await Program.run(["plan", "manifest.yaml", "--check", "plan.json", "--frozen"], in: folder.url)
    let run = try await Program.run(["run", "plan.json", "--local", "--speed", "1000"], in: folder.url)
    let again = try await Program.run(["run", "manifest.yaml", "--local", "--speed", "1000"], in: folder.url)

    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("\(jobs) jobs as of ") && plan.output.contains(summary), "\(plan.output)")
    #expect(check.output == "plan.json: up to date, \(jobs) jobs\n")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("All \(jobs) jobs done and verified"))
    // What was exported by the plan file is exported for the manifest as well, unless midnight came in between.
    #expect(again.status == 0, "\(again.errors)")
  }
}
