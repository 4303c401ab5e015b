// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// What the guide to notifications shows is taken by the program, and it leaves out no word.
@Suite struct NotificationGuideTests {
  private static func guide() throws -> String {
    try String(
      contentsOf: LayerTests.root.appendingPathComponent(
        "Sources/BatchExport/Documentation.docc/Guides/Notifications.md"), encoding: .utf8)
  }

  @Test func `the manifest of the guide is one that the program takes`() async throws {
    let lines = try Self.guide().split(separator: "\n").filter { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
    let start = try #require(lines.firstIndex(of: "notify:"))
    let secrets = lines[1..<start].joined(separator: "\n")
    let notify = lines[start...].prefix { !$0.hasPrefix("outhaul ") }.joined(separator: "\n")
    let folder = try TemporaryFolder()
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1).replacing("secrets:\n", with: "secrets:\n\(secrets)\n") + notify + "\n",
      to: "manifest.yaml")

    let validate = try await Program.run(["validate", "manifest.yaml"], in: folder.url)
    let plan = try await Program.run(["plan", "manifest.yaml", "--output", "json"], in: folder.url)

    #expect(lines.first == "secrets:")
    #expect(validate.status == 0 && validate.errors == "", "\(validate.errors)")
    let told = try JSONValue(parsing: plan.output.utf8)["notify"]?.array ?? []
    #expect(told.map { $0["on"]?.string } == ["failure", "change"] && told[1]["timeout"] == "5s")
  }

  @Test func `every word of a template stands in the table, and no other`() throws {
    let rows = try Self.guide().split(separator: "\n").filter { $0.hasPrefix("| `{") }
    let words = rows.flatMap { row in
      row.split(separator: "|")[0].matches(of: #/`\{([a-z]+)\}`/#).map { String($0.1) }
    }

    #expect(words.sorted() == MessageTemplate.Hole.allCases.map(\.rawValue).sorted())
  }

  @Test func `every status that no notification tells is one that the program has`() async throws {
    let numbers = Set(
      try Self.guide().split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.contains("{") }
        .flatMap { $0.split(separator: "|")[0].matches(of: #/[0-9]+/#).compactMap { Int($0.output) } })

    #expect(numbers == [64, 65, 69, 70, 75, 77])
    #expect(try await DeployTests.statuses().isSuperset(of: numbers))
  }
}
