// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What `--out` may write over.
@Suite struct OutputFileTests {
  private static let asOf = ["--as-of", "2016-02-10T12:00:00Z"]
  private static let manifest = SampleManifest.nightly(days: 1, apps: 1)
    .replacing("apps:\n  app-1:", with: "apps:\n  include: more/*.yaml\n  app-1:")
    .replacing("use: azure-mobile-engagement", with: "use: ./service.yaml")

  private static func fill(_ folder: borrowing TemporaryFolder) throws {
    try folder.write(manifest, to: "manifest.yaml")
    try folder.write("app-2: {with: {collection: contoso, app: app-2}}\n", to: "more/apps.yaml")
    try folder.write("tenant: fabrikam.example\n", to: "vars.yaml")
    let description = LayerTests.root.appendingPathComponent(
      "Sources/ExportServices/Descriptions/azure-mobile-engagement.yaml")
    try folder.write(String(contentsOf: description, encoding: .utf8), to: "service.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.appendingPathComponent("link.json").path, withDestinationPath: "manifest.yaml")
    try FileManager.default.linkItem(
      at: folder.url.appendingPathComponent("vars.yaml"), to: folder.url.appendingPathComponent("hard.json"))
  }

  @Test(arguments: [
    ("manifest.yaml", "manifest.yaml"), ("./manifest.yaml", "manifest.yaml"), ("link.json", "manifest.yaml"),
    ("more/apps.yaml", "more/apps.yaml"), ("vars.yaml", "vars.yaml"), ("hard.json", "vars.yaml"),
    ("service.yaml", "service.yaml"), ("none/../manifest.yaml", "manifest.yaml"), ("manifest.yaml/", "manifest.yaml"),
  ])
  func `nothing that was read is written over`(out: String, source: String) async throws {
    let folder = try TemporaryFolder()
    try Self.fill(folder)
    let before = try Data(contentsOf: folder.url.appendingPathComponent(source))

    let plan = try await Program.run(
      ["plan", "manifest.yaml", "--var-file", "vars.yaml", "-o", out] + Self.asOf, in: folder.url)
    let apps = try await Program.run(
      ["apps", "manifest.yaml", "--var-file", "vars.yaml", "--service", "engagement", "--local", "-o", out],
      in: folder.url)

    for result in [plan, apps] {
      #expect(result.status == 64)
      #expect(result.errors.contains("--out '\(out)' would write over '"), "\(result.errors)")
      #expect(result.errors.contains("\(source)', which is read; name another file\n"), "\(result.errors)")
    }
    #expect(try Data(contentsOf: folder.url.appendingPathComponent(source)) == before)
  }

  @Test func `fmt leaves a plan alone, and a manifest in JSON is a manifest for every command`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    try folder.write("# A comment.\n" + SampleManifest.nightly(days: 1, apps: 1), to: "manifest.json")
    _ = try await Program.run(["plan", "manifest.yaml", "-o", "plan.json"] + Self.asOf, in: folder.url)
    let plan = try Data(contentsOf: folder.url.appendingPathComponent("plan.json"))

    let formatted = try await Program.run(["fmt", "plan.json"], in: folder.url)
    let graphs = [
      try await Program.run(["graph", "manifest.json"] + Self.asOf, in: folder.url),
      try await Program.run(["graph", "manifest.yaml"] + Self.asOf, in: folder.url),
    ]

    #expect(formatted.errors.hasPrefix("plan.json: left alone: it is a plan"))
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("plan.json")) == plan)
    #expect(graphs.map(\.status) == [0, 0] && graphs[0].output == graphs[1].output)
  }

  @Test func `a plan is written over a plan and over JSON, and over nothing else`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")
    let notes = try folder.write("mine\n", to: "notes.txt")
    try folder.write("{}\n", to: "old.json")
    func plan(_ out: String) async throws -> Program.Result {
      try await Program.run(["plan", "manifest.yaml", "-o", out] + Self.asOf, in: folder.url)
    }

    let refused = try await plan("notes.txt")
    let device = try await plan("/dev/null")
    let statuses = [try await plan("new.plan"), try await plan("new.plan"), try await plan("old.json")].map(\.status)

    #expect(refused.status == 64)
    #expect(
      refused.errors.hasPrefix(
        "Error: --out 'notes.txt' would write over a file that is no plan; name another, or one in .json\n"
          + "Usage: outhaul plan "), "\(refused.errors)")
    #expect(try String(contentsOfFile: notes, encoding: .utf8) == "mine\n")
    #expect(device.status == 64)
    #expect(statuses == [0, 0, 0])
  }
}
