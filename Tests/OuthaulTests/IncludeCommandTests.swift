// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Included files on the disk, through the program.
@Suite struct IncludeCommandTests {
  private static let base = SampleManifest.nightly(days: 1, apps: 1)

  /// The sample with its apps and its second export in files of their own.
  private static func write(to folder: borrowing TemporaryFolder, include: String = "[exports/*.yaml]") throws {
    let parts = base.components(separatedBy: "  history:")
    try folder.write(
      "include: \(include)\n"
        + parts[0].replacing(
          "  app-1: {with: {collection: contoso, app: app-1}}", with: "  include: catalogue/**/*.yaml"),
      to: "m/manifest.yaml")
    try folder.write("exports:\n  history:" + parts[1], to: "m/exports/history.yaml")
    try folder.write("app-1: {with: {collection: contoso, app: app-1}}\n", to: "m/catalogue/eu/one.yaml")
    try folder.write("app-2: {with: {collection: contoso, app: app-2}}\n", to: "m/catalogue/two.yaml")
  }

  private struct Plan: Decodable {
    struct Input: Decodable {
      var name: String
      var sha256: String
    }
    var inputs: [Input]
  }

  @Test func `a plan names every file by its way from the manifest's folder, and is the same from anywhere`()
    async throws
  {
    let folder = try TemporaryFolder()
    try Self.write(to: folder)
    let plan = ["--as-of", "2016-06-01T00:00:00Z", "-o"]

    let inside = try await Program.run(
      ["plan", "manifest.yaml"] + plan + ["a.json"], in: folder.url.appendingPathComponent("m"))
    let above = try await Program.run(["plan", "m/manifest.yaml"] + plan + ["b.json"], in: folder.url)
    let absolute = try await Program.run(
      ["plan", folder.url.appendingPathComponent("m/manifest.yaml").path] + plan + ["c.json"], in: folder.url)

    #expect(inside.status == 0, "\(inside.errors)")
    #expect(above.status == 0, "\(above.errors)")
    #expect(absolute.status == 0, "\(absolute.errors)")
    let bytes = try Data(contentsOf: folder.url.appendingPathComponent("m/a.json"))
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("b.json")) == bytes)
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("c.json")) == bytes)
    let inputs = try JSONDecoder().decode(Plan.self, from: bytes).inputs
    #expect(
      inputs.map(\.name) == [
        "manifest.yaml", "exports/history.yaml", "catalogue/eu/one.yaml", "catalogue/two.yaml",
        "azure-mobile-engagement",
      ])
  }

  @Test func `a change of an included file is a change of the plan`() async throws {
    let folder = try TemporaryFolder()
    try Self.write(to: folder)
    _ = try await Program.run(
      ["plan", "m/manifest.yaml", "--as-of", "2016-06-01T00:00:00Z", "-o", "plan.json"], in: folder.url)
    try folder.write(
      "# said\napp-2: {with: {collection: contoso, app: app-2}}\n", to: "m/catalogue/two.yaml")

    let result = try await Program.run(["plan", "m/manifest.yaml", "--check", "plan.json"], in: folder.url)

    #expect(result.status == 2)
    #expect(result.output.contains("catalogue/two.yaml"), "\(result.output)")
  }

  @Test func `problems point into the included file, in text, JSON and SARIF`() async throws {
    let folder = try TemporaryFolder()
    try Self.write(to: folder)
    try folder.write("app-2: {with: {colection: contoso, app: app-2}}\n", to: "m/catalogue/two.yaml")

    let text = try await Program.run(["validate", "m/manifest.yaml"], in: folder.url)
    let json = try await Program.run(["validate", "m/manifest.yaml", "--output", "json"], in: folder.url)
    let sarif = try await Program.run(["validate", "m/manifest.yaml", "--output", "sarif"], in: folder.url)

    #expect(
      text.errors == """
        m/catalogue/two.yaml:1:16: error: unknown parameter 'colection' of the app 'app-2' [M104]
          1 | app-2: {with: {colection: contoso, app: app-2}}
            |                ^~~~~~~~~ did you mean 'collection'?
        1 error

        """)
    #expect(json.output.contains(#""column":16,"file":"m/catalogue/two.yaml","help":"did you mean 'collection'?""#))
    #expect(sarif.output.contains(#""uri":"m/catalogue/two.yaml""#))
    #expect(text.status == 65 && json.status == 65 && sarif.status == 65)
  }

  @Test func `links to files are followed, folders behind links are not looked into`() async throws {
    let folder = try TemporaryFolder()
    try Self.write(to: folder)
    try folder.write("app-3: {with: {collection: contoso, app: app-3}}\n", to: "elsewhere/three.yaml")
    let catalogue = folder.url.appendingPathComponent("m/catalogue")
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: catalogue.appendingPathComponent("three.yaml").path, withDestinationPath: "../../elsewhere/three.yaml")
    // Without end, if it were followed.
    try manager.createSymbolicLink(atPath: catalogue.appendingPathComponent("loop").path, withDestinationPath: ".")
    try manager.createSymbolicLink(
      atPath: catalogue.appendingPathComponent("again.yaml").path, withDestinationPath: "two.yaml")

    let result = try await Program.run(["validate", "m/manifest.yaml"], in: folder.url)

    #expect(result.errors == "")
    #expect(result.output.hasPrefix("m/manifest.yaml: valid, 24 jobs\n"), "\(result.output)")
  }

  @Test func `what is no file, or is not there, is told at the line that asks for it`() async throws {
    let folder = try TemporaryFolder()
    try Self.write(to: folder, include: "[exports/history.yml, ../m/catalogue, device.yaml, gone.yaml]")
    let manager = FileManager.default
    let place = folder.url.appendingPathComponent("m")
    try manager.createSymbolicLink(
      atPath: place.appendingPathComponent("device.yaml").path, withDestinationPath: "/dev/zero")
    try manager.createSymbolicLink(
      atPath: place.appendingPathComponent("gone.yaml").path, withDestinationPath: "nowhere.yaml")

    let result = try await Program.run(["validate", "manifest.yaml"], in: place)

    let heads = result.errors.split(separator: "\n").filter { $0.contains("error: ") }
    #expect(
      heads == [
        "manifest.yaml:1:11: error: there is no file 'exports/history.yml' [M034]",
        "manifest.yaml:1:32: error: '../m/catalogue' is a folder [M034]",
        "manifest.yaml:1:48: error: cannot read 'device.yaml': it is no file that can be read [M034]",
        "manifest.yaml:1:61: error: cannot read 'gone.yaml': there is no such file [M034]",
      ])
  }

  @Test func `a manifest of files runs like one of one file`() async throws {
    let folder = try TemporaryFolder()
    try Self.write(to: folder)

    let result = try await Program.run(["run", "m/manifest.yaml", "--local", "--speed", "1000"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("All 16 jobs done and verified"), "\(result.output)")
  }
}
