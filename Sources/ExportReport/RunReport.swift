// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// What a run did: the fold of its events over its plan. Pure; the same events give the same report.
public struct RunReport: Sendable {
  public let plan: PlanFile
  public let header: RunHeader
  public let ended: Instant
  public let outcome: RunResult.Outcome
  public let stop: Scheduler.StopReason?
  /// The command that goes on where the run stopped.
  public let resume: String
  /// `outhaul 0.1.0`
  public let program: String
  /// Jobs that were due, in the plan's order.
  public let jobs: [ReportedJob]
  /// How many jobs of the plan were not due, by reason.
  public let notDue: [(reason: Due, count: Int)]
  /// What happened to jobs, in order.
  public let events: EventTable
  /// What was noted of services as a whole, in order.
  public let notes: [RunNote]
  /// Every request that the run sent, in the order of their ends.
  public let requests: RequestTable
  let table: ReportedTable

  /// - Parameters:
  ///   - events: kept as a table, which they may be already; `requests` as well.
  ///   - splits: jobs that were in parts already when the run began, and their parts.
  public init(
    plan: PlanFile, header: RunHeader, ended: Instant, outcome: RunResult.Outcome, stop: Scheduler.StopReason?,
    events: some Sequence<JournalEvent>, notes: [RunNote] = [],
    requests: some Sequence<RequestRecord> = [RequestRecord](), splits: [JobKey: [JobPart]] = [:], resume: String,
    program: String
  ) {
    self.events = (events as? EventTable) ?? EventTable(events)
    self.requests = (requests as? RequestTable) ?? RequestTable(requests)
    (self.plan, self.header, self.ended, self.outcome) = (plan, header, ended, outcome)
    (self.stop, self.notes, self.resume, self.program) = (stop, notes, resume, program)
    let table = ReportedTable(plan.plan, header.dues, self.events, splits: splits)
    jobs = table.rows.indices.map { ReportedJob(table, $0) }
    self.table = table
    let counts = header.dues.counts
    notDue = Due.allCases.compactMap { reason in
      guard !reason.isDue, let count = counts[reason] else { return nil }
      return (reason, count)
    }
  }

  /// Where the job is among `jobs` that something of a job, or of a part of one, is told with.
  func place(of key: JobKey) -> Int? { table.place(of: key) }

  public func count(_ states: JobState...) -> Int { jobs.count { states.contains($0.state) } }

  /// Jobs that the run left before their end.
  public var unfinished: Int { jobs.count { !$0.state.isFinal } }

  /// Jobs whose files were found and not read, because the credential does not permit it.
  public var listed: Int { jobs.count { $0.sums?.level == .listed } }

  public var rows: Int64 { jobs.reduce(0) { $0 + ($1.sums?.rows ?? 0) } }
  public var bytes: Int64 { jobs.reduce(0) { $0 + ($1.sums?.bytes ?? 0) } }

  /// Why the run could not go on; `nil`: it could, or somebody stopped it.
  public var halt: Failure? {
    guard case .halted(let failure) = stop else { return nil }
    return failure
  }

  /// Jobs that failed or were abandoned by cause, the most frequent first.
  public var causes: [(cause: Failure.Cause, jobs: [ReportedJob])] {
    Self.causes(of: jobs.filter(\.isFailure))
  }

  static func causes(of jobs: [ReportedJob]) -> [(cause: Failure.Cause, jobs: [ReportedJob])] {
    Dictionary(grouping: jobs) { $0.failure?.cause ?? .service }
      .map { ($0.key, $0.value) }
      .sorted { ($1.1.count, $0.0.rawValue) < ($0.1.count, $1.0.rawValue) }
  }

  public var duration: Duration { header.started.duration(to: ended) }
}
