// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import Foundation
import GRDB

/// What has been exported over all runs, for those who only look. Reads while a run goes on, and never waits for it. A
/// file that an earlier version wrote is read as it is.
public struct Ledger: Sendable {
  private let queue: DatabaseQueue?

  /// - Parameter directory: of the state. When there is none yet, nothing has been exported.
  /// - Throws: `JournalError`.
  public init(directory: URL) throws {
    let path = StateFile.path(in: directory)
    guard FileManager.default.fileExists(atPath: path) else {
      queue = nil
      return
    }
    var configuration = Configuration()
    configuration.readonly = true
    // Only for the moments when a writer opens or closes the file.
    configuration.busyMode = .timeout(5)
    queue = try StateFile.guarded {
      try DatabaseQueue(path: Self.readable(path, in: directory), configuration: configuration)
    }
    guard try !read({ try StateSchema.migrator.hasBeenSuperseded($0) }, else: false) else { throw JournalError.newer }
  }

  /// Where nothing can be written, SQLite reads a file that has no log beside it only when it is told that nobody writes.
  private static func readable(_ path: String, in directory: URL) -> String {
    let files = FileManager.default
    guard !files.isWritableFile(atPath: directory.path), !files.fileExists(atPath: path + "-wal"),
      let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
    else { return path }
    return "file:\(escaped)?immutable=1"
  }

  // MARK: Of a plan

  /// What is known of a few jobs; a job that nothing is known of is left out.
  public func records(of keys: some Sequence<JobKey>) throws -> [JobKey: JobRecord] {
    try read({ try StateFile.records(of: keys, in: $0) }, else: [:])
  }

  /// What decides about each job of the plan.
  public func planRecords(of plan: Plan) throws -> PlanRecords {
    try read({ try StateFile.planRecords(of: plan, in: $0) }, else: PlanRecords(plan))
  }

  /// Per job of the plan: whether it is due at an instant, and why.
  public func dues(of plan: Plan, at now: Instant) throws -> [Due] {
    var reckoner = DueReckoner(plan, records: try planRecords(of: plan), at: now)
    return plan.jobs.indices.map { reckoner.due($0) }
  }

  /// As `dues`, with how long earlier tasks took, which is looked up only when something is due: those of the plan, or if
  /// it has none that are done, of anything.
  public func outlook(of plan: Plan, at now: Instant) throws -> (dues: [Due], history: DurationHistory) {
    let dues = try dues(of: plan, at: now)
    guard dues.contains(where: \.isDue) else { return (dues, DurationHistory()) }
    return (dues, try read({ try StateFile.durations(of: plan, in: $0) }, else: DurationHistory()))
  }

  /// Per job of the plan: where it stands. One that was split is done when all its parts are.
  public func states(of plan: Plan) throws -> [JobState] {
    let records = try planRecords(of: plan)
    return plan.jobs.indices.map { records.state(of: $0, key: plan.jobs.keys[$0]) }
  }

  // MARK: Parts

  func read<Value>(_ body: (Database) throws -> Value, else nothing: Value) throws -> Value {
    guard let queue else { return nothing }
    return try StateFile.guarded {
      try queue.read { db in
        let version = try StateSchema.version(of: db)
        // A run that died before it made its tables has left an empty file.
        guard version > 0 else { return nothing }
        if version < 4 {
          try StateSchema.showEarlier(version, in: db)
        } else {
          try StateSchema.hideEarlier(in: db)
        }
        return try body(db)
      }
    }
  }
}
