// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import GRDB

/// Takes export files into a cloud, so that it serves them: every row as it is spelled.
public struct ArchiveImport: Sendable {
  /// Files and folders, as they are given.
  public var paths: [String]
  /// Where the files go. An app that a file names is looked up by its name.
  public var apps: [LocalCloudApp]
  /// Where an app goes that only the files name: its place without a name.
  public var home: LocalCloudApp
  /// Of all files; `nil`: each tells its own.
  var dataset: CloudDataset?

  public static let datasets = CloudDataset.allCases.map(\.word)

  /// - Parameter dataset: one of `datasets`; anything else is none.
  public init(paths: [String], apps: [LocalCloudApp], home: LocalCloudApp, dataset: String? = nil) {
    (self.paths, self.apps, self.home) = (paths, apps, home)
    self.dataset = dataset.flatMap { CloudDataset(word: $0) }
  }

  /// What became of the files, in the order in which they were read.
  public struct Outcome: Sendable, Codable, Equatable {
    public enum Status: String, Sendable, Codable { case imported, known, bad }

    public struct File: Sendable, Codable, Equatable {
      public var file: String
      public var status: Status
      /// `COLLECTION/NAME`
      public var app: String?
      public var dataset: String?
      public var rows: Int?
      /// What is wrong with a bad file.
      public var problem: String?
      public var line: Int?
      /// From 1.
      public var row: Int?
      /// Rows of it that are served, where others are not: a later snapshot took their place, or the file came before.
      public var served: Int?
      /// What else is to be known of it.
      public var remark: String?
      /// In the store.
      var record: Int64?

      enum CodingKeys: String, CodingKey {
        case file, status, app, dataset, rows, problem, line, row, served, remark
      }
    }

    public var files: [File] = []

    /// Of what was imported, as far as it is served.
    public var rows: Int {
      files.filter { $0.status == .imported }.reduce(0) { $0 + ($1.served ?? $1.rows ?? 0) }
    }
    public func count(_ status: Status) -> Int { files.count { $0.status == status } }
  }

  /// May be called again: a file that was imported is known. A bad file leaves nothing; one of a snapshot's, nothing
  /// of the snapshot.
  /// - Throws: `ArchivePathError`, before anything is read; what the disk says.
  public func run(in directory: URL) throws -> Outcome {
    let units = try ArchiveSearch.units(paths)
    let store = try CloudStore(directory: directory, settles: false)
    let names = Set(units.compactMap { $0.manifest?.app })
    var outcome = Outcome()
    try store.quickly { db in
      for unit in SnapshotParts(told: dataset).gathered(units) {
        do {
          let app = try place(unit.manifest?.app, isOnly: names.count <= 1)
          outcome.files += try ImportedUnit(unit: unit, app: app, told: dataset).run(in: db)
            .map { Self.remarked($0, app, unit.manifest?.app) }
        } catch let problem as ImportProblem {
          outcome.files += unit.files.map { ImportedUnit.bad($0, problem, app: nil) }
        }
      }
      try outcome.settle(in: db)
    }
    return outcome
  }

  private static func remarked(
    _ file: Outcome.File, _ app: LocalCloudApp, _ name: String?
  ) -> Outcome.File {
    guard file.status == .imported, let name, name.lowercased() != app.name.lowercased() else { return file }
    var file = file
    let remark = "the manifest beside it says the app '\(name)'"
    file.remark = file.remark.map { "\($0); \(remark)" } ?? remark
    return file
  }

  private func place(_ name: String?, isOnly: Bool) throws -> LocalCloudApp {
    guard let name else {
      guard apps.count == 1 else { throw ImportProblem(.noApp) }
      return apps[0]
    }
    if let app = apps.first(where: { $0.name.lowercased() == name.lowercased() }) { return app }
    if apps.count == 1, isOnly { return apps[0] }
    guard apps.isEmpty else { throw ImportProblem(.apps(name)) }
    var app = home
    app.name = name
    return app
  }
}
