// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// What a run tells while it goes on: the real binary, in a terminal of ours and in pipes.
@Suite(.serialized) struct ProgressRunTests {
  /// What a person saw of a program in a terminal.
  private struct Seen {
    var status: Int64
    var history: [String]
    var screen: [String]
    var json: JSONValue

    var lines: [String] { history + screen }
  }

  private static let run = ["run", "manifest.yaml", "--local", "--speed", "300"]

  private static func inTerminal(
    _ wish: JSONValue, _ arguments: [String], in folder: URL, environment: [String: String] = ["TERM": "xterm"]
  ) async throws -> Seen {
    let script = LayerTests.root.appendingPathComponent("Tests/terminal.py").path
    let result = try await Program.run(
      [script, wish.canonicalText, Program.path] + arguments, in: folder, environment: environment,
      executable: "/usr/bin/python3")
    try #require(result.status == 0, "\(result.errors)\(result.output)")
    let json = try JSONValue(parsing: result.output.utf8)
    func lines(_ name: String) -> [String] { (json[name]?.array ?? []).compactMap(\.string) }
    return Seen(
      status: try #require(json["status"]?.int), history: lines("history"), screen: lines("screen"), json: json)
  }

  private static func folder(days: Int = 2, apps: Int = 2) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: days, apps: apps), to: "manifest.yaml")
    return folder
  }

  /// Of the view: a bar, a gauge, or a row of a job.
  private static func isView(_ line: String) -> Bool {
    line.contains("█") || line.contains("░") || line.hasPrefix("  running") || line.contains("at the service")
      || line.contains("to come")
  }

  @Test func `a live view is there while the run goes on, resizes, and leaves a clean summary`() async throws {
    // No task is seen to end until the terminal has been everything that it is to be.
    let world = try await CloudWorld(
      SampleManifest.nightly(days: 2, apps: 2),
      cloud: ["--speed", "300", "--fault", "poll:503", "--fault", "list:503"])
    let control = try #require(world.cloud.endpoints.controlURL)
    let goOn = [Program.path, "cloud", "faults", "--url", control, "--clear"].map { JSONValue.string($0) }

    let seen = try await Self.inTerminal(
      [
        "size": [80, 24], "watch": ["at the service", "engagement  ", "  running "],
        "steps": [
          ["when": "  running ", "resize": [50, 12]], ["when": "at the service", "resize": [30, 6]],
          ["when": "/24", "resize": [10, 3]], ["when": "/24", "resize": [120, 40]],
          ["when": "engagement  ", "command": .array(goOn)],
        ],
      ], world.arguments(["run"]), in: world.folder.url,
      environment: world.cloud.environment.merging(["TERM": "xterm"]) { $1 })

    #expect(seen.status == 0)
    #expect(seen.json["steps"] == 5 && seen.json["hides"] == false && seen.json["wraps"] == true)
    #expect(seen.json["seen"] == ["  running ", "at the service", "engagement  "] && seen.json["coloured"] == true)
    #expect(seen.lines.filter(Self.isView) == [], "\(seen.lines)")
    #expect(seen.screen.contains { $0.hasPrefix("All 24 jobs done and verified") }, "\(seen.lines)")
    #expect(seen.screen.last?.hasPrefix("report: ") == true)
  }

  @Test func `what fails stays above the view, and so does the log`() async throws {
    let folder = try Self.folder(days: 1, apps: 1)

    let seen = try await Self.inTerminal(
      ["size": [100, 30]],
      Self.run + ["--fault", "task:failed:x5", "--log-level", "info", "--log-format", "json"], in: folder.url)

    #expect(seen.lines.contains { $0.hasPrefix("attempt failed ") }, "\(seen.lines)")
    #expect(seen.lines.contains { $0.hasPrefix(#"{"#) && $0.contains(#""level":"info""#) })
    #expect(seen.lines.filter(Self.isView) == [] && seen.json["hides"] == false)
  }

  @Test func `after Ctrl-C the terminal is as it was`() async throws {
    let folder = try Self.folder()

    let seen = try await Self.inTerminal(
      ["size": [80, 24], "steps": [["when": "at the service", "signal": "INT"]]],
      ["run", "manifest.yaml", "--local", "--speed", "5"], in: folder.url)

    #expect(seen.status == 130 && seen.json["steps"] == 1)
    #expect(seen.json["hides"] == false && seen.json["wraps"] == true)
    #expect(seen.lines.filter(Self.isView) == [], "\(seen.lines)")
    #expect(seen.lines.contains { $0.hasPrefix("stopping: waiting for requests under way") })
  }

  @Test func `after an error the terminal is as it was`() async throws {
    let folder = try Self.folder()

    // Every token is refused: the run ends.
    let seen = try await Self.inTerminal(
      ["size": [80, 24]], Self.run + ["--fault", "token:401"], in: folder.url)

    #expect(seen.status != 0)
    #expect(seen.json["hides"] == false && seen.json["wraps"] == true)
    #expect(seen.lines.filter(Self.isView) == [], "\(seen.lines)")
  }

  @Test func `without colours there is a view, and a dumb terminal gets lines`() async throws {
    let one = try Self.folder(days: 1, apps: 1)
    let another = try Self.folder(days: 1, apps: 1)

    let plain = try await Self.inTerminal(
      ["size": [80, 24], "steps": [["when": "at the service", "signal": "INT"]]],
      ["run", "manifest.yaml", "--local", "--speed", "5"], in: one.url,
      environment: ["TERM": "xterm", "NO_COLOR": "1"])
    let dumb = try await Self.inTerminal(
      ["size": [80, 200]], Self.run, in: another.url, environment: ["TERM": "dumb"])

    #expect(plain.json["coloured"] == false && plain.json["steps"] == 1 && plain.status == 130)
    #expect(dumb.json["coloured"] == false && dumb.status == 0, "\(dumb.lines)")
    #expect(dumb.lines.count { $0.hasPrefix("verified ") } == 8, "\(dumb.lines)")
  }

  @Test(arguments: ["live", "plain", "json", "none"])
  func `standard output is one document, whatever is told beside it`(mode: String) async throws {
    let folder = try Self.folder(days: 1, apps: 1)

    let result = try await Program.run(
      Self.run + ["--output", "json", "--progress", mode, "--fault", "task:failed:x1"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    let report = try JSONValue(parsing: result.output.utf8)
    #expect(report["report"] != nil && report["outcome"] == "done")
    let lines = result.errors.split(separator: "\n").map(String.init)
    switch mode {
    case "none": #expect(lines == [])
    case "json":
      let told = try lines.map { try JSONValue(parsing: $0.utf8) }
      let problems = try await SchemaValidator.problems(told.map { ("progress", $0) })
      #expect(problems.compactMap(\.self) == [])
      #expect(told.first?["kind"] == "began" && told.last?["kind"] == "ended")
      #expect(told.count { $0["change"] == "verified" } == 8)
    default:
      // In a pipe no view is shown.
      #expect(lines.first?.hasSuffix(": 8 of 8 jobs due") == true)
      #expect(lines.count { $0.hasPrefix("verified ") } == 8)
      #expect(!result.errors.contains("\u{1B}"))
    }
  }

  @Test(arguments: ["plain", "json", "none"])
  func `warnings and selections are told in the way of the run`(mode: String) async throws {
    let folder = try TemporaryFolder()
    let spare = "  spare: {use: azure-mobile-engagement, with: {subscription: s-1, resource_group: r}}\n"
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1).replacing("destinations:\n", with: spare + "destinations:\n"),
      to: "manifest.yaml")

    let run = try await Program.run(
      Self.run + ["--select", "dataset:tag", "--progress", mode, "--metrics-file", "none/here.prom"], in: folder.url)
    let cancel = try await Program.run(
      ["cancel", "manifest.yaml", "--state", "other", "--select", "dataset:tag", "--progress", mode], in: folder.url,
      environment: ["ENGAGEMENT_SECRET": "a", "STAGING_KEY": "YQ=="])

    #expect(run.status == 0 && cancel.status == 0, "\(run.errors)\(cancel.errors)")
    for errors in [run.errors, cancel.errors] {
      switch mode {
      case "none": #expect(errors == "")
      case "json":
        let told = try errors.split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
        let notices = told.filter { $0["kind"] == "notice" }.compactMap { $0["words"]?.string }
        #expect(notices.contains { $0.contains("[M141]") } && notices.contains("selected 1 of 8 jobs"), "\(notices)")
        let problems = try await SchemaValidator.problems(told.map { ("progress", $0) })
        #expect(problems.compactMap(\.self) == [])
      default: #expect(errors.contains("[M141]") && errors.contains("\nselected 1 of 8 jobs\n"), "\(errors)")
      }
    }
    #expect(mode == "none" || run.errors.contains("warning: the metrics are not in 'none/here.prom'"))
  }

  @Test func `no secret is in a log, in words or for machines, at any level`() async throws {
    let world = try await CloudWorld(
      SampleManifest.nightly(days: 1, apps: 1),
      cloud: ["--speed", "1000", "--fault", "submit:503:x1", "--fault", "poll:503:x1", "--fault", "blob:503:x1"])

    let text = try await world.perform("run", "--log-level", "trace")
    let json = try await world.perform(
      "run", "--redo", "--log-level", "trace", "--log-format", "json", "--progress", "none")

    #expect(text.status == 0 && json.status == 0, "\(text.errors.suffix(500)) \(json.errors.suffix(500))")
    let secrets = [world.cloud.endpoints.secret, world.cloud.endpoints.accountKey]
    for secret in secrets + ["sig=", "Bearer ", "Authorization", "client_secret"] {
      #expect(!(text.errors + json.errors).contains(secret), "\(secret.prefix(6))…")
    }
    let lines = try json.errors.split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
    let requests = lines.filter { $0["message"] == "answered" }
    #expect(requests.count > 20)
    #expect(requests.allSatisfy { $0["level"] == "debug" && $0["method"] != nil && $0["host"] != nil })
    #expect(requests.allSatisfy { $0["path"]?.string?.contains("?") == false && $0["status"]?.int != nil })
    #expect(requests.contains { $0["request_id"] != nil } && requests.allSatisfy { $0["took_ms"]?.int != nil })
    let decisions = lines.filter { $0["level"] == "trace" }
    #expect(decisions.contains { $0["message"] == "submit" && $0["key"]?.string?.count == 64 && $0["job"] != nil })
    #expect(text.errors.contains(#/ debug answered .*host=/#))
  }
}
