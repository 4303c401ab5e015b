// SPDX-License-Identifier: Apache-2.0
import GRDB

/// The tables of `cloud.sqlite`. Times are milliseconds since 1970; extras and tags are JSON text.
enum CloudSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
          CREATE TABLE app (
            id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, subscription TEXT NOT NULL, resource_group TEXT NOT NULL,
            collection TEXT NOT NULL, name TEXT NOT NULL, platform TEXT NOT NULL
          ) STRICT;
          CREATE TABLE device (
            id INTEGER PRIMARY KEY, app INTEGER NOT NULL, device TEXT NOT NULL, first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL, activity REAL NOT NULL, lag INTEGER NOT NULL, model TEXT NOT NULL,
            manufacturer TEXT NOT NULL, firmware TEXT NOT NULL, locale TEXT NOT NULL, country TEXT NOT NULL,
            region TEXT NOT NULL, locality TEXT NOT NULL, carrier TEXT NOT NULL, network TEXT NOT NULL,
            timezone INTEGER NOT NULL, push INTEGER NOT NULL, tags TEXT NOT NULL, token TEXT NOT NULL,
            token_type TEXT NOT NULL
          ) STRICT;
          CREATE INDEX device_app ON device(app);
          CREATE TABLE generated (app INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (app, day)) STRICT;
          CREATE TABLE session (
            app INTEGER NOT NULL, day INTEGER NOT NULL, session TEXT NOT NULL, device TEXT NOT NULL,
            start INTEGER NOT NULL, end INTEGER NOT NULL, info TEXT NOT NULL, location TEXT NOT NULL
          ) STRICT;
          CREATE INDEX session_day ON session(app, day);
          CREATE TABLE activity (
            app INTEGER NOT NULL, day INTEGER NOT NULL, session TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL,
            extras TEXT NOT NULL
          ) STRICT;
          CREATE INDEX activity_day ON activity(app, day);
          CREATE TABLE occurrence (     -- events, errors and crashes
            app INTEGER NOT NULL, day INTEGER NOT NULL, kind TEXT NOT NULL, device TEXT NOT NULL, name TEXT NOT NULL,
            at INTEGER NOT NULL, info TEXT NOT NULL, session TEXT NOT NULL, location TEXT NOT NULL, extras TEXT NOT NULL
          ) STRICT;
          CREATE INDEX occurrence_day ON occurrence(app, kind, day);
          CREATE TABLE job (
            app INTEGER NOT NULL, day INTEGER NOT NULL, job TEXT NOT NULL, name TEXT NOT NULL, device TEXT NOT NULL,
            start INTEGER NOT NULL, end INTEGER NOT NULL, info TEXT NOT NULL, extras TEXT NOT NULL
          ) STRICT;
          CREATE INDEX job_day ON job(app, day);
          CREATE TABLE campaign (
            app INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
            activated INTEGER, finished INTEGER, PRIMARY KEY (app, kind, id)
          ) STRICT;
          CREATE TABLE feedback (
            app INTEGER NOT NULL, kind TEXT NOT NULL, campaign INTEGER NOT NULL, device TEXT NOT NULL,
            status TEXT NOT NULL
          ) STRICT;
          CREATE INDEX feedback_campaign ON feedback(app, kind, campaign);
          CREATE TABLE task (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, app INTEGER NOT NULL, type TEXT NOT NULL,
            format TEXT NOT NULL, description TEXT, parameters TEXT NOT NULL, container TEXT NOT NULL,
            state TEXT NOT NULL, created INTEGER NOT NULL, completed INTEGER, error TEXT
          ) STRICT;
          CREATE TABLE container (name TEXT PRIMARY KEY, modified INTEGER NOT NULL) STRICT;
          CREATE TABLE blob (
            container TEXT NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL, md5 TEXT,
            type TEXT NOT NULL, etag TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL,
            PRIMARY KEY (container, name)
          ) STRICT;
          CREATE INDEX task_app ON task(app, seq);
          CREATE INDEX task_open ON task(state) WHERE state IN ('Queued', 'Started');
          """)
    }
    migrator.registerMigration("2") { db in
      try db.execute(
        sql: """
          ALTER TABLE blob ADD COLUMN encoding TEXT;
          ALTER TABLE blob ADD COLUMN language TEXT;
          ALTER TABLE blob ADD COLUMN disposition TEXT;
          ALTER TABLE blob ADD COLUMN cache TEXT;
          ALTER TABLE blob ADD COLUMN metadata TEXT;  -- JSON, by name
          ALTER TABLE blob ADD COLUMN tier TEXT;
          ALTER TABLE blob ADD COLUMN blocks TEXT;    -- JSON, in order
          ALTER TABLE container ADD COLUMN etag TEXT;
          ALTER TABLE container ADD COLUMN metadata TEXT;
          """)
    }
    migrator.registerMigration("3", migrate: addImports)
    return migrator
  }

  /// Apps with a history of their own: seeded for some days, or read from export files, row by row as they stood.
  private static func addImports(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE app ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE app ADD COLUMN first_day INTEGER;  -- of a seeded app: the days that it has data of
        ALTER TABLE app ADD COLUMN last_day INTEGER;
        CREATE TABLE import_file (
          id INTEGER PRIMARY KEY, app INTEGER NOT NULL, dataset TEXT NOT NULL, identity TEXT NOT NULL,
          name TEXT NOT NULL, columns TEXT NOT NULL, rows INTEGER NOT NULL, first_row INTEGER NOT NULL,
          last_row INTEGER NOT NULL, first_day INTEGER, last_day INTEGER, replaced INTEGER NOT NULL DEFAULT 0,
          UNIQUE (app, dataset, identity)
        ) STRICT;
        CREATE TABLE import_element (   -- what stands in an element before and after its rows
          file INTEGER NOT NULL, element INTEGER NOT NULL, head TEXT NOT NULL, tail TEXT NOT NULL,
          PRIMARY KEY (file, element)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE import_row (
          id INTEGER PRIMARY KEY, file INTEGER NOT NULL, element INTEGER NOT NULL, day INTEGER, kind TEXT,
          campaign INTEGER, members TEXT NOT NULL
        ) STRICT;
        CREATE INDEX import_row_day ON import_row(file, day) WHERE day IS NOT NULL;
        CREATE INDEX import_row_campaign ON import_row(file, kind, campaign) WHERE campaign IS NOT NULL;
        """)
  }
}
