// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// What the ledger knows of a plan's jobs: a few facts of each that is known, and all of those that are not simply done.
public struct PlanRecords: Sendable {
  /// What decides whether a job is due.
  public struct Brief: Sendable, Equatable {
    public var state: JobState
    public var attempt: Int
    /// When the good result was verified; `nil` when there is none.
    public var verifiedAt: Instant?
    /// It failed at least once.
    public var hasFailed: Bool
    public var wanted: Due?
    /// Its window was split when it was last worked on.
    public var isSplit: Bool

    public init(_ record: JobRecord) {
      (state, attempt, wanted) = (record.state, record.attempt, record.wanted)
      verifiedAt = record.verification == nil ? nil : record.verifiedAt
      hasFailed = record.attempt > 0 || record.lastFailure != nil
      isSplit = record.parts != nil
    }

    /// There is a verified result.
    public var isGood: Bool { verifiedAt != nil }
  }

  private var briefs: [Int: Brief]
  private let records: [JobKey: JobRecord]
  private let redefined: Set<Int>

  /// Of what is known by key, in memory.
  /// - Parameter redefined: jobs that nothing is known of, and whose export, app, dataset, format and window were
  ///   verified under another key.
  public init(_ plan: Plan, _ records: [JobKey: JobRecord] = [:], redefined: Set<Int> = []) {
    var briefs: [Int: Brief] = [:]
    if !records.isEmpty {
      for job in plan.jobs.indices {
        if let record = records[plan.jobs.keys[job]] { briefs[job] = Brief(record) }
      }
    }
    (self.briefs, self.records, self.redefined) = (briefs, records, redefined)
  }

  /// Good jobs are wanted once more, as the journal is going to say.
  mutating func want(_ jobs: [Int], _ reason: Due) { for job in jobs { briefs[job]?.wanted = reason } }

  /// Nothing is known of any job.
  public var isEmpty: Bool { briefs.isEmpty }

  /// `nil` for a job that nothing is known of.
  public func brief(of job: Int) -> Brief? { briefs[job] }

  /// All that is known of a job of the plan whose state is not `verified`, or of a part of one that was split; `nil` for
  /// others.
  public func record(of key: JobKey) -> JobRecord? { records[key] }

  /// The job was exported as something else before, and never as what it is now.
  public func isRedefined(_ job: Int) -> Bool { redefined.contains(job) }
}
