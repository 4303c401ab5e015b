// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What `validate` prints for machines.
@Suite struct ValidateOutputTests {
  /// A duplicate key, an unknown dataset behind wide characters, and a secret that was written down.
  private static let broken = """
    manifest: 1
    name: nightly
    name: weekly
    secrets: {token: hunter2, key: {env: KEY}}
    services:
      engagement:
        use: azure-mobile-engagement
        with: {subscription: s-1, resource_group: shop}
    destinations:
      lake: {azure_container: https://contoso.blob.core.windows.net/exports, account_key: "${secret.key}"}
    apps:
      shop: {with: {collection: shop, app: shop}}
    defaults: {destination: lake}
    exports:
      日次: {service: engagement, apps: all, datasets: [evnt], window: {every: day, last: 7d}}

    """

  private static func validate(_ format: String, _ text: String = broken) async throws -> Program.Result {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "two words/manifest.yaml")
    return try await Program.run(["validate", "two words/manifest.yaml", "--output", format], in: folder.url)
  }

  @Test func `JSON has every problem with its place, its help and its related places`() async throws {
    let result = try await Self.validate("json")

    #expect(result.status == 65)
    #expect(result.errors == "")
    let file = #""file":"two words/manifest.yaml""#
    let problems = [
      #"{"code":"Y005","column":1,\#(file),"length":4,"line":3,"message":"duplicate key 'name'","#
        + #""related":[{"column":1,\#(file),"length":4,"line":2,"message":"it was first given here"}],"severity":"error"}"#,
      #"{"code":"M009","column":11,\#(file),"help":"write {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}","length":5,"line":4,"#
        + #""message":"the secret 'token' must say where it is, not what it is","related":[],"severity":"error"}"#,
      #"{"code":"M102","column":51,\#(file),"help":"did you mean 'event'?","length":4,"line":15,"#
        + #""message":"unknown dataset 'evnt' of azure-mobile-engagement","related":[],"severity":"error"}"#,
    ]
    #expect(
      result.output == #"{"diagnostics":[\#(problems.joined(separator: ","))],"valid":false,"validate":1}"# + "\n")
  }

  @Test func `SARIF has the tool, the rules that were broken and a result for each problem`() async throws {
    let result = try await Self.validate("sarif")

    #expect(result.status == 65)
    #expect(result.errors == "")
    #expect(!result.output.contains("hunter2"))
    let log = try JSONDecoder().decode(Log.self, from: Data(result.output.utf8))
    #expect(log.schema == "https://json.schemastore.org/sarif-2.1.0.json")
    #expect(log.version == "2.1.0")
    let run = try #require(log.runs.first)
    #expect(log.runs.count == 1)
    #expect(run.columnKind == "unicodeCodePoints")
    let driver = run.tool.driver
    #expect(driver.name == "outhaul")
    #expect(driver.version == "0.1.0")
    #expect(driver.rules.map(\.id) == ["M009", "M102", "Y005"])
    #expect(driver.rules[2].shortDescription.text == "a key that is given twice")
    #expect(driver.rules[2].fullDescription.text.hasPrefix("A mapping holds each key once. "))
    #expect(driver.rules[2].help.text == "Take one of them out, or give one another name.")
    #expect(run.results.map(\.ruleId) == ["Y005", "M009", "M102"])
    #expect(run.results.map(\.ruleIndex) == [2, 0, 1])
    #expect(run.results.map(\.level) == ["error", "error", "error"])
    #expect(
      run.results.map(\.message.text) == [
        "duplicate key 'name'",
        // A brace that stands for itself is doubled.
        "the secret 'token' must say where it is, not what it is; write {{env: NAME}}, {{file: PATH}} or {{command: [PROGRAM, ARGUMENT]}}",
        "unknown dataset 'evnt' of azure-mobile-engagement; did you mean 'event'?",
      ])
    #expect(
      run.results.map { $0.locations?.map(\.physicalLocation) } == [
        [Log.Place(3, 1..<5)], [Log.Place(4, 11..<16)], [Log.Place(15, 51..<55)],
      ])
    #expect(
      run.results[0].relatedLocations == [
        Log.Location(
          id: 0, message: Log.Message(text: "it was first given here"), physicalLocation: Log.Place(2, 1..<5))
      ])
    #expect(run.results[1].relatedLocations == nil)
  }

  @Test func `SARIF of a valid manifest has its warnings as such, and no result without any`() async throws {
    let good = Self.broken.replacing("name: weekly\n", with: "").replacing("token: hunter2, ", with: "")
      .replacing("evnt", with: "event").replacing(
        "engagement\n", with: "engagement\n    credential: none\n", maxReplacements: 1)

    let clean = try await Self.validate("sarif", good)
    let unused = try await Self.validate(
      "sarif", good.replacing("apps:\n", with: "  spare: {directory: x, staging: lake}\napps:\n"))

    #expect(clean.status == 0, "\(clean.output)")
    #expect(
      clean.output == #"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{"columnKind":"#
        + #""unicodeCodePoints","results":[],"tool":{"driver":{"name":"outhaul","rules":[],"version":"0.1.0"}}}],"#
        + #""version":"2.1.0"}"# + "\n")
    #expect(unused.status == 0)
    let results = try JSONDecoder().decode(Log.self, from: Data(unused.output.utf8)).runs[0].results
    #expect(results.map(\.level) == ["warning"])
    #expect(results.map(\.message.text) == ["nothing uses the destination 'spare'"])
  }

  @Test func `a problem without a place has no location`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.broken, to: "manifest.yaml")

    let result = try await Program.run(
      ["validate", "manifest.yaml", "--output", "sarif", "--var", "region=eu"], in: folder.url)

    let results = try JSONDecoder().decode(Log.self, from: Data(result.output.utf8)).runs[0].results
    let placeless = try #require(results.first)
    #expect(placeless.ruleId == "M017")
    #expect(placeless.locations == nil)
  }

  @Test(arguments: ["plan", "run", "explain"])
  func `SARIF is for problems only`(command: String) async throws {
    let result = try await Program.run([command, "M001", "--output", "sarif"])

    #expect(result.status == 64)
  }

  /// The parts of a SARIF log that are printed.
  private struct Log: Decodable {
    struct Message: Decodable, Equatable { var text: String }

    struct Place: Decodable, Equatable {
      struct Artifact: Decodable, Equatable { var uri: String }
      struct Region: Decodable, Equatable { var startLine, startColumn, endColumn: Int }

      var artifactLocation: Artifact
      var region: Region

      init(_ line: Int, _ columns: Range<Int>) {
        artifactLocation = Artifact(uri: "two%20words/manifest.yaml")
        region = Region(startLine: line, startColumn: columns.lowerBound, endColumn: columns.upperBound)
      }
    }

    struct Location: Decodable, Equatable {
      var id: Int?
      var message: Message?
      var physicalLocation: Place
    }

    struct Result: Decodable {
      var ruleId: String
      var ruleIndex: Int
      var level: String
      var message: Message
      var locations: [Location]?
      var relatedLocations: [Location]?
    }

    struct Rule: Decodable {
      var id: String
      var shortDescription, fullDescription, help: Message
    }

    struct Driver: Decodable {
      var name, version: String
      var rules: [Rule]
    }

    struct Tool: Decodable { var driver: Driver }

    struct Run: Decodable {
      var columnKind: String
      var tool: Tool
      var results: [Result]
    }

    enum CodingKeys: String, CodingKey {
      case schema = "$schema"
      case version, runs
    }

    var schema, version: String
    var runs: [Run]
  }
}
