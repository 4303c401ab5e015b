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

  private static func startedTasks(since: Instant, in db: Database) throws -> [StartedTask] {
    // A run's events are not older than it.
    let first = try Int64.fetchOne(
      db, sql: "SELECT after FROM run WHERE started <= ? ORDER BY number DESC LIMIT 1", arguments: [since.milliseconds])
    let statement = try StateStatement(
      """
      SELECT e.at, j.key, e.data FROM event e JOIN job j ON j.id = e.job
      WHERE e.seq > ? AND e.at > ?
        AND (instr(e.data, '"event":"intent"') > 0 OR instr(e.data, '"event":"refused"') > 0) ORDER BY e.seq
      """, in: db)
    statement.bind(1, first ?? 0)
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
