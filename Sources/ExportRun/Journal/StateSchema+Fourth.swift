// SPDX-License-Identifier: Apache-2.0
import GRDB

// Migration 4: what a report of a run needs besides the events of its jobs, so that it can be made again at any time.
extension StateSchema {
  static func makeFourth(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE run ADD COLUMN program TEXT;
        ALTER TABLE run ADD COLUMN resume TEXT;
        ALTER TABLE run ADD COLUMN counts TEXT; -- JSON: jobs that were due by state at the end
        ALTER TABLE run ADD COLUMN stop TEXT;   -- JSON: why it ended before its jobs did
        ALTER TABLE run ADD COLUMN frame TEXT;  -- the plan without its jobs, where nothing was due
        ALTER TABLE run ADD COLUMN splits TEXT; -- JSON: jobs that were in parts when it began, and these
        ALTER TABLE run ADD COLUMN requests_after INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE note (                     -- of services as a whole
          seq INTEGER PRIMARY KEY,
          run INTEGER NOT NULL,
          at INTEGER NOT NULL,
          after INTEGER NOT NULL,               -- how many events of the run stand before it
          data TEXT NOT NULL
        ) STRICT;
        CREATE INDEX note_run ON note(run);
        CREATE TABLE request (                  -- in the order of their ends; a run's are neighbours
          seq INTEGER PRIMARY KEY,
          at INTEGER NOT NULL,
          took INTEGER NOT NULL,                -- microseconds
          step TEXT,
          key BLOB,
          attempt INTEGER,
          method TEXT NOT NULL,
          url TEXT NOT NULL,
          status INTEGER,
          request_id TEXT,                      -- our name of it
          service_id TEXT,                      -- the service's
          error TEXT
        ) STRICT;
        """)
  }

  /// What migration 4 made, as a view of a file that has not had it.
  static let earlierFourth = """
    CREATE TEMP VIEW IF NOT EXISTS note AS
      SELECT 0 AS seq, 0 AS run, 0 AS at, 0 AS after, '' AS data WHERE false;
    CREATE TEMP VIEW IF NOT EXISTS request AS
      SELECT 0 AS seq, 0 AS at, 0 AS took, NULL AS step, NULL AS key, NULL AS attempt, '' AS method, '' AS url,
        NULL AS status, NULL AS request_id, NULL AS service_id, NULL AS error WHERE false;
    """

  static let earlierRunColumns =
    "NULL AS program, NULL AS resume, NULL AS counts, NULL AS stop, NULL AS frame, NULL AS splits, 0 AS requests_after"
}
