// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Foundation
import GRDB

/// A state directory that goes at the end, and what is written to it.
struct JournalSample: ~Copyable {
  static let start = Instant(seconds: 1_480_000_000)
  static let good = Verification(
    .verified, artifacts: [Artifact(name: "a.json", bytes: 120, sha256: Digest(of: "a"), rows: 3)])

  let directory: URL

  /// - Parameter fixture: a state file that an earlier version wrote.
  init(fixture: String? = nil) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
      "outhaul-journal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    if let fixture {
      let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
      try FileManager.default.copyItem(
        at: fixtures.appendingPathComponent("\(fixture).sqlite"), to: directory.appendingPathComponent("state.sqlite"))
    }
    self.directory = directory
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  var file: URL { directory.appendingPathComponent("state.sqlite") }

  static func key(_ name: String) -> JobKey { JobKey(Digest(of: name)) }

  static func header(_ id: String, dues: [Due] = []) -> RunHeader {
    RunHeader(id: id, started: start, plan: Digest(of: "plan"), name: "nightly", dues: dues)
  }

  /// Events of a job, a second apart.
  static func events(of name: String, from second: Int = 0, _ kinds: [JournalEvent.Kind]) -> [JournalEvent] {
    kinds.enumerated().map { index, kind in
      JournalEvent(kind, of: key(name), at: start.advanced(by: .seconds(second + index)))
    }
  }

  /// What events say of each job.
  static func fold(_ events: some Sequence<JournalEvent>) -> [JobKey: JobRecord] {
    var records: [JobKey: JobRecord] = [:]
    for event in events { records[event.key, default: JobRecord()].apply(event) }
    return records
  }

  /// Does to the file what no version of the program does.
  func execute(_ sql: String) throws {
    let queue = try DatabaseQueue(path: file.path)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  /// What stands in the first column of a query's rows.
  func texts(_ sql: String) throws -> [String] {
    let queue = try DatabaseQueue(path: file.path)
    defer { try? queue.close() }
    return try queue.read { try String.fetchAll($0, sql: sql) }
  }

  func journal() throws -> Journal { try Journal(directory: directory, now: Self.start, command: "outhaul run") }

  /// Opens, writes, closes.
  func write<Value: Sendable>(_ body: (Journal) async throws -> Value) async throws -> Value {
    let journal = try journal()
    do {
      let value = try await body(journal)
      await journal.close()
      return value
    } catch {
      await journal.close()
      throw error
    }
  }
}
