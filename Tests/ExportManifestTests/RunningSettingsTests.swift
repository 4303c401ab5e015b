// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import Testing

/// `priority`, `limits`, `verify`, `retry` and `timeouts` of exports.
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

  private static let waiting =
    lines
    .replacing(
      "verify: {min_rows: 1, schema: false}",
      with: "retry: {attempts: 3, cool_down: 5m}, timeouts: {queued: 1h, then: resubmit}"
    )
    .replacing(
      "verify: {min_rows: 7, inside_window: false}", with: "retry: {cool_down: 0s}\n    timeouts: {then: abandon}")

  @Test func `a cool-down and what follows a deadline are taken from the defaults unless said`() throws {
    // The service of this manifest cannot stop a task: the rule is told of, and the settings are read.
    let (manifest, text) = ManifestTests.check(Self.manifest(Self.waiting))
    let exports = try #require(manifest).exports

    #expect(exports.map(\.retry.coolDown) == [.seconds(300), .zero])
    #expect(exports.map(\.retry.attempts) == [3, 3])
    #expect(exports.map(\.timeouts.then) == [.resubmit, .abandon])
    #expect(exports.map(\.timeouts.queued) == [.seconds(3600), .seconds(3600)])
    #expect(
      text.contains("error: 'engagement' cannot stop a task, and 'resubmit' needs that [M116]")
        && text.contains("^~~~~~~~ write 'abandon': the next run looks at the task first"), "\(text)")
    #expect(text.hasSuffix("\n1 error"), "\(text)")
    #expect(RetrySetting().coolDown == .seconds(10) && TimeoutSetting().then == .abandon)
  }

  @Test func `resubmit is right where the service can stop a task`() throws {
    let (manifest, _) = ManifestTests.check(Self.manifest(Self.waiting))
    var traits = ManifestTests.traits
    traits.canCancel = true

    let problems = ManifestRules.check(try #require(manifest), traits: ["engagement": traits])

    #expect(problems.isEmpty, "\(problems.text())")
  }

  @Test func `defaults that ask for it are told once for each service`() throws {
    let text = ManifestTests.check(Self.manifest(Self.waiting.replacing("\n    timeouts: {then: abandon}", with: "")))
      .text

    #expect(text.components(separatedBy: "[M116]").count == 2, "\(text)")
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
    ("priority: 100", "retry: {cool_down: 10}", "error: '10' is not a duration for 'cool_down' [M006]"),
    ("priority: 100", "retry: {cooldown: 10s}", "error: unknown key 'cooldown' in 'retry' [M001]"),
    ("priority: 100", "timeouts: {then: resubmitt}", "error: unknown policy 'resubmitt' [M005]"),
    ("verify: {min_rows: 7, inside_window: false}", "verify: strict", "error: 'verify' must be a mapping, not a value"),
  ])
  func `each mistake is told`(old: String, new: String, expected: String) {
    let text = ManifestTests.check(Self.manifest(Self.lines.replacing(old, with: new))).text

    #expect(text.contains(expected), "\(text)")
    #expect(text.hasSuffix("\n1 error"), "\(text)")
  }
}
