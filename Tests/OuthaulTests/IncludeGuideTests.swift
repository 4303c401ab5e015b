// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What the guide to included files shows is taken by the program.
@Suite struct IncludeGuideTests {
  private static let guide = LayerTests.root
    .appendingPathComponent("Sources/BatchExport/Documentation.docc/Guides/Includes.md")

  @Test func `the files of the guide make one manifest`() async throws {
    let blocks = try String(contentsOf: Self.guide, encoding: .utf8).components(separatedBy: "\n\n")
      .flatMap { $0.split(separator: "\n", omittingEmptySubsequences: true).filter { $0.hasPrefix("    ") } }
      .map { String($0.dropFirst(4)) }
    #expect(blocks.count == 5)
    let folder = try TemporaryFolder()
    let parts = SampleManifest.nightly(days: 1, apps: 1)
      .replacing(
        "apps:\n  app-1: {with: {collection: contoso, app: app-1}}", with: blocks[1...3].joined(separator: "\n")
      )
      .components(separatedBy: "  history:")
    try folder.write(parts[0] + blocks[0] + "\n", to: "manifest.yaml")
    try folder.write("exports:\n  history:" + parts[1], to: "exports/history.yaml")
    try folder.write(blocks[4] + "\n", to: "catalogue/eu/shop.yaml")
    try folder.write("apps: {shop-web: {with: {collection: shop, app: web}}}\n", to: "catalogue/web.yaml")

    let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

    #expect(result.errors == "")
    #expect(result.output.hasPrefix("manifest.yaml: valid, 24 jobs\n"), "\(result.output)")
  }
}
