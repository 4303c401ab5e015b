// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

/// `priority`, `limits` and `verify` of exports.
@Suite struct RunningSettingsTests {
  private static let lines = """
    defaults: {destination: files, priority: -5, verify: {min_rows: 1, schema: false}}
    exports:
      snapshots:
        service: engagement
        apps: all
        datasets: [tag, push]
        window: {every: day}
        push: {campaigns: {type: poll}}
      history:
        service: engagement
        apps: all
        datasets: event
        window: {every: day, last: 3d}
        priority: 100
        limits: {active: 6, active_per_app: 2}
        verify: {min_rows: 7, inside_window: false}
    """

  private static func manifest(_ lines: String = lines) -> String {
    ManifestTests.good.split(separator: "defaults:")[0] + lines
  }

  @Test func `what an export says goes before what the defaults say`() throws {
    let (manifest, text) = ManifestTests.check(Self.manifest())
    let exports = try #require(manifest).exports

    #expect(text == "")
    #expect(exports.map(\.priority) == [-5, 100])
    #expect(exports[0].verify == VerifySetting(minRows: 1, schema: false))
    #expect(exports[1].verify == VerifySetting(minRows: 7, schema: false, insideWindow: false))
    #expect(exports[0].limits.active == nil)
    #expect(exports[1].limits.active?.value == 6)
    #expect(exports[1].limits.activePerApp?.value == 2)
  }

  /// One change, and what is told of it.
  @Test(arguments: [
    ("priority: 100", "priority: 101", "error: '101' is not a number for 'priority' [M007]"),
    ("priority: 100", "priority: high", "error: 'high' is not a number for 'priority' [M007]"),
    ("priority: -5", "priority: 0.5", "error: '0.5' is not a number for 'priority' [M007]"),
    ("active: 6", "active: 0", "error: '0' is not a number for 'active' [M007]"),
    // The service of this manifest may have eight.
    ("active: 6", "active: 9", "error: 'active' is above the service's own limit [M107]"),
    ("active_per_app: 2", "active_per_app: 5", "error: 'active_per_app' is above the service's own limit [M107]"),
    ("active: 6", "submits: 6/s", "error: unknown key 'submits' in 'limits' [M001]"),
    ("min_rows: 7", "min_rows: -1", "error: '-1' is not a number for 'min_rows' [M007]"),
    ("min_rows: 7", "min_row: 7", "error: unknown key 'min_row' in 'verify' [M001]"),
    ("inside_window: false", "inside_window: no", "error: 'inside_window' is true or false, not 'no' [M005]"),
    ("schema: false", "schema: \"false\"", "error: 'schema' is true or false, not 'false' [M005]"),
    ("verify: {min_rows: 7, inside_window: false}", "verify: strict", "error: 'verify' must be a mapping, not a value"),
  ])
  func `each mistake is told`(old: String, new: String, expected: String) {
    let text = ManifestTests.check(Self.manifest(Self.lines.replacing(old, with: new))).text

    #expect(text.contains(expected), "\(text)")
    #expect(text.hasSuffix("\n1 error"), "\(text)")
  }
}
