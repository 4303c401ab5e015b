// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A run as the state file has it.
public struct RunEntry: Sendable, Equatable {
  public var id: String
  public var started: Instant
  /// `nil`: it goes on, or it was killed.
  public var ended: Instant?
  /// The word of how it ended.
  public var outcome: String?
  /// The plan's.
  public var name: String
  public var plan: Digest
  /// `nil`: an earlier version wrote it.
  public var origin: RunOrigin?
  /// Jobs that were due by state at its end; `nil`: it has not ended, or an earlier version wrote it.
  public var counts: [JobState: Int]?
  /// Why it ended before its jobs did.
  public var stop: Scheduler.StopReason?
  fileprivate var number: Int64
  fileprivate var dueText: String
  /// Its events are those after the first and through the second.
  fileprivate var events: (after: Int64, through: Int64)
  fileprivate var requests: (after: Int64, through: Int64)

  /// Per job of the plan.
  public var dues: [Due] { DueText.dues(of: dueText) }

  public var header: RunHeader { RunHeader(id: id, started: started, plan: plan, name: name, dues: dues) }

  public static func == (a: RunEntry, b: RunEntry) -> Bool { a.id == b.id && a.ended == b.ended }
}

extension JobState {
  /// How many jobs are in which state, as the journal keeps it.
  static func json(_ counts: [JobState: Int]) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, .int(Int64($0.value))) }))
  }

  fileprivate static func counts(_ members: [String: JSONValue]) -> [JobState: Int] {
    var counts: [JobState: Int] = [:]
    for (word, count) in members {
      if let state = JobState(rawValue: word) { counts[state] = count.int.map { Int($0) } }
    }
    return counts
  }
}

/// All that the journal keeps of a run.
public struct RunRecord: Sendable {
  public var run: RunEntry
  /// What happened to jobs, in order.
  public var events = EventTable()
  public var notes: [RunNote] = []
  public var requests = RequestTable()
  /// Jobs that were in parts when it began.
  public var splits: [JobKey: [JobPart]] = [:]
  /// The bytes of a plan file without jobs, where nothing was due.
  public var frame: String?

  init(_ run: RunEntry) { self.run = run }
}

/// A job with a task that may be alive, or its result unread, at the service.
public struct LiveTask: Sendable, Equatable {
  public var key: JobKey
  /// `nil` when the job was last worked on before titles were kept.
  public var title: String?
  public var state: JobState
  /// The service's name of it; `nil` while the answer to the submit is awaited or lost.
  public var task: String?
  public var attempt: Int
  public var intentAt: Instant?
  public var submittedAt: Instant?
  public var runningAt: Instant?
}

/// Something that went wrong with a job.
public struct RecentFailure: Sendable, Equatable {
  public var at: Instant
  public var key: JobKey
  public var title: String?
  /// What happened, with what was being done and what is said of it.
  public var kind: JournalEvent.Kind
  public var failure: Failure
}

extension Ledger {
  /// The run that began last.
  public func lastRun() throws -> RunEntry? { try runs(limit: 1).first }

  /// The newest runs, newest first.
  public func runs(limit: Int) throws -> [RunEntry] {
    try read(
      { db in
        let statement = try StateStatement(
          """
          SELECT r.id, r.started, r.ended, r.outcome, r.name, r.plan, r.due, r.after,
            (SELECT n.after FROM run n WHERE n.number > r.number ORDER BY n.number LIMIT 1),
            r.number, r.program, r.resume, r.stop, r.requests_after,
            (SELECT n.requests_after FROM run n WHERE n.number > r.number ORDER BY n.number LIMIT 1), r.counts
          FROM run r ORDER BY r.number DESC LIMIT ?
          """, in: db)
        statement.bind(1, limit)
        var runs: [RunEntry] = []
        try statement.forEach { row in
          guard let id = row.text(0), let plan = row.text(5).flatMap({ Digest(hex: $0) }) else { return }
          runs.append(
            RunEntry(
              id: id, started: Instant(milliseconds: row.int(1)), ended: row.instant(2), outcome: row.text(3),
              name: row.text(4) ?? "", plan: plan,
              origin: row.text(10).map { RunOrigin(program: $0, resume: row.text(11) ?? "") },
              counts: row.json(15)?.object.map(JobState.counts),
              stop: row.json(12).flatMap { Scheduler.StopReason($0) }, number: row.int(9), dueText: row.text(6) ?? "",
              events: (row.int(7), row.optionalInt(8) ?? .max), requests: (row.int(13), row.optionalInt(14) ?? .max)))
        }
        return runs
      }, else: [])
  }

  /// The run of that id, or of the only id that begins so.
  public func run(_ id: String) throws -> RunEntry? {
    let runs = try runs(limit: .max)
    if let exact = runs.first(where: { $0.id == id }) { return exact }
    let found = runs.filter { !id.isEmpty && $0.id.hasPrefix(id) }
    return found.count == 1 ? found[0] : nil
  }

  /// The good results of some jobs as they stood when a run had ended, whichever run had made them.
  public func verifications(of keys: Set<JobKey>, after run: RunEntry) throws -> [JobKey: Verification] {
    try read(
      { db in
        let statement = try StateStatement(
          """
          SELECT j.key, e.data FROM event e JOIN job j ON j.id = e.job
          WHERE e.seq <= ? AND instr(e.data, '"event":"verified"') > 0 ORDER BY e.seq
          """, in: db)
        statement.bind(1, run.events.through)
        var found: [JobKey: Verification] = [:]
        try statement.forEach { row in
          guard let key = row.key(0), keys.contains(key) else { return }
          guard case .verified(_, let verification)? = row.json(1).flatMap({ JournalEvent.Kind($0) }) else { return }
          found[key] = verification
        }
        return found
      }, else: [:])
  }

  /// All that is kept of a run so far.
  public func record(of run: RunEntry) throws -> RunRecord {
    try read(
      { db in
        var record = RunRecord(run)
        record.events = try StateFile.events(after: run.events.after, through: run.events.through, in: db)
        record.notes = try StateFile.notes(of: run.number, in: db)
        record.requests = try StateFile.requests(after: run.requests.after, through: run.requests.through, in: db)
        let statement = try StateStatement("SELECT frame, splits FROM run WHERE number = ?", in: db)
        statement.bind(1, run.number)
        try statement.forEach { row in
          (record.frame, record.splits) = (row.text(0), Self.splits(row.json(1)))
        }
        return record
      }, else: RunRecord(run))
  }

  /// What happened in a run so far, in order.
  public func events(of run: RunEntry) throws -> EventTable {
    try read(
      { try StateFile.events(after: run.events.after, through: run.events.through, in: $0) }, else: EventTable())
  }

  /// Every job of any plan with an open task, those that were asked for first in front.
  public func liveTasks() throws -> [LiveTask] {
    try read({ try StateFile.liveTasks(in: $0) }, else: [])
  }

  /// What went wrong last, newest first.
  /// - Parameter run: `nil`: in any run.
  public func recentFailures(of run: RunEntry? = nil, limit: Int) throws -> [RecentFailure] {
    try read(
      { db in
        let statement = try StateStatement(
          """
          SELECT e.at, j.key, t.title, e.data FROM event e JOIN job j ON j.id = e.job
          LEFT JOIN job_text t ON t.id = j.id WHERE e.failed = 1 AND e.seq > ? AND e.seq <= ?
          ORDER BY e.seq DESC LIMIT ?
          """, in: db)
        statement.bind(1, run?.events.after ?? 0)
        statement.bind(2, run?.events.through ?? .max)
        statement.bind(3, limit)
        var failures: [RecentFailure] = []
        try statement.forEach { row in
          guard let key = row.key(1), let kind = row.json(3).flatMap({ JournalEvent.Kind($0) }),
            let failure = kind.failure
          else { return }
          failures.append(
            RecentFailure(
              at: Instant(milliseconds: row.int(0)), key: key, title: row.text(2), kind: kind, failure: failure))
        }
        return failures
      }, else: [])
  }
}
