// SPDX-License-Identifier: Apache-2.0
import GRDB

/// The tables of the state file. Migrations are numbered and never change once released; new ones go to the end.
enum StateSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE run (
            id TEXT PRIMARY KEY,
            started INTEGER NOT NULL,   -- milliseconds since the epoch, as all times here
            ended INTEGER,
            plan TEXT NOT NULL,         -- digest of the plan
            name TEXT NOT NULL,
            due TEXT NOT NULL,          -- a letter per job of the plan
            outcome TEXT
          ) STRICT;
          CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            run TEXT NOT NULL REFERENCES run(id),
            at INTEGER NOT NULL,
            key BLOB NOT NULL,
            data TEXT NOT NULL          -- canonical JSON
          ) STRICT;
          CREATE INDEX event_run ON event(run, seq);
          CREATE TABLE job (            -- the fold of each job's events, kept in the same commit
            key BLOB PRIMARY KEY,
            state TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            task TEXT,
            intent_at INTEGER,
            submitted_at INTEGER,
            running_at INTEGER,
            verified_at INTEGER,
            verification TEXT,
            failure TEXT
          ) STRICT, WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2") { db in
      try db.execute(sql: "ALTER TABLE job ADD COLUMN renewals INTEGER NOT NULL DEFAULT 0")
    }
    migrator.registerMigration("3", migrate: makeThird)
    migrator.registerMigration("4", migrate: makeFourth)
    return migrator
  }

  /// The last migration that a file has; 0: none, and no table.
  static func version(of db: Database) throws -> Int {
    guard try db.tableExists("grdb_migrations") else { return 0 }
    return try Int.fetchOne(db, sql: "SELECT max(CAST(identifier AS INTEGER)) FROM grdb_migrations") ?? 0
  }
}
