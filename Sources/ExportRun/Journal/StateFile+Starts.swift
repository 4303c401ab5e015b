// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import GRDB

/// A task that some run asked for, or may have asked for.
private struct StartedTask {
  let at: Instant
  let key: JobKey
  /// `nil`: it was asked for when its service had no limit of starts.
  let account: String?
}

extension StateFile {
  /// When tasks were asked for since an instant, by service of a plan, whichever plan asked. What was refused is left
  /// out: it made no task.
  static func starts(of plan: Plan, since: Instant, in db: Database) throws -> [[Instant]] {
    var starts = [[Instant]](repeating: [], count: plan.services.count)
    let accounts = plan.services.map(\.account)
    var finder = plan.jobs.finder()
    for task in try startedTasks(since: since, in: db) {
      if let account = task.account {
        for (service, own) in accounts.enumerated() where own == account { starts[service].append(task.at) }
      } else if let job = finder.find(task.key) {
        starts[plan.exports[plan.jobs.export(of: job)].service].append(task.at)
      }
    }
    return starts
  }

  /// A clock may have been set between runs, by this much.
  private static let clockSet: Duration = .seconds(3600)

  /// The event before the first that may be of that time or later: a run's events lie between its beginning and its end,
  /// or the beginning of the next where it was killed.
  private static func firstEvent(since: Instant, in db: Database) throws -> Int64 {
    let since = since.advanced(by: .zero - clockSet).milliseconds
    return try Int64.fetchOne(
      db,
      sql: """
        SELECT min(r.after) FROM run r WHERE r.started > ?1 OR coalesce(r.ended,
          (SELECT n.started FROM run n WHERE n.number > r.number ORDER BY n.number LIMIT 1), ?2) > ?1
        """, arguments: [since, Int64.max]) ?? 0
  }

  private static func startedTasks(since: Instant, in db: Database) throws -> [StartedTask] {
    let statement = try StateStatement(
      """
      SELECT e.at, j.key, e.data FROM event e JOIN job j ON j.id = e.job
      WHERE e.seq > ? AND e.at > ?
        AND (instr(e.data, '"event":"intent"') > 0 OR instr(e.data, '"event":"refused"') > 0) ORDER BY e.seq
      """, in: db)
    statement.bind(1, try firstEvent(since: since, in: db))
    statement.bind(2, since.milliseconds)
    var open: [JobKey: StartedTask] = [:]
    var tasks: [StartedTask] = []
    try statement.forEach { row in
      guard let key = row.key(1), let json = row.json(2) else { return }
      // A job's next attempt begins when the one before is over.
      let before = open.removeValue(forKey: key)
      guard json["event"] == "intent" else { return }
      if let before { tasks.append(before) }
      open[key] = StartedTask(at: Instant(milliseconds: row.int(0)), key: key, account: json["account"]?.string)
    }
    return tasks + open.values
  }
}

extension PlannedService {
  /// Whom a service counts tasks for: the same description at the same place with the same parameters.
  var account: String {
    let words: JSONValue = [
      "base": .string(base), "description": .string(description), "parameters": .object(parameters),
    ]
    return String(Digest(of: words.canonicalText).hex.prefix(16))
  }
}
