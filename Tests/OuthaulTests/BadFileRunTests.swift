// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Crypto
import ExportCore
import Foundation
import Testing

/// Whole runs whose tasks write files that are not what was asked for, of every dataset in each format.
@Suite(.serialized) struct BadFileRunTests {
  private static let historical: Set<String> = ["activity", "event", "job", "error", "crash", "session"]
  private static let day = [
    "--as-of", String(ISO8601DateFormatter().string(from: Date()).prefix(10)) + "T00:00:00Z", "--settle", "3s",
  ]

  private static func manifest(attempts: Int, unique: Bool = false) -> String {
    SampleManifest.nightly(days: 1, apps: 1, attempts: attempts)
      .replacing("  format: json\n", with: "  format: [json, csv]\n" + (unique ? "  verify: {unique: true}\n" : ""))
      .replacing(
        "datasets: [activity, event, job, error]", with: "datasets: [activity, event, job, error, crash, session]"
      )
      .replacing("last: 1d", with: "from: 2016-01-31, through: 2016-01-31")
      .replacing("    after: [{export: snapshots, match: app}]\n", with: "")
  }

  /// A fault, and why a job of a dataset has failed then; `nil`: the fault strikes it not, or cannot be told of it.
  static let faults: [(String, @Sendable (_ dataset: String, _ format: String) -> String?)] = [
    ("half-gzip", { _, _ in "the file is cut off: gzip ends in the middle at byte " }),
    ("empty-file", { _, _ in " is empty" }),
    ("truncated", { _, _ in " bytes, and its manifest says " }),
    ("expired-sas", { _, _ in "the task failed: AuthenticationFailed: storage answered 403" }),
    ("out-of-window", { dataset, _ in historical.contains(dataset) ? " is outside 2016-01-31T00:00:00Z to " : nil }),
    ("duplicate-rows", { _, _ in ": rows came twice" }),
    (
      "wrong-dataset",
      { dataset, format in
        let missing = [
          "activity": "activities", "event": "events", "error": "errors", "crash": "crashes", "job": "jobId",
          "session": "sessionId", "push": "campaignType", "tag": "tags", "token": "token",
        ]
        let columns = ["activity": "name", "event": "name", "error": "name", "crash": "timestamp"]
        guard let member = missing[dataset] else { return nil }
        guard format == "json" else { return "the header has no column '\(columns[dataset] ?? member)'" }
        return columns[dataset] == nil ? "row 1 has no '\(member)'" : "element 1 has no '\(member)'"
      }
    ),
  ]

  private func report(_ text: String) throws -> [JSONValue] {
    try #require(JSONValue(parsing: Array(text.utf8))["jobs"]?.array)
  }

  @Test(arguments: faults.indices)
  func `each bad file is a clear reason on its job, and nothing of it is left`(index: Int) async throws {
    let (fault, expected) = Self.faults[index]
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(attempts: 1, unique: fault == "duplicate-rows"), to: "manifest.yaml")

    let result = try await Program.run(
      ["run", "manifest.yaml", "--local", "--speed", "5000", "--fault", "task:\(fault)", "--output", "json"] + Self.day,
      in: folder.url)

    #expect(result.status == 3, "\(result.errors)")
    let jobs = try report(result.output)
    #expect(jobs.count == 20)
    for job in jobs {
      let (dataset, format) = (job["dataset"]?.string ?? "", job["format"]?.string ?? "")
      let told = job["failure"]?["message"]?.string ?? ""
      // No campaign may be active today.
      if dataset == "push", fault == "duplicate-rows", job["state"] == "verified" { continue }
      if let reason = expected(dataset, format) {
        #expect(job["state"] == "failed" && told.contains(reason), "\(dataset) \(format): \(told)")
      } else {
        #expect(job["state"] == "verified", "\(dataset) \(format): \(told)")
      }
    }
    let verified = jobs.count { $0["state"] == "verified" }
    #expect(try files(folder).count { $0.hasSuffix("MANIFEST.json") } == verified)
    #expect(try !files(folder).contains { $0.contains(".outhaul-") })
  }

  /// Whoever reads before the second writing has the good file.
  @Test func `a file that is replaced after its task has ended is told, or was read before`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(attempts: 1), to: "manifest.yaml")

    let result = try await Program.run(
      ["run", "manifest.yaml", "--local", "--speed", "5000", "--fault", "task:replaced", "--output", "json"] + Self.day,
      in: folder.url)

    for job in try report(result.output) where job["state"] != "verified" {
      let told = job["failure"]?["message"]?.string ?? ""
      #expect(told.contains(", and its manifest says ") || told.contains("was replaced while it was"), "\(told)")
    }
    #expect(result.status == 3 || result.status == 0, "\(result.errors)")
  }

  @Test func `a bad file that comes once is mended by a new task`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest(attempts: 5), to: "manifest.yaml")
    let faults = ["half-gzip", "empty-file", "truncated", "wrong-dataset", "expired-sas"]

    let result = try await Program.run(
      ["run", "manifest.yaml", "--local", "--speed", "5000", "--output", "json"] + Self.day
        + faults.flatMap { ["--fault", "task:\($0):x1"] }, in: folder.url)

    #expect(result.status == 0, "\(result.errors)")
    let jobs = try report(result.output)
    #expect(jobs.allSatisfy { $0["state"] == "verified" })
    #expect(jobs.reduce(0) { $0 + ($1["tasks"]?.array?.count ?? 0) } > jobs.count)
  }

  @Test func `a container that vanishes fails what is still to come, with its reason, and what was brought stays`()
    async throws
  {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "1000"])
    let whole = SampleManifest.nightly(days: 1, apps: 1, attempts: 1)
    try folder.write(whole.replacing("[activity, event, job, error]", with: "[activity]"), to: "manifest.yaml")
    let run = ["run", "manifest.yaml"] + Self.day + cloud.variables
    let first = try await Program.run(run, in: folder.url, environment: cloud.environment)
    #expect(first.status == 0, "\(first.errors)")
    let before = try files(folder)
    try await deleteContainer(of: cloud)
    try folder.write(whole, to: "manifest.yaml")

    let second = try await Program.run(run, in: folder.url, environment: cloud.environment)

    #expect(second.status == 3, "\(second.errors)")
    #expect(
      second.output.contains("the container is not there: storage answered 404 ContainerNotFound"), "\(second.output)")
    #expect(try files(folder) == before)
    #expect(!before.isEmpty)
  }

  // MARK: Parts

  private func files(_ folder: borrowing TemporaryFolder) throws -> [String] {
    let root = folder.url.appendingPathComponent("exports")
    let local = folder.url.appendingPathComponent(".outhaul/local/exports")
    return try [root, local].flatMap { url in
      FileManager.default.fileExists(atPath: url.path)
        ? try FileManager.default.subpathsOfDirectory(atPath: url.path) : []
    }.sorted()
  }

  /// With an account SAS for containers (contract.md 6.1, version 2018-11-09).
  private func deleteContainer(of cloud: CloudProcess) async throws {
    let account = cloud.endpoints.blobURL.split(separator: "/").last.map(String.init) ?? ""
    let end = "2099-01-01T00:00:00Z"
    let text = "\(account)\nd\nb\nc\n\n\(end)\n\n\n2018-11-09\n"
    let key = SymmetricKey(data: try #require(Data(base64Encoded: cloud.endpoints.accountKey)))
    let signature = Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).base64EncodedString()
      .replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
    var request = HTTPClientRequest(
      url:
        "\(cloud.endpoints.blobURL)/exports?restype=container&sv=2018-11-09&ss=b&srt=c&sp=d&se=\(end)&sig=\(signature)")
    request.method = .DELETE
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    #expect(response.status.code == 202)
  }
}
