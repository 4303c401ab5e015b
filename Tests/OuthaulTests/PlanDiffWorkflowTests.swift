// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The steps of the workflow that tells a pull request what it changes: run for real, with a repository of git and the
/// program that was built. What they ask of GitHub is answered by a script.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/git"))) struct PlanDiffWorkflowTests {
  private final class Repository {
    let folder: TemporaryFolder
    var base = ""

    /// A manifest on `main`, unless there is to be none.
    init(_ manifest: String?) async throws {
      folder = try TemporaryFolder()
      for name in ["repository/exports", "temp", "steps", "bin"] {
        try FileManager.default.createDirectory(
          at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
      }
      try FileManager.default.createSymbolicLink(
        atPath: folder.url.appendingPathComponent("bin/outhaul").path, withDestinationPath: Program.path)
      try executable(Self.gh, "bin/gh")
      let steps = try await Program.run(
        [
          LayerTests.root.appendingPathComponent("Tests/deploy-checks.py").path, "steps",
          DeployTests.deploy.appendingPathComponent("github/plan-diff.yml").path,
          folder.url.appendingPathComponent("steps").path,
        ], executable: "/usr/bin/python3")
      #expect(steps.status == 0, "\(steps.errors)")
      _ = try await git("init", "--quiet", "--initial-branch", "main")
      if let manifest { try folder.write(manifest, to: "repository/exports/manifest.yaml") }
      try folder.write("exports\n", to: "repository/README")
      base = try await commit()
    }

    /// Comments are files, numbered from 1; a call is a line of a log.
    private static let gh = #"""
      #!/bin/sh
      echo "$*" >>"$COMMENTS/log"
      body=
      for argument do case $argument in body=@*) body=${argument#body=@} ;; esac done
      case "$*" in
        *"--method PATCH"*/issues/comments/1*) cp "$body" "$COMMENTS/1" ;;
        *"--method POST"*/issues/7/comments*) cp "$body" "$COMMENTS/1" ;;
        *--paginate*/issues/7/comments*) [ ! -f "$COMMENTS/1" ] || echo 1 ;;
        *) exit 1 ;;
      esac
      """#

    private func executable(_ text: String, _ name: String) throws {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: try folder.write(text, to: name))
    }

    func git(_ arguments: String...) async throws -> String {
      let result = try await Program.run(
        ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"] + arguments,
        in: folder.url.appendingPathComponent("repository"), executable: "/usr/bin/git")
      #expect(result.status == 0, "\(arguments): \(result.errors)")
      return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func commit() async throws -> String {
      _ = try await git("add", "-A")
      _ = try await git("commit", "--quiet", "-m", "change")
      return try await git("rev-parse", "HEAD")
    }

    func step(_ name: String) async throws -> Program.Result {
      let path = folder.url.path
      return try await Program.run(
        ["-e", "\(path)/steps/\(name).sh"], in: folder.url.appendingPathComponent("repository"),
        environment: [
          "PATH": "\(path)/bin:/usr/bin:/bin", "RUNNER_TEMP": "\(path)/temp", "BASE_SHA": base,
          "GITHUB_STEP_SUMMARY": "\(path)/temp/summary.md", "GITHUB_REPOSITORY": "contoso/exports", "PULL_REQUEST": "7",
          "MANIFEST": "exports/manifest.yaml", "COMMENTS": "\(path)/temp", "GH_TOKEN": "none",
        ], executable: "/bin/bash")
    }

    func read(_ name: String) throws -> String {
      try String(contentsOf: folder.url.appendingPathComponent("temp/\(name)"), encoding: .utf8)
    }
  }

  private static let manifest = SampleManifest.nightly(days: 2, apps: 2)

  @Test func `a pull request is told what it changes, in one comment that is written over`() async throws {
    let repository = try await Repository(Self.manifest)
    try repository.folder.write(
      Self.manifest.replacing("last: 2d", with: "last: 3d"), to: "repository/exports/manifest.yaml")
    _ = try await repository.commit()

    for step in ["Plan both", "Comment"] {
      let result = try await repository.step(step)
      #expect(result.status == 0, "\(step): \(result.output)\(result.errors)")
    }
    let first = try repository.read("1")
    try repository.folder.write(
      Self.manifest.replacing("last: 2d", with: "last: 4d"), to: "repository/exports/manifest.yaml")
    _ = try await repository.commit()
    for step in ["Plan both", "Comment"] {
      let result = try await repository.step(step)
      #expect(result.status == 0, "\(step): \(result.output)\(result.errors)")
    }

    #expect(first.hasPrefix("<!-- outhaul plan -->\n**Export plan:** 8 jobs added"), "\(first)")
    #expect(try repository.read("1").hasPrefix("<!-- outhaul plan -->\n**Export plan:** 16 jobs added"))
    let calls = try repository.read("log").split(separator: "\n")
    #expect(calls.count == 4)
    #expect(calls[1].contains("--method POST repos/contoso/exports/issues/7/comments"))
    #expect(calls[3].contains("--method PATCH repos/contoso/exports/issues/comments/1"))
    #expect(try repository.read("summary.md").contains("| added | history |"))
  }

  @Test func `the first manifest is told as such, and one that changes nothing too`() async throws {
    let first = try await Repository(nil)
    try first.folder.write(Self.manifest, to: "repository/exports/manifest.yaml")
    _ = try await first.commit()
    let same = try await Repository(Self.manifest)
    try same.folder.write("more\n", to: "repository/exports/README")
    _ = try await same.commit()

    let (new, unchanged) = (try await first.step("Plan both"), try await same.step("Plan both"))

    #expect(new.status == 0 && unchanged.status == 0, "\(new.errors)\(unchanged.errors)")
    #expect(try first.read("comment.md").contains("this is the first one.\n\n```\n"))
    #expect(try first.read("comment.md").contains("history"))
    #expect(try same.read("comment.md") == "<!-- outhaul plan -->\n**Export plan:** no difference\n")
  }

  @Test func `a manifest that is wrong fails the step with its problems`() async throws {
    let repository = try await Repository(Self.manifest)
    try repository.folder.write(
      Self.manifest.replacing("every: day", with: "every: dya"), to: "repository/exports/manifest.yaml")
    _ = try await repository.commit()

    let result = try await repository.step("Plan both")

    #expect(result.status == 65)
    #expect(result.errors.contains("exports/manifest.yaml:") && result.errors.contains("unknown period 'dya'"))
  }

  @Test func `a manifest that could not be planned before is told, and the one after it is shown`() async throws {
    let repository = try await Repository(Self.manifest.replacing("every: day", with: "every: dya"))
    try repository.folder.write(Self.manifest, to: "repository/exports/manifest.yaml")
    _ = try await repository.commit()

    let result = try await repository.step("Plan both")

    #expect(result.status == 0, "\(result.errors)")
    #expect(try repository.read("comment.md").contains("the manifest before could not be planned.\n\n```\n"))
    #expect(try repository.read("comment.md").contains("history"))
  }

  @Test func `a plan file that was not made again fails, and one that was does not`() async throws {
    let repository = try await Repository(Self.manifest)
    let step = "Hold the plan file against the manifest"
    let none = try await repository.step(step)
    let plan = repository.folder.url.appendingPathComponent("repository/exports/plan.json").path
    let made = try await Program.run(
      ["plan", "exports/manifest.yaml", "--as-of", "2016-02-01", "-o", plan],
      in: repository.folder.url.appendingPathComponent("repository"))
    let fresh = try await repository.step(step)
    try repository.folder.write(
      Self.manifest.replacing("last: 2d", with: "last: 3d"), to: "repository/exports/manifest.yaml")
    let stale = try await repository.step(step)

    #expect(none.status == 0 && none.output == "" && made.status == 0)
    #expect(fresh.status == 0 && fresh.output.contains("up to date"), "\(fresh.output)\(fresh.errors)")
    #expect(stale.status == 2)
    #expect(
      stale.output.contains("::error file=exports/plan.json::the manifest no longer makes this plan"), "\(stale.output)"
    )
  }

  @Test func `a comment is never longer than GitHub takes`() async throws {
    let repository = try await Repository(Self.manifest)
    let lines = (1...400).map {
      "  app-x\($0): {with: {collection: contoso, app: \"\(String(repeating: "ä", count: 200))\($0)\"}}\n"
    }
    try repository.folder.write(
      Self.manifest.replacing("apps:\n  app-1", with: "apps:\n\(lines.joined())  app-1"),
      to: "repository/exports/manifest.yaml")
    _ = try await repository.commit()

    let result = try await repository.step("Plan both")

    #expect(result.status == 0, "\(result.errors)")
    #expect(try repository.read("comment.md").utf8.count < 65_536)
  }
}
