// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `outhaul gaps` through the whole program.
@Suite struct GapsCommandTests {
  /// History of January, two apps.
  private static let manifest = SampleManifest.nightly(days: 1, apps: 2)
    .replacing("last: 1d", with: "from: 2016-01-01, through: 2016-01-31")
    .replacing("datasets: [activity, event, job, error]", with: "datasets: [event, job]")

  private static func run(_ arguments: [String], in folder: URL) async throws -> Program.Result {
    try await Program.run(arguments, in: folder)
  }

  @Test func `what is missing is told as calendars, ranges and the command that fills it, which it does`() async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")
    let history = ["manifest.yaml", "--local", "--select", "history"]
    let made = try await Self.run(
      ["run"] + history + ["--speed", "5000", "--exclude", "app:app-2,dataset:event,window:2016-01-05..2016-01-07"],
      in: folder.url)
    #expect(made.status == 0, "\(made.errors)")

    let broken = try await Self.run(["gaps"] + history, in: folder.url)
    let coloured = try await Self.run(["gaps", "--color", "always"] + history, in: folder.url)
    let fill = try #require(broken.output.firstMatch(of: #/\n  outhaul (run .*)\n/#)).1
    let filled = try await Self.run(
      fill.split(separator: " ").map(String.init) + ["--speed", "5000"], in: folder.url)
    let whole = try await Self.run(["gaps"] + history, in: folder.url)

    #expect(broken.status == 2)
    #expect(
      broken.output == """
        nightly: 3 holes in 124 windows: 3 never exported
        . exported   N never exported

        history: app-1/event, app-1/job, app-2/job  2016-01-01..2016-01-31: 31 exported
        history/app-2/event
                   1   5    10   15   20   25   30
          2016-01  ....NNN........................

          history/app-2/event 2016-01-05..2016-01-07: 3 windows, never exported

        fill them with:
          outhaul run manifest.yaml --local --select \
        history,history/app-2/event,window:2016-01-05..2016-01-07

        """)
    // The letters are the same.
    #expect(coloured.output.replacing(#/\u{1B}\[[0-9]+m/#, with: "") == broken.output)
    #expect(coloured.output.contains("\u{1B}[32m....\u{1B}[0m\u{1B}[31mNNN\u{1B}[0m\u{1B}[32m....."))
    #expect(filled.status == 0, "\(filled.errors)")
    #expect(filled.errors.contains("3 of 3 jobs due"), "\(filled.errors)")
    #expect(whole.status == 0)
    #expect(
      whole.output == """
        nightly: no holes in 124 windows

        history: app-1, app-2 × event, job  2016-01-01..2016-01-31: 31 exported

        """)
  }

  @Test func `JSON says the same by its schema, and a plan file is taken`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")
    _ = try await Self.run(
      ["plan", "manifest.yaml", "-o", "plan.json", "--as-of", "2016-02-10T12:00:00Z"], in: folder.url)
    _ = try await Self.run(
      [
        "run", "plan.json", "--local", "--speed", "5000", "--select", "history/app-1", "--exclude", "window:2016-01-03",
      ],
      in: folder.url)

    let result = try await Self.run(["gaps", "plan.json", "--local", "--output", "json"], in: folder.url)
    let text = try await Self.run(["gaps", "plan.json", "--local"], in: folder.url)
    let elsewhere = try await Self.run(["gaps", "plan.json", "--output", "json"], in: folder.url)
    let none = try await Self.run(
      ["gaps", "plan.json", "--select", "window:1999-01-01", "--output", "json"], in: folder.url)

    #expect(result.status == 2 && elsewhere.status == 2 && none.status == 0)
    let documents = try [result, elsewhere, none].map { try JSONValue(parsing: $0.output.utf8) }
    #expect(try await SchemaValidator.problems(documents.map { ("gaps", $0) }) == [nil, nil, nil])
    // The plan's snapshots are of a day that has passed: they were missed, and are no holes.
    #expect(documents[0]["holes"] == 64)
    #expect(documents[0]["totals"]?["snapshot missed"] == 8)
    #expect(documents[0]["totals"]?["exported"] == 60)
    #expect(
      documents[0]["fill"] == "outhaul run plan.json --local --select history,window:2016-01-01..2016-01-31")
    let first = try #require(documents[0]["series"]?.array?.first { $0["title"] == "history/app-1/event" })
    #expect(first["ranges"]?.array?.map { $0["windows"] } == [2, 1, 28])
    #expect(first.at(pointer: "/ranges/1/start") == "2016-01-03T00:00:00Z")
    #expect(first.at(pointer: "/ranges/1/end") == "2016-01-04T00:00:00Z")
    #expect(documents[1]["totals"]?["exported"] == 0)
    #expect(documents[2]["series"] == [] && documents[2]["windows"] == 0)
    #expect(text.output.contains("; 8 snapshot missed\n"), "\(text.output)")
    #expect(text.output.contains("2016-02-10: snapshot missed\n"), "\(text.output)")
    #expect(
      text.output.contains(
        "  snapshots: app-1, app-2 × push, tag, device, token 2016-02-10: 8 snapshots missed; there is no past"),
      "\(text.output)")
  }

  @Test func `variables, the state and what was selected are in the command that fills`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")

    let result = try await Self.run(
      [
        "gaps", "manifest.yaml", "--state", "a b", "--var", "tenant=it's", "--as-of", "2016-02-10T12:00:00Z",
        "--select", "history/app-1", "--exclude", "dataset:job",
      ], in: folder.url)

    #expect(result.status == 2)
    #expect(
      result.output.hasSuffix(
        """
          outhaul run manifest.yaml --var 'tenant=it'\\''s' --as-of 2016-02-10T12:00:00Z --state 'a b' --select \
        history/app-1,history/app-1/event,window:2016-01-01..2016-01-31 --exclude dataset:job

        """), "\(result.output)")
  }

  @Test func `a year of days of eight datasets and three apps fits a screen, whatever is missing`() async throws {
    let folder = try TemporaryFolder()
    let manifest = SampleManifest.nightly(days: 1, apps: 3)
      .replacing("last: 1d", with: "from: 2016-01-01, through: 2016-12-31")
    try folder.write(manifest, to: "manifest.yaml")
    _ = try await Self.run(
      [
        "run", "manifest.yaml", "--local", "--speed", "5000", "--select", "history/app-1,window:2016-05-01..2016-05-20",
      ],
      in: folder.url)

    let result = try await Self.run(["gaps", "manifest.yaml", "--local"], in: folder.url)

    #expect(result.status == 2)
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count < 30, "\(result.output)")
    #expect(!result.output.contains("\u{1B}"))
    #expect(lines.contains("  2016-05  ....................NNNNNNNNNNN"))
    #expect(lines.contains("  2016-01-01..2016-04-30: 121 never exported"))
  }

  @Test func `many different calendars are counted, and --all shows them`() async throws {
    let folder = try TemporaryFolder()
    let manifest = SampleManifest.nightly(days: 1, apps: 60)
      .replacing("last: 1d", with: "from: 2016-01-01, through: 2016-03-31")
      .replacing("datasets: [activity, event, job, error]", with: "datasets: [event]")
    // Each app lacks a day of its own.
    let rows = (1...60).map { app -> String in
      let day = (app - 1) % 28 + 1
      return "      - {app: app-\(app), window: 2016-0\((app - 1) / 28 + 1)-\(day < 10 ? "0" : "")\(day)}\n"
    }.joined()
    try folder.write(manifest + "    exclude:\n\(rows)", to: "manifest.yaml")

    let some = try await Self.run(["gaps", "manifest.yaml", "--select", "history"], in: folder.url)
    let all = try await Self.run(["gaps", "manifest.yaml", "--select", "history", "--all"], in: folder.url)

    #expect(some.status == 2, "\(some.errors)")
    #expect(some.output.contains("\nand 20 calendars more, with 1800 holes; --all shows them\n"), "\(some.output)")
    #expect(some.output.contains("  and 10 ranges more; --all shows them\n"), "\(some.output)")
    #expect(!all.output.contains("--all"))
    #expect(all.output.contains("history/app-60/event"))
  }

  @Test(arguments: [
    (["gaps", "plan.json", "--as-of", "2016-01-01"], "a plan file is taken as it is"),
    (["gaps", "manifest.yaml", "--select", "histroy"], "did you mean 'history'?"),
    (["gaps", "manifest.yaml", "--select", "status:bad"], "unknown status 'bad'"),
  ])
  func `a command line that means nothing is 64`(arguments: [String], message: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")
    _ = try await Self.run(["plan", "manifest.yaml", "-o", "plan.json"], in: folder.url)

    let result = try await Self.run(arguments, in: folder.url)

    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
