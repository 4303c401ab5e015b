// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What a run brought home is imported by another cloud, and a run against that brings home the same.
@Suite struct ArchiveRunTests {
  /// Snapshots are due today only.
  private static let asOf = CloudWorld.now

  @Test(arguments: ["json", "csv"])
  func `a tree of exports comes back byte for byte, in both formats`(format: String) async throws {
    let first = try TemporaryFolder()
    let seed = "cloud seed --apps 2 --devices 15 --days 3 --seed 7 --data cloud".split(separator: " ").map(String.init)
    let seeded = try await Program.run(seed, in: first.url)
    #expect(seeded.status == 0, "\(seeded.errors)")
    try await Self.export(format, in: first)

    let second = try TemporaryFolder()
    let tree = first.url.appendingPathComponent("exports").path
    let imported = try await Program.run(
      ["cloud", "import", tree, "--collection", "contoso", "--data", "cloud"], in: second.url)
    #expect(imported.status == 0 && imported.output.hasPrefix("24 files imported, 0 known, 0 bad\n"), "\(imported)")
    try await Self.export(format, in: second)

    let (made, again) = (try Self.files(in: first), try Self.files(in: second))
    #expect(made.count == 24 && made.keys == again.keys)
    for name in made.keys.sorted() { #expect(made[name] == again[name], "\(name)") }
  }

  /// Runs the nightly manifest against a cloud on the folder's data.
  private static func export(_ format: String, in folder: borrowing TemporaryFolder) async throws {
    let manifest = SampleManifest.nightly(days: 2, apps: 2).replacing("format: json", with: "format: \(format)")
      .replacing("last: 2d", with: "from: 2016-01-02, through: 2016-01-03")
    try folder.write(manifest, to: "manifest.yaml")
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "5000", "--start-delay", "1s"])
    let run = try await Program.run(
      ["run", "manifest.yaml", "--as-of", asOf] + cloud.variables, in: folder.url, environment: cloud.environment)
    try await cloud.kill()
    #expect(run.status == 0, "\(run.output) \(run.errors)")
  }

  /// The parts below the exports, by path.
  private static func files(in folder: borrowing TemporaryFolder) throws -> [String: Data] {
    let root = folder.url.appendingPathComponent("exports")
    var files: [String: Data] = [:]
    let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
    for file in all where file.lastPathComponent.hasPrefix("part-") {
      files[String(file.path.dropFirst(root.path.count))] = try Data(contentsOf: file)
    }
    return files
  }
}
