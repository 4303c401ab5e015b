// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import Foundation
import GRDB

/// The durable record of what runs did, in one SQLite file of the state directory. What `append` has returned from
/// survives a crash of the program and of the machine.
///
/// One writer holds the directory's lock for as long as the value lives; `Ledger` reads meanwhile.
public actor Journal {
  private let pool: DatabasePool
  private let lock: StateLock
  /// Jobs that are being worked on, as the file has them, so that it is not asked at each of their steps. Only some when
  /// there are very many: those have little to tell.
  private var known: [JobKey: StoredJob] = [:]
  private static let knownMost = 4096
  /// Of the next job that nothing is known of.
  private var nextID: Int64
  private var run: Int64 = 0
  /// The present run's events are those after this one.
  private var lastBefore: Int64

  /// Opens the state of a directory, making both when missing, and brings the tables up to date.
  /// - Parameter command: what others are told of who holds the directory, such as `outhaul run`.
  /// - Throws: `JournalError`.
  public init(directory: URL, now: Instant, command: String = "outhaul") throws {
    try self.init(directory: directory, now: now, command: command, pagesMost: nil)
  }

  /// - Parameter pagesMost: how far the file may grow, as if the disk ended there.
  init(directory: URL, now: Instant, command: String, pagesMost: Int?) throws {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw JournalError.disk("cannot make the state directory \(directory.path): \(error.localizedDescription)")
    }
    lock = try StateLock(directory: directory, now: now, command: command)
    do {
      pool = try DatabasePool(path: StateFile.path(in: directory))
      try pool.writeWithoutTransaction { try Self.prepare($0, pagesMost: pagesMost) }
      guard try !pool.read(StateSchema.migrator.hasBeenSuperseded) else { throw JournalError.newer }
      try StateSchema.migrator.migrate(pool)
      nextID = try pool.read { try Int64.fetchOne($0, sql: "SELECT coalesce(max(id), 0) + 1 FROM job") ?? 1 }
      lastBefore = try pool.read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM event") ?? 0 }
    } catch let error as DatabaseError {
      throw JournalError(error)
    }
  }

  private static func prepare(_ db: Database, pagesMost: Int?) throws {
    // GRDB sets NORMAL for a pool once it is open, so FULL is set after that, and read back.
    try db.execute(sql: "PRAGMA synchronous = FULL")
    let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
    let level = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
    guard mode == "wal", level == 2 else {
      throw JournalError.notDurable("journal_mode is \(mode), synchronous is \(level)")
    }
    // Keys are spread evenly, so many pages are touched: 32 MB of them stay at hand, and go to the file every 16 MB.
    try db.execute(sql: "PRAGMA cache_size = -32000")
    try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
    if let pagesMost { _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pagesMost)") }
  }

  /// Lets go of the directory at once, not only when nobody refers to the journal any more. Nothing can be asked of it
  /// or written to it afterwards.
  public func close() {
    // What is in the log is read from there as well: this only makes one file of two.
    _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try? pool.close()
    lock.release()
  }

  // MARK: Reading

  /// What is known of a few jobs; a job that nothing is known of is left out.
  public func records(of keys: some Sequence<JobKey> & Sendable) throws -> [JobKey: JobRecord] {
    try read { try StateFile.records(of: keys, in: $0) }
  }

  /// What is known of the plan's jobs, as the last run left it.
  public func planRecords(of plan: Plan) throws -> PlanRecords {
    try read { try StateFile.planRecords(of: plan, in: $0) }
  }

  /// How long earlier tasks took: those of the plan's jobs, or if none is done, of anything.
  public func durations(of plan: Plan) throws -> DurationHistory {
    try read { try StateFile.durations(of: plan, in: $0) }
  }

  /// When earlier runs made tasks since an instant, by service of the plan, in no order.
  func starts(of plan: Plan, since: Instant) throws -> [[Instant]] {
    try read { try StateFile.starts(of: plan, since: since, in: $0) }
  }

  /// As `records`, with what the jobs were split into, and the parts of these.
  public func wholeRecords(of keys: [JobKey]) throws -> [JobKey: JobRecord] {
    try read { try StateFile.whole(keys, in: $0) }
  }

  /// Tasks that may be alive or unread at their service, of jobs that are not among these or parts of them.
  public func liveTasks(besides keys: some Sequence<JobKey> & Sendable) throws -> [LiveTask] {
    let live = try read { try StateFile.liveTasks(in: $0) }
    guard !live.isEmpty else { return [] }
    var known: Set<JobKey> = []
    for key in keys { known.insert(key) }
    let others = live.filter { !known.contains($0.key) }
    guard !others.isEmpty else { return [] }
    // Parts of the plan's jobs are followed with these.
    let parts = try read { try StateFile.partKeys(of: known, in: $0) }
    return others.filter { !parts.contains($0.key) }
  }

  /// Jobs that are not among these and whose tasks may still be alive or unread at their service.
  public func openTasks(besides keys: some Sequence<JobKey> & Sendable) throws -> Int {
    try liveTasks(besides: keys).count
  }

  /// Of some tasks, by the service's names, those that other jobs had, or the job itself in an earlier attempt. Looks
  /// through all jobs: for the few that cannot be told apart otherwise.
  public func owners(of tasks: [String], besides key: JobKey) throws -> Set<String> {
    guard !tasks.isEmpty else { return [] }
    return try read { try StateFile.owners(of: Set(tasks), besides: key, in: $0) }
  }

  /// The events of the present run, in order.
  public func events() throws -> [JournalEvent] {
    try read { [lastBefore] in Array(try StateFile.events(after: lastBefore, in: $0)) }
  }

  // MARK: Writing

  /// Begins a run: every event after this is of it.
  /// - Parameter frame: the plan without its jobs, where nothing is due and it is kept nowhere else.
  public func begin(_ header: RunHeader, origin: RunOrigin = RunOrigin(), frame: Plan? = nil) throws {
    let due = DueText.text(of: header.dues)
    let frame = frame.map { String(decoding: PlanFile($0).bytes, as: UTF8.self) }
    (lastBefore, run) = try write { db in
      let last = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? 0
      let requests = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM request") ?? 0
      try db.execute(
        sql: """
          INSERT INTO run (id, started, plan, name, due, after, program, resume, frame, splits, requests_after)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          header.id, header.started.milliseconds, header.plan.hex, header.name, due, last, origin.program,
          origin.resume, frame, try Ledger.splitsText(in: db), requests,
        ])
      return (last, db.lastInsertedRowID)
    }
  }

  /// Makes the events durable, all in one commit, and what they say of their jobs with them.
  /// - Parameters:
  ///   - titles: of jobs among them, as people name them; a job's title is kept once it was given.
  ///   - accounts: of jobs among them whose tasks are counted.
  ///   - notes: of services, and requests: written with them.
  /// - Throws: `JournalError`; then nothing of them is durable.
  public func append(
    _ events: [JournalEvent], titles: [JobKey: String] = [:], accounts: [JobKey: String] = [:], notes: [RunNote] = [],
    requests: [RequestRecord] = []
  ) throws {
    guard !events.isEmpty || !notes.isEmpty || !requests.isEmpty else { return }
    let (changed, next) = try write { [known, nextID, run] db in
      try StateFile.write(notes, of: run, in: db)
      try StateFile.write(requests, in: db)
      var writer = try EventWriter(db, known: known, nextID: nextID, count: events.count)
      for event in events { try writer.take(event, title: titles[event.key], account: accounts[event.key]) }
      try writer.finish()
      return (writer.changed, writer.nextID)
    }
    nextID = next
    if known.count > Self.knownMost { known = [:] }
    for (key, job) in changed { known[key] = job.record.state.isFinal ? nil : job }
  }

  /// Ends the run.
  /// - Parameter requests: those that were not written yet.
  public func end(
    at instant: Instant, outcome: String, counts: [JobState: Int] = [:], stop: Scheduler.StopReason? = nil,
    requests: [RequestRecord] = []
  ) throws {
    try write { [run] db in
      try StateFile.write(requests, in: db)
      try db.execute(
        sql: "UPDATE run SET ended = ?, outcome = ?, counts = ?, stop = ? WHERE number = ?",
        arguments: [instant.milliseconds, outcome, JobState.json(counts).canonicalText, stop?.json.canonicalText, run])
    }
    // The pages at hand are for many writes; a report is read by others.
    known = [:]
    pool.releaseMemory()
  }

  // MARK: Parts

  private func read<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value {
    try StateFile.guarded { try pool.read(body) }
  }

  private func write<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value {
    try StateFile.guarded { try pool.write(body) }
  }
}
