// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// What the ledger knows of a plan's jobs: a few facts of each that is known, in columns, and all of those that are not
/// simply done.
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

    init(state: JobState, attempt: Int, verifiedAt: Instant?, hasFailed: Bool, wanted: Due?, isSplit: Bool) {
      (self.state, self.attempt, self.verifiedAt) = (state, attempt, verifiedAt)
      (self.hasFailed, self.wanted, self.isSplit) = (hasFailed, wanted, isSplit)
    }

    /// There is a verified result.
    public var isGood: Bool { verifiedAt != nil }
  }

  /// What a job's facts say besides the time and the attempt.
  private struct Facts {
    /// `nil`: nothing is known of the job.
    var state: JobState?
    var wanted: Due?
    var hasFailed = false
    var isSplit = false
  }

  // By job of the plan; empty while nothing is known of any.
  private var facts: [Facts] = []
  private var attempts: [Int32] = []
  /// Milliseconds; `never` without a good result.
  private var verified: [Int64] = []
  private static let never = Int64.min

  /// How many jobs of the plan anything is known of.
  private(set) var count = 0
  /// Known jobs that are not verified, or were split.
  private(set) var unsettled: [Int] = []
  private var records: [JobKey: JobRecord] = [:]
  private var redefined: Set<Int> = []

  init() {}

  /// Of what is known by key, in memory.
  /// - Parameter redefined: jobs that nothing is known of, and whose export, app, dataset, format and window were
  ///   verified under another key.
  public init(_ plan: Plan, _ records: [JobKey: JobRecord] = [:], redefined: Set<Int> = []) {
    (self.records, self.redefined) = (records, redefined)
    guard !records.isEmpty else { return }
    for job in plan.jobs.indices {
      if let record = records[plan.jobs.keys[job]] { set(job, to: Brief(record), of: plan.jobs.count) }
    }
  }

  /// Nothing is known of any job.
  public var isEmpty: Bool { count == 0 }

  /// `nil` for a job that nothing is known of.
  public func brief(of job: Int) -> Brief? {
    guard !facts.isEmpty, let state = facts[job].state else { return nil }
    let (facts, at) = (facts[job], verified[job])
    return Brief(
      state: state, attempt: Int(attempts[job]), verifiedAt: at == Self.never ? nil : Instant(milliseconds: at),
      hasFailed: facts.hasFailed, wanted: facts.wanted, isSplit: facts.isSplit)
  }

  /// All that is known of a job of the plan whose state is not `verified` or whose window was split, and of the parts of
  /// these; `nil` for others.
  public func record(of key: JobKey) -> JobRecord? { records[key] }

  /// The job was exported as something else before, and never as what it is now.
  public func isRedefined(_ job: Int) -> Bool { redefined.contains(job) }

  /// Where a job of the plan stands, with what its parts make of it: one that was split is done when they are.
  func state(of job: Int, key: JobKey) -> JobState {
    guard !facts.isEmpty, let state = facts[job].state else { return .planned }
    return state == .split && isDone(key) ? .verified : state
  }

  /// A part of a job that was split may have a live task.
  func hasOpenPart(_ key: JobKey) -> Bool {
    (records[key]?.parts ?? []).contains { part in
      records[part.key]?.hasOpenTask ?? false || hasOpenPart(part.key)
    }
  }

  private func isDone(_ key: JobKey) -> Bool {
    guard let record = records[key] else { return false }
    if record.state != .split { return record.state == .verified }
    return record.parts.map { $0.allSatisfy { isDone($0.key) } } ?? false
  }

  /// Good jobs are wanted once more, as the journal is going to say.
  public mutating func want(_ jobs: [Int], _ reason: Due) {
    guard !facts.isEmpty else { return }
    for job in jobs where facts[job].state != nil { facts[job].wanted = reason }
  }

  // MARK: Filling

  /// - Parameter count: of the plan's jobs.
  mutating func set(_ job: Int, to brief: Brief, of count: Int) {
    if facts.isEmpty {
      facts = [Facts](repeating: Facts(), count: count)
      attempts = [Int32](repeating: 0, count: count)
      verified = [Int64](repeating: Self.never, count: count)
    }
    if facts[job].state == nil { self.count += 1 }
    facts[job] = Facts(
      state: brief.state, wanted: brief.wanted, hasFailed: brief.hasFailed, isSplit: brief.isSplit)
    attempts[job] = Int32(clamping: brief.attempt)
    if let at = brief.verifiedAt { verified[job] = at.milliseconds }
    if brief.state != .verified || brief.isSplit { unsettled.append(job) }
  }

  mutating func add(_ whole: [JobKey: JobRecord]) { records.merge(whole) { $1 } }

  mutating func redefine(_ jobs: Set<Int>) { redefined = jobs }
}
