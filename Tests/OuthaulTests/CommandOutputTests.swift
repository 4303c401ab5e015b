// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ExportCore
import Foundation
import Testing

@testable import outhaul

/// Every command that prints results prints them as JSON too, and by a schema: a command that is new fails here until it has
/// its row.
@Suite struct CommandOutputTests {
  /// One way to call a command.
  private struct Row: Sendable {
    /// As it is called: `cloud seed`.
    var command: String
    var arguments: [String]
    var schema: String
    /// Each line is a document.
    var isLines = false
    /// What it may end with.
    var statuses: Set<Int32> = [0]

    init(_ command: String, _ arguments: [String], _ schema: String, isLines: Bool = false, ends: Int32...) {
      (self.command, self.arguments, self.schema, self.isLines) = (command, arguments, schema, isLines)
      if !ends.isEmpty { statuses = Set(ends) }
    }
  }

  /// In order: what a command leaves, later ones find.
  private static let rows: [Row] = [
    Row("init", ["made.yaml", "--no-input"], "init"),
    Row("validate", ["manifest.yaml"], "validate"), Row("validate", ["no.yaml"], "validate", ends: 65),
    Row("validate", ["bad.yaml"], "validate", ends: 65), Row("fmt", ["manifest.yaml", "bad.yaml"], "fmt"),
    Row("plan", ["manifest.yaml", "--as-of", now], "plan"), Row("plan", ["bad.yaml"], "validate", ends: 65),
    Row("plan", ["manifest.yaml", "--check", "plan.json"], "diff", ends: 0, 2),
    Row("diff", ["plan.json", "other.yaml"], "diff", ends: 2),
    Row("diff", ["plan.json", "other.yaml", "--all"], "diff", ends: 2),
    Row("graph", ["plan.json"], "graph"), Row("graph", ["plan.json", "--fold"], "graph"),
    Row("run", ["manifest.yaml", "--local", "--speed", "2000"], "report"),
    Row("run", ["manifest.yaml", "--local", "--select", "status:failed"], "run"),
    Row("status", ["manifest.yaml", "--local"], "status"), Row("status", ["manifest.yaml"], "status"),
    Row("gaps", ["manifest.yaml", "--local"], "gaps", ends: 0, 2), Row("runs", ["manifest.yaml", "--local"], "runs"),
    Row("report", ["last", "manifest.yaml", "--local"], "report"),
    Row("verify", ["manifest.yaml", "--local"], "verify"),
    Row("compare", [".outhaul/local/exports/files", ".outhaul/local/exports/files"], "compare"),
    Row("cancel", ["manifest.yaml"], "cancel"), Row("doctor", ["manifest.yaml", "--local"], "doctor"),
    Row("apps", ["manifest.yaml", "--local", "--service", "engagement"], "apps"),
    Row("explain", [], "explain"), Row("explain", ["M017"], "explain"), Row("explain", [job, "plan.json"], "explain"),
    Row("explain", [job, "manifest.yaml", "--as-of", now, "--state", ".outhaul/local"], "explain"),
    Row("schema", ["explain"], "schema"),
    Row("service list", [], "service-list"), Row("service show", ["azure-mobile-engagement"], "service-show"),
    Row("service check", ["bad.yaml"], "validate", ends: 65),
    Row(
      "service try", ["--manifest", "manifest.yaml", "--app", "app-1", "--dataset", "tag", "--local"], "service-try",
      isLines: true),
    Row("cloud seed", ["--days", "1", "--data", "seeded"], "cloud-seed"),
    Row("cloud import", ["rows.json", "--data", "seeded", "--app", "c/a"], "cloud-import", ends: 65),
    Row("cloud faults", [], "cloud-faults"),
  ]

  /// One prints its first line and ends when it is told to: it is started below. The other prints pages, and no results.
  private static let others = ["cloud serve", "manual"]

  private static let now = "\(ISO8601DateFormatter().string(from: Date()).prefix(10))T00:00:00Z"
  private static let job = "snapshots/app-1/tag/\(now.prefix(10))"

  /// Commands without commands below them, as they are called.
  private static func commands(below type: any ParsableCommand.Type, _ path: [String] = []) -> [String] {
    let below = type.configuration.subcommands
    guard !below.isEmpty else { return [path.joined(separator: " ")] }
    return below.flatMap { commands(below: $0, path + [$0.configuration.commandName ?? "\($0)".lowercased()]) }
  }

  @Test func `no command is without a row`() {
    let known = Set(Self.rows.map(\.command) + Self.others)

    #expect(Set(Self.commands(below: Outhaul.self)) == known)
  }

  @Test func `what every command prints as JSON is valid by its schema`() async throws {
    let folder = try TemporaryFolder()
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
    try folder.write(manifest, to: "manifest.yaml")
    try folder.write(manifest.replacing("[push, tag, device, token]", with: "[push, tag]"), to: "other.yaml")
    try folder.write(manifest.replacing("service: engagement", with: "service: engagment"), to: "bad.yaml")
    try folder.write("[]", to: "rows.json")
    let planned = try await Program.run(
      ["plan", "manifest.yaml", "--as-of", Self.now, "-o", "plan.json"], in: folder.url)
    try #require(planned.status == 0, "\(planned.errors)")
    var documents: [(row: Row, document: JSONValue)] = []

    for row in Self.rows {
      let words = row.command.split(separator: " ").map(String.init)
      let result = try await Program.run(
        words + row.arguments + ["--output", "json"], in: folder.url,
        environment: ["ENGAGEMENT_SECRET": "a", "STAGING_KEY": "YQ=="])
      #expect(
        row.statuses.contains(result.status), "\(row.command) \(row.arguments): \(result.status) \(result.errors)")
      for text in row.isLines ? result.output.split(separator: "\n") : [result.output[...]] {
        guard let document = try? JSONValue(parsing: text.utf8) else {
          Issue.record("\(row.command) \(row.arguments) prints no document: \(text.prefix(300))")
          continue
        }
        documents.append((row, document))
      }
    }
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    documents.append((Row("cloud serve", [], "cloud-serve"), try JSONValue(parsing: cloud.line.utf8)))

    // A schema is JSON that is printed either way.
    let checked = documents.filter { $0.row.schema != "schema" }
    let problems = try await SchemaValidator.problems(checked.map { (.string($0.row.schema), $0.document) })
    for (entry, problem) in zip(checked, problems) where problem != nil {
      Issue.record("\(entry.row.command) \(entry.row.arguments): \(problem ?? "")")
    }
    for (entry, problem) in zip(checked, problems) where problem == nil {
      for name in Self.names(in: entry.document) where name.contains(where: \.isUppercase) {
        Issue.record("\(entry.row.command): the member '\(name)' is not in snake case")
      }
    }
  }

  /// Of the document itself: below, names are often data.
  private static func names(in document: JSONValue) -> [String] { (document.object ?? [:]).keys.sorted() }
}
