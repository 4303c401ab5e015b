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
  fileprivate var dueText: String
  /// Its events are those after the first and through the second.
  fileprivate var events: (after: Int64, through: Int64)

  /// Per job of the plan.
  public var dues: [Due] { DueText.dues(of: dueText) }

  public static func == (a: RunEntry, b: RunEntry) -> Bool { a.id == b.id && a.ended == b.ended }
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
            (SELECT min(n.after) FROM run n WHERE n.number > r.number)
          FROM run r ORDER BY r.number DESC LIMIT ?
          """, in: db)
        statement.bind(1, limit)
        var runs: [RunEntry] = []
        try statement.forEach { row in
          guard let id = row.text(0), let plan = row.text(5).flatMap({ Digest(hex: $0) }) else { return }
          runs.append(
            RunEntry(
              id: id, started: Instant(milliseconds: row.int(1)), ended: row.instant(2), outcome: row.text(3),
              name: row.text(4) ?? "", plan: plan, dueText: row.text(6) ?? "",
              events: (row.int(7), row.optionalInt(8) ?? .max)))
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

  /// What happened in a run so far, in order.
  public func events(of run: RunEntry) throws -> [JournalEvent] {
    try read({ try StateFile.events(after: run.events.after, through: run.events.through, in: $0) }, else: [])
  }

  /// Every job of any plan with an open task, those that were asked for first in front.
  public func liveTasks() throws -> [LiveTask] {
    try read({ try StateFile.liveTasks(in: $0) }, else: [])
  }

  /// What went wrong last, in any run, newest first.
  public func recentFailures(limit: Int) throws -> [RecentFailure] {
    try read(
      { db in
        let statement = try StateStatement(
          """
          SELECT e.at, j.key, t.title, e.data FROM event e JOIN job j ON j.id = e.job
          LEFT JOIN job_text t ON t.id = j.id WHERE e.failed = 1 ORDER BY e.seq DESC LIMIT ?
          """, in: db)
        statement.bind(1, limit)
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
