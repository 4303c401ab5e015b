// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import LocalCloud

/// The data of a cloud, without the cloud around it: exports as tasks write them.
struct DataBench: Sendable {
  static let first = LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "shop", name: "one")
  static let second = LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "shop", name: "two")
  static let archive = LocalCloudApp(subscription: "s-1", resourceGroup: "ME", collection: "old", name: "app")

  static let formats = ["JsonBlob", "CsvBlob"]
  static let every: [(CloudDataset, String)] = CloudDataset.allCases.flatMap { dataset in
    formats.map { (dataset, $0) }
  }

  let folder: URL

  var store: CloudStore { get throws { try CloudStore(directory: folder) } }

  static func day(_ text: String) -> Int { CloudTime.day(text) ?? 0 }

  @discardableResult
  func seed(
    _ apps: [LocalCloudApp] = [DataBench.first], devices: Int = 25, from: String = "2016-01-01",
    through: String = "2016-01-04", seed: UInt64? = 7
  ) throws -> CloudSeeding.Outcome {
    try CloudSeeding(apps: apps, devices: devices, days: Self.day(from)...Self.day(through)).make(
      in: folder, seed: seed)
  }

  /// - Parameter files: names, or paths of folders, below `inbox`.
  @discardableResult
  func take(
    _ files: [String], to apps: [LocalCloudApp] = [DataBench.archive], dataset: String? = nil
  ) throws -> ArchiveImport.Outcome {
    try ArchiveImport(paths: files.map(path), apps: apps, home: Self.archive, dataset: dataset).run(in: folder)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent("inbox/\(name)").path }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String { try write(Data(text.utf8), to: name) }

  @discardableResult
  func write(_ data: Data, to name: String) throws -> String {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return name
  }

  /// The parts that a task writes.
  func parts(
    _ dataset: CloudDataset, _ format: String = "JsonBlob", of app: LocalCloudApp = DataBench.archive,
    from: String = "2016-01-02", through: String? = nil, limit: Int64 = 256 << 20,
    _ change: (inout TaskParameters) -> Void = { _ in }
  ) throws -> [Data] {
    let store = try store
    var parameters = TaskParameters()
    if !dataset.isSnapshot {
      (parameters.firstDay, parameters.lastDay) = (Self.day(from), Self.day(through ?? from))
    } else if dataset == .push {
      parameters.campaignKind = "Announcement"
      (parameters.windowStart, parameters.windowEnd) = (1_451_606_400_000, 1_451_692_800_000)
    }
    change(&parameters)
    let task = CloudTask(
      id: "t-1", app: try store.app(path: app.path) ?? 0, type: dataset.rawValue, format: format, description: nil,
      parameters: parameters, container: "", state: .started, created: 0)
    let spool = folder.appendingPathComponent("spool/\(UUID().uuidString)")
    return try store.pool.read { db in
      let writer = PartWriter(folder: spool, isCSV: format == "CsvBlob", limit: limit)
      try writer.write(ExportRows(task: task, database: db))
      return try writer.parts.map { try Data(contentsOf: $0.file) }
    }
  }

  func text(
    _ dataset: CloudDataset, _ format: String = "JsonBlob", of app: LocalCloudApp = DataBench.archive,
    from: String = "2016-01-02", through: String? = nil, _ change: (inout TaskParameters) -> Void = { _ in }
  ) throws -> String {
    let parts = try parts(dataset, format, of: app, from: from, through: through, change)
    return parts.map { String(decoding: $0, as: UTF8.self) }.joined()
  }
}
