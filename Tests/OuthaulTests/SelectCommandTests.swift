// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct SelectCommandTests {
  private static let asOf = ["--as-of", "2016-02-10T12:00:00Z"]

  @Test func `a selected plan is a plan, says what it is, and is checked with the same selection`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 2, apps: 2), to: "manifest.yaml")
    let select = ["--select", "history/app-1", "--exclude", "dataset:job"]

    let plan = try await Program.run(["plan", "manifest.yaml", "-o", "plan.json"] + select + Self.asOf, in: folder.url)
    let same = try await Program.run(["plan", "manifest.yaml", "--check", "plan.json"] + select, in: folder.url)
    let whole = try await Program.run(["plan", "manifest.yaml", "--check", "plan.json"], in: folder.url)

    #expect(
      plan.errors
        == "selected 6 of 24 jobs; 4 jobs that these wait for are not done and not among them, and are not waited for\n"
    )
    #expect(plan.output.contains("history: 6 jobs: 1 app, 3 datasets, 2016-02-08 to 2016-02-09\n"))
    #expect(!plan.output.contains("snapshots"))
    #expect(same.status == 0, "\(same.output)")
    #expect(whole.status == 2)
    #expect(whole.output.hasPrefix("18 jobs added"), "\(whole.output)")
  }

  @Test func `validate counts, graph draws and diff compares what is selected`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 2, apps: 2), to: "one/manifest.yaml")
    try folder.write(SampleManifest.nightly(days: 2, apps: 3), to: "two/manifest.yaml")
    let select = ["--select", "app:app-1"] + Self.asOf

    let validate = try await Program.run(["validate", "one/manifest.yaml"] + select, in: folder.url)
    let graph = try await Program.run(["graph", "one/manifest.yaml", "--format", "mermaid"] + select, in: folder.url)
    let diff = try await Program.run(["diff", "one/manifest.yaml", "two/manifest.yaml"] + select, in: folder.url)
    let other = try await Program.run(
      ["diff", "one/manifest.yaml", "two/manifest.yaml", "--select", "app:app-3"] + Self.asOf, in: folder.url)

    #expect(validate.output == "one/manifest.yaml: valid, 12 jobs\n")
    #expect(graph.output.contains("app-1") && !graph.output.contains("app-2"))
    #expect(diff.output.hasPrefix("1 setting changed\n"), "\(diff.output)")
    #expect(other.output.hasPrefix("12 jobs added"), "\(other.output)")
  }

  @Test func `jobs that are done are not told as those that are not waited for`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--local", "--speed", "1000"]

    let one = try await Program.run(run + ["--select", "snapshots", "--exclude", "dataset:tag"], in: folder.url)
    let left = try await Program.run(run + ["--select", "history/app-1/event"], in: folder.url)
    let all = try await Program.run(run + ["--select", "snapshots"], in: folder.url)
    let none = try await Program.run(run + ["--select", "history/app-1/job"], in: folder.url)

    #expect([one, left, all, none].map(\.status) == [0, 0, 0, 0], "\(left.errors)")
    #expect(
      left.errors.contains(
        "selected 1 of 8 jobs; 1 job that these wait for is not done and not among them, and is not waited for\n"),
      "\(left.errors)")
    #expect(none.errors.contains("selected 1 of 8 jobs\n"), "\(none.errors)")
  }

  @Test func `a run does what is selected, and what failed is selected by its status`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1, attempts: 1), to: "manifest.yaml")
    let run = ["run", "manifest.yaml", "--local", "--speed", "1000"]

    let first = try await Program.run(
      run + ["--select", "snapshots", "--exclude", "dataset:tag", "--fault", "task:failed:x1"], in: folder.url)
    let failed = try await Program.run(run + ["--select", "status:failed"], in: folder.url)
    let none = try await Program.run(run + ["--select", "status:failed"], in: folder.url)

    #expect(first.status == 3, "\(first.errors)")
    #expect(first.errors.contains("selected 3 of 8 jobs\n"))
    #expect(failed.status == 0, "\(failed.errors)")
    #expect(failed.errors.contains("selected 1 of 8 jobs\n"))
    #expect(failed.output.hasPrefix("The job is done and verified in "), "\(failed.output)")
    #expect(none.status == 0)
    #expect(none.errors == "nothing is selected: none of the plan's 8 jobs fits\n")
  }

  @Test(arguments: [
    (["plan", "manifest.yaml", "--select", "app:ap-1"], "the plan has no app 'ap-1': did you mean 'app-1'?"),
    (
      ["run", "manifest.yaml", "--select", "statsu:failed"],
      "nothing can be selected by 'statsu': did you mean 'status'?"
    ),
    (["diff", "manifest.yaml", "manifest.yaml", "--select", "status:failed"], "two plans have none"),
    (
      ["plan", "manifest.yaml", "--check", "plan.json", "--select", "status:due"],
      "a plan file that is checked has none"
    ),
  ])
  func `a selection that is wrong is 64 with what is right`(arguments: [String], message: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(arguments, in: folder.url)

    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
