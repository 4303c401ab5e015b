// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// A due job and what became of it in this run. What was done for its parts was done for the job. It is a place in the
/// report's table: a copy costs nothing, and texts are made when they are asked for.
public struct ReportedJob: Sendable {
  /// When the last attempt reached each step in this run.
  public struct Times: Sendable, Equatable {
    public var intent: Instant?
    public var submitted: Instant?
    public var running: Instant?
    public var succeeded: Instant?
    public var ended: Instant?
  }

  private let table: ReportedTable
  /// Among the report's jobs.
  let place: Int

  init(_ table: ReportedTable, _ place: Int) { (self.table, self.place) = (table, place) }

  // MARK: In the plan

  private var index: Int { Int(table.rows[place].index) }

  public var job: PlannedJob { table.plan.jobs[index] }
  public var title: String { table.titles.title(of: job) }
  /// Indexes into the plan's tables, without making the whole job.
  var export: Int { table.plan.jobs.export(of: index) }
  var app: Int { table.plan.jobs.app(of: index) }
  var dataset: String { table.plan.jobs.dataset(of: index) }

  // MARK: In the run

  public var due: Due { table.rows[place].due }
  /// In how many parts its window was done; 0: it was not split.
  public var parts: Int { Int(table.rows[place].parts) }
  public var state: JobState { table.rows[place].state }
  public var attempts: Int { Int(table.rows[place].attempts) }
  /// How many of the attempts the service put off: those that `retry: {attempts: …}` does not count.
  public var putOff: Int { Int(table.rows[place].putOff) }
  public var adopted: Int { Int(table.rows[place].adopted) }
  public var setbacks: Int { Int(table.rows[place].setbacks) }
  public var times: Times { table.rows[place].times }
  /// When the run first did something for it.
  public var began: Instant? { table.rows[place].began }
  /// It waited for nothing: its export stopped.
  public var isStopped: Bool { table.rows[place].isStopped }

  /// The services' names of its tasks, and our names of the requests that made them.
  public var tasks: [String] { table.taskEvents(of: place).compactMap { $0.kind.task } }
  public var requestIDs: [String] { table.taskEvents(of: place).compactMap { $0.kind.requestID } }
  var taskCount: Int { Int(table.rows[place].tasks) }

  public var verification: Verification? {
    guard case .verified(_, let result)? = table.event(table.rows[place].verified)?.kind else { return nil }
    return result
  }

  /// What its files come to; `nil`: there is no good result.
  public var sums: ResultSums? { table.sums(table.rows[place].verified) }

  public var failure: Failure? { table.event(table.rows[place].failure)?.kind.failure }

  /// The title of the job that this one waited for in vain, or that made its export stop.
  public var skippedBecause: String? {
    let index = table.rows[place].skippedBecause
    return index == .max ? nil : table.titles.title(of: table.plan.jobs[Int(index)])
  }

  /// That job, where it was due in this run.
  var blocker: ReportedJob? {
    let index = table.rows[place].skippedBecause
    guard index != .max else { return nil }
    return table.place(of: table.plan.jobs.keys[Int(index)]).map { ReportedJob(table, $0) }
  }
}

extension JournalEvent.Kind {
  fileprivate var task: String? {
    switch self {
    case .submitted(_, let task, _), .adopted(_, let task): task
    default: nil
    }
  }

  fileprivate var requestID: String? {
    guard case .submitted(_, _, let requestID) = self else { return nil }
    return requestID
  }
}
