// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What the README shows is what the program does.
@Suite struct ReadmeTests {
  /// The blocks that are left to these tests: the manifest, its mistake, and what is missing.
  private static func blocks() throws -> [String] {
    let blocks = try DocumentedPage(path: "README.md").blocks.filter { $0.marks == [.by(suite: "ReadmeTests")] }
    try #require(blocks.count == 3)
    return blocks.map(\.text)
  }

  private static func manifest() throws -> String { try blocks()[0] }

  @Test func `its manifest is valid`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(try Self.manifest(), to: "manifest.yaml")

    let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.isEmpty, "\(result.errors)")
  }

  @Test func `its mistake is told as it says`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(try Self.manifest().replacing("activity, event", with: "activity, evnts"), to: "manifest.yaml")

    let result = try await Program.run(["validate", "manifest.yaml"], in: folder.url)
    // The last line counts the mistakes.
    let told = result.errors.split(separator: "\n").dropLast().map { "\($0)\n" }.joined()
    let shown = try Self.blocks()[1]

    #expect(result.status == 65)
    #expect(told == shown)
  }

  @Test func `what is missing is told as it says`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      try Self.manifest().replacing("last: 7d", with: "from: 2016-01-01, through: 2016-01-06"), to: "manifest.yaml")
    _ = try await Program.run(
      [
        "run", "manifest.yaml", "--local", "--speed", "5000", "--select", "history", "--exclude",
        "history/shop-ios/event,window:2016-01-02..2016-01-04",
      ], in: folder.url)

    let result = try await Program.run(["gaps", "manifest.yaml", "--select", "history", "--local"], in: folder.url)
    let shown = try Self.blocks()[2]

    #expect(result.status == 2)
    #expect(result.output.replacing(" --local", with: "") == shown)
  }

  @Test func `its examples are there, and the nightly one validates`() async throws {
    for path in ["Examples/quickstart.sh", "Tests/run.sh", "Tests/Benchmarks/run.sh", ".ci/run"] {
      #expect(
        FileManager.default.isExecutableFile(atPath: LayerTests.root.appendingPathComponent(path).path), "\(path)")
    }
    let nightly = LayerTests.root.appendingPathComponent("Examples/nightly/manifest.yaml").path

    let result = try await Program.run(["validate", nightly])

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasSuffix(": valid, 128 jobs\n"))
  }
}
