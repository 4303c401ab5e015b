// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import Foundation
import GRDB

/// What the state file says, read by journal and ledger alike.
enum StateFile {
  static func path(in directory: URL) -> String { directory.appendingPathComponent("state.sqlite").path }

  /// Runs `body` and tells database errors as journal errors.
  static func guarded<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as DatabaseError { throw JournalError(error) }
  }

  // MARK: Jobs

  /// What is known of these jobs, each looked up by itself.
  static func records(of keys: some Sequence<JobKey>, in db: Database) throws -> [JobKey: JobRecord] {
    let statement = try StateStatement(StoredJob.query, in: db)
    var found: [JobKey: JobRecord] = [:]
    for key in keys {
      statement.bind(1, key)
      found[key] = try statement.first { JobRecord($0) }
    }
    return found
  }

  /// What is known of a plan's jobs.
  static func planRecords(of plan: Plan, in db: Database) throws -> PlanRecords {
    var records = PlanRecords()
    try fill(&records, plan, in: db)
    guard !records.isEmpty else {
      return PlanRecords(plan, redefined: try redefined(Array(plan.jobs.indices), of: plan, in: db))
    }
    try records.add(whole(records.unsettled.map { plan.jobs.keys[$0] }, in: db))
    if records.count < plan.jobs.count {
      let unknown = plan.jobs.indices.filter { records.brief(of: $0) == nil }
      records.redefine(try redefined(unknown, of: plan, in: db))
    }
    return records
  }

  /// A few jobs are looked up one by one; for many, one pass over the table is cheaper.
  private static let fewJobs = 2000

  private static func fill(_ records: inout PlanRecords, _ plan: Plan, in db: Database) throws {
    let columns = "SELECT key, state, attempt, wanted, flags, verified_at FROM job"
    guard plan.jobs.count > fewJobs else {
      let statement = try StateStatement("\(columns) WHERE key = ?", in: db)
      for job in plan.jobs.indices {
        statement.bind(1, plan.jobs.keys[job])
        if let brief = try statement.first({ PlanRecords.Brief($0) }) {
          records.set(job, to: brief, of: plan.jobs.count)
        }
      }
      return
    }
    var finder = plan.jobs.finder()
    try StateStatement(columns, in: db).forEach { row in
      guard let key = row.key(0), let job = finder.find(key) else { return }
      records.set(job, to: PlanRecords.Brief(row), of: plan.jobs.count)
    }
  }

  /// Records of jobs, and of the parts that they were split into.
  static func whole(_ keys: [JobKey], in db: Database) throws -> [JobKey: JobRecord] {
    var all: [JobKey: JobRecord] = [:]
    var wanted = keys
    while !wanted.isEmpty {
      let found = try records(of: wanted, in: db)
      all.merge(found) { $1 }
      wanted = found.values.flatMap { $0.parts ?? [] }.map(\.key).filter { all[$0] == nil }
      // A part that nothing is known of yet has no parts.
      if found.isEmpty { break }
    }
    return all
  }

  /// Of jobs that nothing is known of: those whose title has a good result under another key.
  private static func redefined(_ unknown: [Int], of plan: Plan, in db: Database) throws -> Set<Int> {
    let statement = try StateStatement(
      "SELECT title FROM job WHERE title IS NOT NULL AND verified_at IS NOT NULL", in: db)
    guard !unknown.isEmpty, try statement.first({ _ in true }) != nil else { return [] }
    let titles = JobTitles(plan)
    var jobs: [Int64: Int] = [:]
    for job in unknown { jobs[StoredJob.mark(of: titles.title(of: plan.jobs[job]))] = job }
    var found: Set<Int> = []
    try statement.forEach { row in
      if let job = jobs[row.int(0)] { found.insert(job) }
    }
    return found
  }

  /// Jobs whose tasks may be alive or unread at their service, oldest first.
  static func liveTasks(in db: Database) throws -> [LiveTask] {
    var tasks: [LiveTask] = []
    try StateStatement(
      """
      SELECT j.key, t.title, j.state, t.task, j.attempt, j.intent_at, j.submitted_at, j.running_at
      FROM job j LEFT JOIN job_text t ON t.id = j.id
      WHERE j.state <> 8 AND j.state IN (\(openStates)) ORDER BY j.intent_at, j.key
      """, in: db
    ).forEach { row in
      guard let key = row.key(0) else { return }
      tasks.append(
        LiveTask(
          key: key, title: row.text(1), state: JobState(code: row.int(2)), task: row.text(3),
          attempt: Int(row.int(4)), intentAt: row.instant(5), submittedAt: row.instant(6),
          runningAt: row.instant(7)))
    }
    return tasks
  }

  /// Keys of what some jobs were split into, and of the parts of these.
  static func partKeys(of jobs: Set<JobKey>, in db: Database) throws -> Set<JobKey> {
    var parts: [JobKey: [JobKey]] = [:]
    try StateStatement(
      "SELECT j.key, t.parts FROM job_text t JOIN job j ON j.id = t.id WHERE t.parts IS NOT NULL", in: db
    ).forEach { row in
      guard let key = row.key(0) else { return }
      parts[key] = row.json(1)?.array?.compactMap { JobPart($0)?.key }
    }
    var found: Set<JobKey> = []
    var next = parts.keys.filter(jobs.contains)
    while let key = next.popLast() {
      for part in parts[key] ?? [] where found.insert(part).inserted { next.append(part) }
    }
    return found
  }

  static var openStates: String {
    JobState.allCases.filter(\.hasOpenTask).map { String($0.code) }.joined(separator: ", ")
  }

  static func owners(of tasks: Set<String>, besides key: JobKey, in db: Database) throws -> Set<String> {
    let statement = try StateStatement(
      """
      SELECT j.key, t.task, t.past FROM job_text t JOIN job j ON j.id = t.id
      WHERE t.past IS NOT NULL OR t.task IN (SELECT value FROM json_each(?))
      """, in: db)
    statement.bind(1, JSONValue.array(tasks.sorted().map { .string($0) }).canonicalText)
    var owned: Set<String> = []
    try statement.forEach { row in
      if let task = row.text(1), row.key(0) != key { owned.insert(task) }
      for case .string(let task) in row.json(2)?.array ?? [] { owned.insert(task) }
    }
    return owned.intersection(tasks)
  }

  // MARK: Durations

  /// So many of the newest results are looked at.
  private static let durationsMost = 50_000

  static func durations(of plan: Plan, in db: Database) throws -> DurationHistory {
    var history = DurationHistory.Collection(plan)
    try StateStatement(
      """
      SELECT key, coalesce(succeeded_at, verified_at) - submitted_at FROM job
      WHERE state = 8 AND submitted_at IS NOT NULL ORDER BY id DESC LIMIT \(durationsMost)
      """, in: db
    ).forEach { row in
      guard let key = row.key(0), row.int(1) >= 0 else { return }
      history.add(key, .milliseconds(row.int(1)))
    }
    return history.history
  }

  // MARK: Events

  /// Events after one and up to another, in order.
  static func events(after first: Int64, through last: Int64 = .max, in db: Database) throws -> EventTable {
    let statement = try StateStatement(
      """
      SELECT e.at, j.key, e.data FROM event e JOIN job j ON j.id = e.job
      WHERE e.seq > ? AND e.seq <= ? ORDER BY e.seq
      """, in: db)
    statement.bind(1, first)
    statement.bind(2, last)
    var events = EventTable()
    try statement.forEach { row in
      guard let key = row.key(1), let kind = row.json(2).flatMap({ JournalEvent.Kind($0) }), !kind.isOfNoRun else {
        return
      }
      events.append(JournalEvent(kind, of: key, at: Instant(milliseconds: row.int(0))))
    }
    events.close()
    return events
  }
}
