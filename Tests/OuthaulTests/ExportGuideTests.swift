// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What the guide to exports shows is taken by the program.
@Suite struct ExportGuideTests {
  private static let guide = LayerTests.root
    .appendingPathComponent("Sources/BatchExport/Documentation.docc/Guides/Exports.md")

  @Test func `an export with all lines of the guide is valid`() async throws {
    let lines = try String(contentsOf: Self.guide, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("    ") }.map(String.init)
    #expect(lines.count == 5)
    let folder = try TemporaryFolder()
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
      .replacing("app: app-1}}", with: "app: app-1}, labels: {tier: gold, platform: ios-17, owner: a}}")
      .components(separatedBy: "  history:")
    try folder.write(
      manifest[0] + "  history:" + manifest[1].replacing("    apps: all", with: lines.joined(separator: "\n")),
      to: "manifest.yaml")

    let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

    #expect(result.errors == "")
    #expect(result.status == 0)
  }
}
