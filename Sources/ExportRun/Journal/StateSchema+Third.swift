// SPDX-License-Identifier: Apache-2.0
import ExportCore
import GRDB

// Migration 3: what decides about a job stands apart from its texts, so that a look at a million jobs touches little;
// jobs and runs have numbers, which events name instead of keys and ids; a run knows where its events begin.
extension StateSchema {
  static func makeThird(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE run RENAME TO run_2;
        ALTER TABLE event RENAME TO event_2;
        ALTER TABLE job RENAME TO job_2;
        CREATE TABLE run (
          number INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          started INTEGER NOT NULL,
          ended INTEGER,
          plan TEXT NOT NULL,
          name TEXT NOT NULL,
          due TEXT NOT NULL,          -- letters of the plan's jobs in order, each with how many follow each other
          outcome TEXT,
          after INTEGER NOT NULL      -- its events are those after this one, up to the next run's
        ) STRICT;
        CREATE TABLE event (
          seq INTEGER PRIMARY KEY,
          at INTEGER NOT NULL,
          job INTEGER NOT NULL,
          failed INTEGER NOT NULL,    -- 1: it says that something went wrong
          data TEXT NOT NULL
        ) STRICT;
        CREATE INDEX event_failed ON event(failed) WHERE failed = 1;
        CREATE TABLE job (
          id INTEGER PRIMARY KEY,
          key BLOB NOT NULL UNIQUE,
          state INTEGER NOT NULL,
          attempt INTEGER NOT NULL,
          wanted INTEGER NOT NULL,    -- the letter of why a good result is wanted again, or 0
          flags INTEGER NOT NULL,     -- 1: it failed at least once, 2: its window was split
          renewals INTEGER NOT NULL,
          verified_at INTEGER,
          intent_at INTEGER,
          submitted_at INTEGER,
          running_at INTEGER,
          succeeded_at INTEGER,
          title INTEGER               -- the first eight bytes of the title's digest
        ) STRICT;
        CREATE INDEX job_unsettled ON job(state) WHERE state <> 8;
        CREATE TABLE job_text (
          id INTEGER PRIMARY KEY,
          title TEXT,
          task TEXT,
          past TEXT,                  -- JSON, as verification, failure and parts
          verification TEXT,
          failure TEXT,
          parts TEXT
        ) STRICT;
        INSERT INTO run (number, id, started, ended, plan, name, due, outcome, after)
          \(earlierRuns("run_2", events: "event_2"));
        INSERT INTO job
          (key, state, attempt, wanted, flags, renewals, verified_at, intent_at, submitted_at, running_at)
          SELECT key, state, attempt, wanted, flags, renewals, verified_at, intent_at, submitted_at, running_at
          FROM (\(earlierJobs("job_2", version: 2))) ORDER BY intent_at, key;
        INSERT INTO job_text (id, task, verification, failure)
          SELECT j.id, o.task, o.verification, o.failure FROM job j JOIN job_2 o ON o.key = j.key
          WHERE o.task IS NOT NULL OR o.verification IS NOT NULL OR o.failure IS NOT NULL;
        INSERT INTO event (seq, at, job, failed, data)
          SELECT e.seq, e.at, j.id, instr(e.data, '"failure":') > 0, e.data
          FROM event_2 e JOIN job j ON j.key = e.key ORDER BY e.seq;
        UPDATE job SET succeeded_at = s.at
          FROM (SELECT job, max(at) AS at FROM event WHERE instr(data, '"event":"succeeded"') > 0 GROUP BY job) s
          WHERE s.job = job.id AND s.at >= job.intent_at;
        DROP TABLE event_2;
        DROP TABLE run_2;
        DROP TABLE job_2;
        """)
    try keepEarlierTasks(db)
  }

  /// Tasks of earlier attempts, of jobs that may need them: only their events name them.
  private static func keepEarlierTasks(_ db: Database) throws {
    var folds: [Int64: JobRecord] = [:]
    try StateStatement(
      """
      SELECT e.job, e.at, e.data, j.key FROM event e JOIN job j ON j.id = e.job
      WHERE j.state <> 8 OR j.attempt > 1 ORDER BY e.seq
      """, in: db
    ).forEach { row in
      guard let kind = row.json(2).flatMap({ JournalEvent.Kind($0) }), let key = row.key(3) else { return }
      folds[row.int(0), default: JobRecord()].apply(
        JournalEvent(kind, of: key, at: Instant(milliseconds: row.int(1))))
    }
    for (id, record) in folds.sorted(by: { $0.key < $1.key }) where !record.pastTasks.isEmpty {
      try db.execute(
        sql: "INSERT INTO job_text (id, past) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET past = excluded.past",
        arguments: [id, JSONValue.array(record.pastTasks.map { .string($0) }).canonicalText])
    }
  }

  // MARK: Earlier files, as they would look now

  /// Lets an earlier file that is only looked at be read like one of today, for as long as the connection lives.
  static func showEarlier(_ version: Int, in db: Database) throws {
    try db.execute(sql: earlierFourth)
    guard version < 3 else {
      return try db.execute(
        sql: "CREATE TEMP VIEW IF NOT EXISTS run AS SELECT *, \(earlierRunColumns) FROM main.run")
    }
    try db.execute(
      sql: """
        CREATE TEMP VIEW IF NOT EXISTS run AS
          SELECT *, \(earlierRunColumns) FROM (\(earlierRuns("main.run", events: "main.event")));
        CREATE TEMP VIEW IF NOT EXISTS event AS
          SELECT seq, at, key AS job, instr(data, '"failure":') > 0 AS failed, data FROM main.event;
        CREATE TEMP VIEW IF NOT EXISTS job AS \(earlierJobs("main.job", version: version));
        CREATE TEMP VIEW IF NOT EXISTS job_text AS
          SELECT key AS id, NULL AS title, task, NULL AS past, verification, failure, NULL AS parts FROM main.job;
        """)
  }

  /// Undoes `showEarlier`, when a run has brought the file up to date meanwhile.
  static func hideEarlier(in db: Database) throws {
    let isShown = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_temp_master WHERE name = 'request')")
    guard isShown == true else { return }
    for view in ["run", "event", "job", "job_text", "note", "request"] {
      try db.execute(sql: "DROP VIEW IF EXISTS temp.\(view)")
    }
  }

  private static func earlierRuns(_ runs: String, events: String) -> String {
    """
    SELECT r.rowid AS number, r.id, r.started, r.ended, r.plan, r.name, r.due, r.outcome,
      coalesce(
        (SELECT min(e.seq) - 1 FROM \(events) e WHERE e.run = r.id),
        (SELECT max(e.seq) FROM \(events) e WHERE e.run IN (SELECT b.id FROM \(runs) b WHERE b.rowid < r.rowid)),
        0) AS after
    FROM \(runs) r
    """
  }

  private static func earlierJobs(_ jobs: String, version: Int) -> String {
    """
    SELECT key AS id, key, CASE state
      WHEN 'planned' THEN 0 WHEN 'waiting' THEN 1 WHEN 'ready' THEN 2 WHEN 'submitting' THEN 3
      WHEN 'submitted' THEN 4 WHEN 'running' THEN 5 WHEN 'succeeded' THEN 6 WHEN 'verifying' THEN 7
      WHEN 'verified' THEN 8 WHEN 'failed' THEN 9 WHEN 'skipped' THEN 10 WHEN 'abandoned' THEN 11
      WHEN 'cancelled' THEN 12 WHEN 'split' THEN 13 ELSE 0 END AS state,
      attempt, 0 AS wanted, failure IS NOT NULL AS flags, \(version < 2 ? "0 AS renewals" : "renewals"), verified_at,
      intent_at, submitted_at, running_at, NULL AS succeeded_at, NULL AS title
    FROM \(jobs)
    """
  }
}
