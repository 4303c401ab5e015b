// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `verify` of an export, from the manifest to the files of the local cloud.
@Suite struct VerifyTests {
  /// One app, one day of history without snapshots.
  private static func manifest(_ lines: String) -> String {
    SampleManifest.nightly(days: 1, apps: 1, attempts: 1)
      .replacing("        after: [{export: snapshots, match: app}]\n", with: "")
      .replacing("    after: [{export: snapshots, match: app}]\n", with: lines)
  }

  @Test func `an export with fewer rows than it wants fails and says how many there were`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest("    verify: {min_rows: 1000000}\n"), to: "manifest.yaml")

    let result = try await Program.run(["run", "manifest.yaml", "--local", "--speed", "1000"], in: folder.url)

    #expect(result.status == 3, "\(result.errors)")
    #expect(result.output.contains("rows, and 'min_rows' wants 1000000"), "\(result.output)")
    let files = folder.url.appendingPathComponent(".outhaul/local/exports/files")
    let names = try FileManager.default.subpathsOfDirectory(atPath: files.path).filter { $0.hasSuffix(".json") }
    #expect(!names.isEmpty && names.allSatisfy { $0.hasPrefix("snapshots/") }, "\(names)")
  }

  @Test func `rows outside the window fail a job only where the window is held`() async throws {
    let folder = try TemporaryFolder()
    // The description says that another member is a time, which it is not.
    let wrong = try description().replacing("times: [timestamp]", with: "times: [name]")
    try folder.write(wrong, to: "service.yaml")
    let manifest = Self.manifest("    verify: {inside_window: true}\n")
      .replacing("use: azure-mobile-engagement", with: "use: ./service.yaml")
    try folder.write(manifest, to: "held.yaml")
    try folder.write(manifest.replacing("inside_window: true", with: "inside_window: false"), to: "free.yaml")

    let held = try await Program.run(
      ["run", "held.yaml", "--local", "--speed", "1000", "--state", "held"], in: folder.url)
    let free = try await Program.run(
      ["run", "free.yaml", "--local", "--speed", "1000", "--state", "free"], in: folder.url)

    #expect(held.status == 3, "\(held.errors)")
    #expect(held.output.contains("is not a time"), "\(held.output)")
    #expect(free.status == 0, "\(free.output)")
  }

  private func description() throws -> String {
    let url = LayerTests.root.appendingPathComponent("Sources/ExportServices/Descriptions/azure-mobile-engagement.yaml")
    return try String(contentsOf: url, encoding: .utf8)
  }
}
