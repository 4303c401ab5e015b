// SPDX-License-Identifier: Apache-2.0
import Crypto
import ExportCore
import Foundation
import Testing

/// Destinations of whole runs: how their files are named, and what lets a service write there.
@Suite struct StorageRunTests {
  private static let today = String(ISO8601DateFormatter().string(from: Date()).prefix(10)) + "T00:00:00Z"
  private static let run = ["run", "manifest.yaml", "--as-of", today, "--settle", "3s"]
  private static let key = "    account_key: \"${secret.staging_key}\""

  /// A container SAS, by contract.md 6.1: version 2018-11-09.
  private static func signature(_ cloud: CloudProcess, rights: String, end: String) throws -> String {
    let account = cloud.endpoints.blobURL.split(separator: "/").last.map(String.init) ?? ""
    let text = "\(rights)\n\n\(end)\n/blob/\(account)/exports\n\n\n\n2018-11-09\nc\n\n\n\n\n\n"
    let key = SymmetricKey(data: try #require(Data(base64Encoded: cloud.endpoints.accountKey)))
    let sig = Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).base64EncodedString()
      .replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
    return "sv=2018-11-09&sr=c&sp=\(rights)&se=\(end)&sig=\(sig)"
  }

  private func files(_ folder: borrowing TemporaryFolder) throws -> [String] {
    let root = folder.url.appendingPathComponent("exports")
    return try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.contains(".json") }.sorted()
  }

  @Test func `a credential and a template: signed by a user's key, named as wished, with all that a manifest must say`()
    async throws
  {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "1000"])
    let client = #"tenant: "${var.tenant}", client: "${var.client}", secret: "${secret.engagement_secret}""#
    let credential = #"    credential: {azure_client: {\#(client), authority: "${var.authority}", endpoint: v2}}"#
    let manifest = SampleManifest.nightly(days: 1, apps: 1)
      .replacing(Self.key, with: credential)
      .replacing("  staging_key: {env: STAGING_KEY}\n", with: "")
      .replacing(
        "    staging: staging\n",
        with: "    staging: staging\n    files: \"{export}/{app}/{window}/{dataset}/{dataset}-{part}.{format}\"\n")
    try folder.write(manifest, to: "manifest.yaml")

    let result = try await Program.run(Self.run + cloud.variables, in: folder.url, environment: cloud.environment)

    #expect(result.status == 0, "\(result.errors) \(result.output)")
    let files = try files(folder)
    #expect(
      files.contains { $0.wholeMatch(of: #/history/app-1/[0-9-]{10}/event/event-00000\.json/#) != nil }, "\(files)")
    let name = try #require(files.first { $0.hasSuffix("/job/MANIFEST.json") })
    let data = try Data(contentsOf: folder.url.appendingPathComponent("exports/\(name)"))
    let told = try JSONValue(parsing: [UInt8](data))
    let members = Set((told.object ?? [:]).keys)
    #expect(members.isSuperset(of: ["app", "dataset", "task", "window", "parts"]))
    let part = try #require(told["parts"]?.array?.first)
    let facts = Set((part.object ?? [:]).keys)
    #expect(facts == ["bytes", "name", "rows", "sha256"])
  }

  @Test func `a SAS that ends before tasks are given up is warned of, and used`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "1000"])
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1).replacing(Self.key, with: "    sas: \"${secret.staging_key}\""),
      to: "manifest.yaml")
    let end = "\(WallClock().now.advanced(by: .seconds(7200)))".prefix(19) + "Z"
    let sas = try Self.signature(cloud, rights: "rwl", end: String(end))

    let result = try await Program.run(
      Self.run + cloud.variables, in: folder.url,
      environment: cloud.environment.merging(["STAGING_KEY": sas]) { $1 })

    #expect(result.status == 0, "\(result.errors) \(result.output)")
    #expect(
      result.errors.contains("the SAS of 'staging' ends at \(end), and its tasks are waited for 18h"),
      "\(result.errors)")
    #expect(!(result.output + result.errors).contains(sas.suffix(20)))
  }

  @Test(arguments: [
    (
      "sv=2018-11-09&sr=d&sdd=1&sp=rwl&se=2099-01-01&sig=Y2FuYXJ5",
      "it is for a directory, not for a container" as String?
    ),
    ("sv=2018-11-09&ss=b&srt=o&sp=rwl&se=2099-01-01&sig=Y2FuYXJ5", "it does not reach containers and blobs: 'srt=o'"),
    ("sv=2018-11-09&sr=c&sp=r&se=2099-01-01&sig=Y2FuYXJ5", "it lacks the permission 'w'"),
    ("sv=2018-11-09&sr=c&sp=rwl&se=2099-01-01&spr=https&sig=Y2FuYXJ5", "it is for https only"),
    ("sv=2018-11-09&sr=c&sp=wl&se=2099-01-01&sig=Y2FuYXJ5", nil),
  ])
  func `a SAS that is not good here is 77 before anything is submitted`(sas: String, reason: String?) async throws {
    let told =
      reason.map { "the given SAS cannot be used: \($0)" } ?? "it does not permit reading, so nothing can be downloaded"
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1).replacing(Self.key, with: "    sas: \"${secret.staging_key}\""),
      to: "manifest.yaml")

    let result = try await Program.run(
      Self.run + cloud.variables, in: folder.url,
      environment: cloud.environment.merging(["STAGING_KEY": sas]) { $1 })

    #expect(result.status == 77, "\(result.errors)")
    #expect(result.errors.contains("'staging': \(told)"), "\(result.errors)")
    #expect(try await cloud.statistics().tasks == 0)
  }

  @Test func `a plan whose files lead out of the directory is not read`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      SampleManifest.nightly(days: 1, apps: 1)
        .replacing(
          "    staging: staging\n",
          with: "    staging: staging\n    files: \"{export}/{app}/{dataset}/{window}/{part}.json\"\n"),
      to: "manifest.yaml")
    let planned = try await Program.run(
      ["plan", "manifest.yaml", "--as-of", Self.today, "-o", "plan.json"], in: folder.url)
    #expect(planned.status == 0, "\(planned.errors)")
    let url = folder.url.appendingPathComponent("plan.json")
    let text = try String(contentsOf: url, encoding: .utf8)
    try Data(text.replacing("{export}/{app}/{dataset}", with: "../{app}/{dataset}").utf8).write(to: url)

    let result = try await Program.run(["run", "plan.json"], in: folder.url)

    #expect(result.status == 65, "\(result.errors)")
  }
}
