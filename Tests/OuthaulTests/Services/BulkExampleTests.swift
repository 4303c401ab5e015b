// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportTesting
import Foundation
import Testing

/// The example for Salesforce, run by the real program against a small server that plays Bulk API 2.0.
@Suite(.serialized) struct BulkExampleTests {
  private static let secret = "s3cret"

  private struct World {
    let folder: URL
    let bulk: BulkServer

    func run(_ command: [String], crash: String? = nil, secret: String = BulkExampleTests.secret) async throws
      -> Program.Result
    {
      var environment = ["SALESFORCE_CLIENT_ID": "consumer", "SALESFORCE_CLIENT_SECRET": secret]
      environment["OUTHAUL_CRASH_AT"] = crash
      return try await Program.run(command, in: folder, environment: environment)
    }

    func files() -> [String] {
      let root = folder.appendingPathComponent("exports").path
      return (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? [])
        .filter { $0.hasSuffix(".csv") || $0.hasSuffix("MANIFEST.json") }.sorted()
    }

    func text(_ file: String) throws -> String {
      try String(contentsOf: folder.appendingPathComponent("exports/\(file)"), encoding: .utf8)
    }
  }

  private static func with(_ bulk: BulkServer, _ body: (World) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    try await ScriptedServer.with({ bulk.answer($0) }) { socket in
      let text = try String(
        contentsOf: LayerTests.root.appendingPathComponent("Examples/salesforce/manifest.yaml"), encoding: .utf8)
      let use = "use: salesforce-bulk2-query"
      #expect(text.contains(use))
      try folder.write(text.replacing(use, with: "\(use)\n    base: \(socket.url)"), to: "manifest.yaml")
      try await body(World(folder: folder.url, bulk: bulk))
    }
  }

  private static let run = ["run", "manifest.yaml", "--select", "changes/accounts"]

  @Test func `changes are fetched page by page, and each page is a file`() async throws {
    try await Self.with(BulkServer()) { world in
      let result = try await world.run(Self.run)

      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("All 3 jobs done and verified"), "\(result.output)")
      let seen = world.bulk.seen
      #expect(seen.made == 3 && seen.tokens == 1 && seen.refused == 0)
      #expect(seen.locators.sorted() == ["", "", "", "MT1", "MT1", "MT1", "MT2", "MT2", "MT2"])
      let files = world.files()
      #expect(files.count == 12, "\(files)")
      let part = try #require(files.first { $0.hasSuffix("part-00000.csv") })
      #expect(try world.text(part).hasPrefix("Id,Name\n750R"))
      // What was fetched and is good is taken away.
      #expect(Set(seen.deleted).count == 3)
    }
  }

  @Test func `the query of a job is what explain shows`() async throws {
    try await Self.with(BulkServer()) { world in
      let day = ["--as-of", "2026-01-06T12:00:00Z"]
      let changes = try await world.run(["explain", "changes/accounts/change/2026-01-05", "manifest.yaml"] + day)
      let deals = try await world.run(["explain", "large-deals/deals/query/2026-01-05", "manifest.yaml"] + day)

      #expect(
        changes.output.contains(
          "SELECT Id, Name, Industry, SystemModstamp FROM Account WHERE SystemModstamp >= 2026-01-05T00:00:00Z AND "
            + "SystemModstamp < 2026-01-06T00:00:00Z"), "\(changes.output) \(changes.errors)")
      #expect(
        deals.output.contains("WHERE Amount > 100000 AND SystemModstamp >= 2026-01-05T00:00:00Z AND"),
        "\(deals.output) \(deals.errors)")
    }
  }

  @Test(arguments: ["after:submitted:2", "after:verifying:1", "before:verified:1", "after:verified:1"])
  func `killed anywhere and started again it makes no second job`(crash: String) async throws {
    try await Self.with(BulkServer()) { world in
      let killed = try await world.run(Self.run, crash: crash)
      let last = try await world.run(Self.run + ["--settle", "1s"])

      #expect(killed.signal == SIGKILL)
      #expect(last.status == 0, "\(last.errors)")
      #expect(world.bulk.seen.made == 3)
      #expect(world.files().count == 12)
    }
  }

  /// A job like ours that somebody else asked for long before.
  private static let stranger = BulkServer.Job(
    id: "750STRANGER", operation: "query", query: "SELECT Id FROM Account", object: "Account", state: "JobComplete",
    created: "2016-01-10T08:00:00.000+0000")

  @Test(arguments: ["after:intent:1", "acted:intent:1"])
  func `an answer that is lost leads to the job that was made, and never to an older one like it`(
    crash: String
  ) async throws {
    try await Self.with(BulkServer(strangers: [Self.stranger])) { world in
      let command = ["run", "manifest.yaml", "--select", "whole"]
      let killed = try await world.run(command, crash: crash)
      let last = try await world.run(command + ["--settle", "1s"])

      #expect(killed.signal == SIGKILL)
      #expect(last.status == 0, "\(last.output) \(last.errors)")
      let seen = world.bulk.seen
      #expect(seen.made == 1)
      #expect(seen.deleted == ["750R00000010001"])
      #expect(seen.jobs.map(\.id) == ["750STRANGER"])
    }
  }

  @Test func `a page of markup in place of a result is no result`() async throws {
    try await Self.with(BulkServer(isAway: true)) { world in
      let result = try await world.run(["run", "manifest.yaml", "--select", "whole"])

      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("a page of the result does not say how many rows it has"), "\(result.errors)")
      #expect(world.bulk.seen.locators == ["", "", "MT1", "MT2"])
      let parts = world.files().filter { $0.hasSuffix(".csv") }
      #expect(parts.count == BulkServer.pages)
      for part in parts { #expect(try world.text(part).hasPrefix("Id,Name\n")) }
    }
  }

  @Test func `a limit of requests is waited for, and is no failure`() async throws {
    try await Self.with(BulkServer(limited: 2)) { world in
      let result = try await world.run(Self.run)

      #expect(result.status == 0, "\(result.errors)")
      #expect(world.bulk.seen.made == 3)
    }
  }

  @Test func `live jobs are aborted`() async throws {
    try await Self.with(BulkServer(looks: 1_000_000)) { world in
      let killed = try await world.run(Self.run, crash: "after:submitted:3")
      let result = try await world.run(["cancel", "manifest.yaml", "--settle", "1s"])

      #expect(killed.signal == SIGKILL)
      #expect(result.status == 0, "\(result.output) \(result.errors)")
      #expect(world.bulk.seen.aborted.count == 3)
    }
  }

  @Test func `client credentials that are refused end with 77 and are not shown`() async throws {
    try await Self.with(BulkServer()) { world in
      let result = try await world.run(Self.run, secret: "canary-of-salesforce")

      #expect(result.status == 77, "\(result.output)")
      #expect(result.output.contains("invalid client credentials"), "\(result.output)")
      #expect(!result.errors.contains("canary-of-salesforce") && !result.output.contains("canary-of-salesforce"))
      #expect(world.bulk.seen.made == 0)
    }
  }
}
