// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import Foundation
import GRDB

/// What has been exported over all runs, for those who only look. Reads while a run goes on, and never waits for it.
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
    queue = try StateFile.guarded { try DatabaseQueue(path: path, configuration: configuration) }
    guard try !read({ try StateSchema.migrator.hasBeenSuperseded($0) }, else: false) else { throw JournalError.newer }
  }

  /// What is known of each job of the plan that anything is known of.
  public func records(of plan: Plan) throws -> [JobKey: JobRecord] {
    guard queue != nil else { return [:] }
    let keys = Set(plan.jobs.keys)
    return try read({ try StateFile.records(of: keys, in: $0) }, else: [:])
  }

  /// What decides about each job of the plan.
  public func planRecords(of plan: Plan) throws -> PlanRecords { PlanRecords(plan, try records(of: plan)) }

  /// Per job of the plan: whether it is due at an instant, and why.
  public func dues(of plan: Plan, at now: Instant) throws -> [Due] {
    Self.dues(of: plan, records: try records(of: plan), at: now)
  }

  /// As `dues`, with how long earlier tasks took: those of the plan, or if it has none that are done, of anything. Reads
  /// once.
  public func outlook(of plan: Plan, at now: Instant) throws -> (dues: [Due], history: DurationHistory) {
    let records = try records(of: plan)
    let history = try DurationHistory(plan, records: records, others: try read(StateFile.durations, else: []))
    return (Self.dues(of: plan, records: records, at: now), history)
  }

  private static func dues(of plan: Plan, records: [JobKey: JobRecord], at now: Instant) -> [Due] {
    var reckoner = DueReckoner(plan, records: PlanRecords(plan, records), at: now)
    return plan.jobs.indices.map { reckoner.due($0) }
  }

  private func read<Value>(_ body: (Database) throws -> Value, else nothing: Value) throws -> Value {
    guard let queue else { return nothing }
    return try StateFile.guarded { try queue.read(body) }
  }
}
