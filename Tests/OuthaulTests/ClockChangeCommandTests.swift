// SPDX-License-Identifier: Apache-2.0
import Testing

/// `outhaul validate` tells which windows the clock touches.
@Suite struct ClockChangeCommandTests {
  /// Snapshots in Paris, which take no window on the wire.
  private static let manifest = SampleManifest.nightly().replacing(
    "window: {every: day, zone: UTC}", with: "window: {every: day, zone: Europe/Paris}"
  ).replacing("datasets: [push, tag, device, token]", with: "datasets: [tag, device, token]")
    .replacing("    push: {campaigns: {type: announcement, active_in: window}}\n", with: "")

  @Test func `the windows of the next twelve months are lines of text`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")

    let result = try await Program.run(
      ["validate", "manifest.yaml", "--as-of", "2016-01-01T00:00:00Z"], in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output == """
        manifest.yaml: valid, 124 jobs
        snapshots: the clock of Europe/Paris is changed in 2 windows of the next twelve months
          2016-03-27  2016-03-26T23:00:00Z to 2016-03-27T22:00:00Z  23 h: shorter
          2016-10-30  2016-10-29T22:00:00Z to 2016-10-30T23:00:00Z  25 h: longer

        """)
  }

  @Test func `and values in JSON`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "manifest.yaml")

    let result = try await Program.run(
      ["validate", "manifest.yaml", "--as-of", "2016-06-01T00:00:00Z", "--output", "json"], in: folder.url)

    let expected =
      #""dst":[{"effects":["longer"],"end":"2016-10-30T23:00:00Z","export":"snapshots","hours":25,"#
      + #""label":"2016-10-30","start":"2016-10-29T22:00:00Z","zone":"Europe/Paris"},"#
      + #"{"effects":["shorter"],"end":"2017-03-26T22:00:00Z","export":"snapshots","hours":23,"#
      + #""label":"2017-03-26","start":"2017-03-25T23:00:00Z","zone":"Europe/Paris"}]"#
    #expect(result.output.contains(expected), "\(result.output) \(result.errors)")
  }
}
