// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What machines and people are told when a command cannot do its work.
@Suite struct FailureOutputTests {
  private static let missing =
    #"{"diagnostics":[],"error":"cannot read 'no.yaml': there is no such file","valid":false,"validate":1}"#

  @Test(arguments: [
    ["validate", "no.yaml"], ["plan", "no.yaml"], ["diff", "no.yaml", "manifest.yaml"],
    ["diff", "manifest.yaml", "no.yaml"], ["graph", "no.yaml"], ["run", "no.yaml", "--local"],
    ["apps", "no.yaml", "--local"], ["explain", "a/b", "no.yaml"], ["fmt", "no.yaml"],
  ])
  func `a file that cannot be read is a document in JSON, and 65`(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(arguments + ["--output", "json"], in: folder.url)

    #expect(result.status == 65)
    #expect(result.output == Self.missing + "\n")
    #expect(result.errors == "error: cannot read 'no.yaml': there is no such file\n")
  }

  @Test(arguments: [
    ["plan", "bad.yaml"], ["diff", "bad.yaml", "bad.yaml"], ["graph", "bad.yaml"], ["run", "bad.yaml", "--local"],
    ["explain", "a/b", "bad.yaml"],
  ])
  func `an invalid manifest is told in JSON by every command that speaks it`(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1).replacing("every: day, last", with: "every: dya, last"), to: "bad.yaml")

    let validate = try await Program.run(["validate", "bad.yaml", "--output", "json"], in: folder.url)
    let result = try await Program.run(arguments + ["--output", "json"], in: folder.url)

    #expect(result.status == 65)
    #expect(result.output.contains("unknown period 'dya'"))
    #expect(result.output == validate.output)
  }

  @Test func `a run of nothing that is selected says so to machines`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(
      ["run", "manifest.yaml", "--local", "--exclude", "*", "--output", "json"], in: folder.url)

    #expect(result.status == 0 && result.output == #"{"run":1,"selected":0}"# + "\n")
  }

  @Test func `SARIF says of a file that cannot be read that nothing was checked`() async throws {
    let folder = try TemporaryFolder()

    let result = try await Program.run(["validate", "no.yaml", "--output", "sarif"], in: folder.url)

    #expect(result.status == 65)
    #expect(
      result.output == #"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{"columnKind":"#
        + #""unicodeCodePoints","invocations":[{"executionSuccessful":false,"toolExecutionNotifications":[{"level":"#
        + #""error","message":{"text":"cannot read 'no.yaml': there is no such file"}}]}],"results":[],"tool":"#
        + #"{"driver":{"name":"outhaul","rules":[],"version":"0.1.0"}}}],"version":"2.1.0"}"# + "\n")
  }

  @Test func `machines are told a thousand problems, and how many more there are`() async throws {
    let folder = try TemporaryFolder()
    let labels = (1...1_005).map { "  \"a b \($0)\": {with: {collection: c, app: a}}\n" }.joined()
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1).replacing("apps:\n", with: "apps:\n" + labels, maxReplacements: 1),
      to: "manifest.yaml")

    let json = try await Program.run(["validate", "manifest.yaml", "--output", "json"], in: folder.url)
    let sarif = try await Program.run(["validate", "manifest.yaml", "--output", "sarif"], in: folder.url)

    #expect(json.status == 65)
    #expect(json.output.components(separatedBy: #""code":"M003""#).count - 1 == 1_000)
    #expect(json.output.hasSuffix(#"],"left_out":5,"valid":false,"validate":1}"# + "\n"))
    #expect(sarif.output.components(separatedBy: #""ruleId":"M003""#).count - 1 == 1_000)
    #expect(sarif.output.contains(#""properties":{"leftOut":5}"#))
  }

  @Test(arguments: [["run", "manifest.yaml", "--local"], ["cloud", "serve"]])
  func `a fault that is none is a mistake of the command line`(arguments: [String]) async throws {
    let result = try await Program.run(arguments + ["--fault", "nonsense"])

    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("Error: --fault 'nonsense' is not a fault of the local cloud: expected OPERATION"))
  }

  @Test func `a mistake that is found late shows the usage of its own command`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleManifest.nightly(days: 1, apps: 1), to: "manifest.yaml")

    let result = try await Program.run(["explain", "history/app-1/event/1999-01-01", "manifest.yaml"], in: folder.url)

    #expect(result.status == 64)
    #expect(result.errors.contains("\nUsage: outhaul explain [<subject>]"), "\(result.errors)")
  }
}
