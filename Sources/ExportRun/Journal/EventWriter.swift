// SPDX-License-Identifier: Apache-2.0
import ExportCore
import GRDB

/// Writes events and what they make of their jobs, inside one commit. A value that is thrown away when the commit fails.
struct EventWriter {
  /// Jobs that the events are of, in the order of their first ones, as they are after all of them.
  private(set) var changed: [(key: JobKey, job: StoredJob)] = []
  /// Of the job that nothing was known of and that comes next.
  private(set) var nextID: Int64

  private let known: [JobKey: StoredJob]
  /// Where in `changed` a job is.
  private var places: [JobKey: Int]
  /// As they were; `nil`: they are new.
  private var before: [StoredJob?] = []
  private let insert: StateStatement
  private let look: StateStatement
  private let db: Database

  /// - Parameters:
  ///   - known: jobs of which the file need not be asked.
  ///   - count: how many events there will be.
  init(_ db: Database, known: [JobKey: StoredJob], nextID: Int64, count: Int) throws {
    (self.db, self.known, self.nextID) = (db, known, nextID)
    places = Dictionary(minimumCapacity: count)
    insert = try StateStatement("INSERT INTO event (at, job, failed, data) VALUES (?, ?, ?, ?)", in: db)
    look = try StateStatement(StoredJob.query, in: db)
  }

  /// - Parameter account: whose task an intent is of, where its service lets only so many be made.
  mutating func take(
    _ event: JournalEvent, title: @autoclosure () -> String?, account: @autoclosure () -> String? = nil
  ) throws {
    let place = try places[event.key] ?? first(event.key)
    if changed[place].job.title == nil { changed[place].job.title = title() }
    changed[place].job.record.apply(event)
    insert.bind(1, event.at.milliseconds)
    insert.bind(2, changed[place].job.id)
    insert.bind(3, event.kind.failure == nil ? 0 : 1)
    insert.bind(4, event.kind.bytes(of: account))
    try insert.run()
  }

  private mutating func first(_ key: JobKey) throws -> Int {
    let old = try known[key] ?? stored(key)
    if old == nil { nextID += 1 }
    places[key] = changed.count
    before.append(old)
    changed.append((key, old ?? StoredJob(id: nextID - 1)))
    return changed.count - 1
  }

  private func stored(_ key: JobKey) throws -> StoredJob? {
    look.bind(1, key)
    return try look.first { StoredJob($0) }
  }

  /// Writes the rows of the jobs, once after all events.
  func finish() throws {
    let insert = try StateStatement(
      """
      INSERT INTO job (state, attempt, wanted, flags, renewals, verified_at, intent_at, submitted_at, running_at,
        succeeded_at, title, id, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
      """, in: db)
    let update = try StateStatement(
      """
      UPDATE job SET state = ?1, attempt = ?2, wanted = ?3, flags = ?4, renewals = ?5, verified_at = ?6,
        intent_at = ?7, submitted_at = ?8, running_at = ?9, succeeded_at = ?10, title = ?11 WHERE id = ?12
      """, in: db)
    let text = try StateStatement(
      """
      INSERT OR REPLACE INTO job_text (id, title, task, past, verification, failure, parts)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, in: db)
    for ((key, job), old) in zip(changed, before) {
      let statement = old == nil ? insert : update
      statement.bind(job)
      if old == nil { statement.bind(13, key) }
      try statement.run()
      guard job.hasOtherTexts(than: old) else { continue }
      text.bind(texts: job)
      try text.run()
    }
  }
}

extension StoredJob {
  fileprivate func hasOtherTexts(than old: StoredJob?) -> Bool {
    let (new, was) = (record, old?.record ?? JobRecord())
    return title != old?.title || new.task != was.task || new.pastTasks != was.pastTasks
      || new.lastFailure != was.lastFailure || new.parts != was.parts || new.verification != was.verification
  }
}

extension StateStatement {
  fileprivate func bind(_ job: StoredJob) {
    let record = job.record
    bind(1, record.state.code)
    bind(2, record.attempt)
    bind(3, record.wanted?.code ?? 0)
    bind(4, (record.lastFailure == nil ? 0 : 1) | (record.parts == nil ? 0 : 2))
    bind(5, record.renewals)
    bind(6, record.verifiedAt)
    bind(7, record.intentAt)
    bind(8, record.submittedAt)
    bind(9, record.runningAt)
    bind(10, record.succeededAt)
    bind(11, job.title.map { StoredJob.mark(of: $0) })
    bind(12, job.id)
  }

  fileprivate func bind(texts job: StoredJob) {
    let record = job.record
    bind(1, job.id)
    bind(2, job.title)
    bind(3, record.task)
    bind(
      4, record.pastTasks.isEmpty ? nil : JSONValue.array(record.pastTasks.map { .string($0) }).canonicalBytes)
    bind(5, record.verification?.json.canonicalBytes)
    bind(6, record.lastFailure?.json.canonicalBytes)
    bind(7, record.parts.map { JSONValue.array($0.map(\.json)).canonicalBytes })
  }
}
