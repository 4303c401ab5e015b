// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// A folder with a manifest, and a local cloud that it runs against.
struct CloudWorld: ~Copyable {
  let folder: TemporaryFolder
  private(set) var cloud: CloudProcess

  init(_ manifest: String, cloud arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    try folder.write(manifest, to: "manifest.yaml")
    cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"), arguments: arguments)
    self.folder = folder
  }

  /// The beginning of today: snapshots are current, and history is past.
  static let now = "\(ISO8601DateFormatter().string(from: Date()).prefix(10))T00:00:00Z"

  /// What a command needs to mean this manifest and this cloud.
  func arguments(_ command: [String]) -> [String] {
    [command[0], "manifest.yaml", "--as-of", Self.now] + cloud.variables + command.dropFirst()
  }

  /// - Parameter crash: where it kills itself.
  func perform(_ command: String..., crash: String? = nil) async throws -> Program.Result {
    try await start(command, crash: crash).finish()
  }

  func start(_ command: [String], crash: String? = nil) throws -> Program.Running {
    var environment = cloud.environment
    environment["OUTHAUL_CRASH_AT"] = crash
    return try Program.start(arguments(command), in: folder.url, environment: environment)
  }

  /// Ends the cloud; `restartCloud` puts another in its place.
  func killCloud() async throws { try await cloud.kill() }

  mutating func restartCloud(_ arguments: [String]) async throws {
    cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"), arguments: arguments + cloud.place)
  }

  /// Every job has so many tasks, each under a description of its own.
  func expectTasks(jobs: Int, each: Int = 1, _ comment: Comment? = nil) async throws {
    let counted = try await cloud.statistics()
    #expect(counted.tasks == jobs * each, comment)
    #expect(counted.tasksByDescription.values.allSatisfy { $0 == 1 }, comment)
    #expect(counted.tasksByJob.count == jobs && counted.tasksByJob.values.allSatisfy { $0 == each }, comment)
  }

  /// The report of the run that ended last.
  func report() throws -> JSONValue {
    let runs = folder.url.appendingPathComponent(".outhaul/runs")
    let last = try FileManager.default.contentsOfDirectory(atPath: runs.path).sorted().last {
      FileManager.default.fileExists(atPath: runs.appendingPathComponent("\($0)/report.json").path)
    }
    return try JSONValue(parsing: Data(contentsOf: runs.appendingPathComponent("\(try #require(last))/report.json")))
  }

  /// How many files that hold a job's result lie below the exports.
  func finishedFolders() -> Int {
    let all =
      FileManager.default.enumerator(
        at: folder.url.appendingPathComponent("exports"), includingPropertiesForKeys: nil)?.allObjects as? [URL]
    return (all ?? []).count { $0.lastPathComponent == "MANIFEST.json" }
  }
}
