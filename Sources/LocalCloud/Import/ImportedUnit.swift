// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import GRDB

/// One export on its way into the cloud.
struct ImportedUnit {
  let unit: ArchiveUnit
  let app: LocalCloudApp
  /// By whoever imports.
  let told: CloudDataset?

  private var known: CloudDataset? { told ?? unit.manifest?.dataset }
  private var isSnapshot: Bool { (known ?? unit.dataset)?.isSnapshot ?? false }

  static func bad(
    _ file: ArchiveUnit.File, _ problem: ImportProblem, app: LocalCloudApp?
  ) -> ArchiveImport.Outcome.File {
    ArchiveImport.Outcome.File(
      file: file.name, status: .bad, app: app?.place, problem: problem.reason.sentence, line: problem.line,
      row: problem.row)
  }

  /// A history goes in file by file; a snapshot as a whole or not at all, because it replaces the one before.
  func run(in db: Database) throws -> [ArchiveImport.Outcome.File] {
    guard !unit.files.isEmpty else {
      try db.inTransaction {
        try takeNothing(in: db)
        return .commit
      }
      return []
    }
    if unit.files.count > 1, isSnapshot { return try together(in: db) }
    return try unit.files.map { file in
      do {
        var outcome: ArchiveImport.Outcome.File?
        try db.inTransaction {
          outcome = try take([file], in: db).first
          return .commit
        }
        return outcome ?? Self.bad(file, ImportProblem(.unreadable), app: app)
      } catch let problem as ImportProblem {
        return Self.bad(file, problem, app: app)
      }
    }
  }

  /// A snapshot without rows takes the place of the one before, once.
  private func takeNothing(in db: Database) throws {
    let app = try appID(in: db)
    guard let dataset = known, dataset.isSnapshot, dataset != .push else { return }
    let identity = "nothing/\(unit.manifest?.digest ?? "")@\(unit.label)"
    let sql = "SELECT 1 FROM import_file WHERE app = ? AND dataset = ? AND identity = ?"
    guard try Row.fetchOne(db, sql: sql, arguments: [app, dataset.rawValue, identity]) == nil else { return }
    let writer = try ImportWriter(app: app, dataset: dataset, name: unit.label, identity: identity, in: db)
    try replace(by: [try writer.close(dataset)], dataset, in: db)
  }

  private func together(in db: Database) throws -> [ArchiveImport.Outcome.File] {
    do {
      var outcomes: [ArchiveImport.Outcome.File] = []
      try db.inTransaction {
        outcomes = try take(unit.files, in: db)
        return .commit
      }
      return outcomes
    } catch let failure as PartFailure {
      return unit.files.map { file in
        file.name == failure.file.name
          ? Self.bad(file, failure.problem, app: app)
          : Self.bad(file, ImportProblem(.brokenSnapshot(failure.file.url.lastPathComponent)), app: app)
      }
    }
  }

  private struct PartFailure: Error {
    let file: ArchiveUnit.File
    let problem: ImportProblem
  }

  // MARK: Files

  /// Inside one transaction.
  private func take(_ files: [ArchiveUnit.File], in db: Database) throws -> [ArchiveImport.Outcome.File] {
    let id = try appID(in: db)
    let digests = try files.map { try attempt($0, of: files) { try Self.digest($0) } }
    var outcomes: [ArchiveImport.Outcome.File] = []
    var writers: [(writer: ImportWriter, dataset: CloudDataset, file: Int64)] = []
    for (file, digest) in zip(files, digests) {
      let outcome = try attempt(file, of: files) { file in
        let whole = files.count > 1 ? digests.joined(separator: "+") + "/" : ""
        let identities = [whole + digest, whole + digest + "@" + unit.label]
        if let earlier = try taken(file, identities, of: id, in: db) { return earlier }
        let writer = try ImportWriter(app: id, dataset: known, name: file.name, identity: identities[1], in: db)
        let dataset = try read(file, with: writer)
        // A history is what its bytes are, wherever it lies; a snapshot, and what has no rows, also when it was.
        if !dataset.isSnapshot, writer.count > 0 { try writer.rename(identities[0]) }
        let record = try writer.close(dataset)
        writers.append((writer, dataset, record))
        return ArchiveImport.Outcome.File(
          file: file.name, status: .imported, app: app.place, dataset: dataset.word, rows: writer.count,
          remark: try remark(file, record, dataset, in: db), record: record)
      }
      outcomes.append(outcome)
    }
    try finish(writers, app: id, in: db)
    return outcomes
  }

  private func attempt<Value>(
    _ file: ArchiveUnit.File, of files: [ArchiveUnit.File], _ body: (ArchiveUnit.File) throws -> Value
  ) throws -> Value {
    do { return try body(file) } catch let problem as ImportProblem {
      if files.count > 1 { throw PartFailure(file: file, problem: problem) }
      throw problem
    }
  }

  /// What is known of a file that was imported before.
  private func taken(
    _ file: ArchiveUnit.File, _ identities: [String], of app: Int64, in db: Database
  ) throws -> ArchiveImport.Outcome.File? {
    let sql = "SELECT dataset, rows, id FROM import_file WHERE app = ? AND identity IN (?, ?)"
    let rows = try Row.fetchAll(db, sql: sql, arguments: [app, identities[0], identities[1]])
    guard let row = rows.first(where: { known == nil || known?.rawValue == $0[0] }) else { return nil }
    return ArchiveImport.Outcome.File(
      file: file.name, status: .known, app: self.app.place, dataset: (row[0] as String).lowercased(), rows: row[1],
      record: row[2])
  }

  /// A history that was imported from the same path with other bytes is there twice, as far as they agree.
  private func remark(
    _ file: ArchiveUnit.File, _ record: Int64, _ dataset: CloudDataset, in db: Database
  ) throws -> String? {
    guard !dataset.isSnapshot else { return nil }
    let sql = """
      SELECT 1 FROM import_file WHERE name = ? AND id <> ? AND rows > 0
        AND app = (SELECT app FROM import_file WHERE id = ?) AND dataset = ?
      """
    let arguments: StatementArguments = [file.name, record, record, dataset.rawValue]
    return try Row.fetchOne(db, sql: sql, arguments: arguments) == nil
      ? nil : "it was imported before with other content: the rows of both add up"
  }

  private func read(_ file: ArchiveUnit.File, with writer: ImportWriter) throws -> CloudDataset {
    let source = try Self.open(file)
    guard let first = try source.peek() else { throw ImportProblem(.noBytes) }
    // What a table's columns, or a file without rows, leave open is told by the path.
    let hint = told ?? unit.manifest?.dataset
    // A mark of UTF-16.
    guard first != 0xFE, first != 0xFF else { throw ImportProblem(.encoding, line: 1) }
    let found: CloudDataset?
    if file.isTable(first) {
      do {
        var rows = CSVRows(source, dataset: hint, writer: writer)
        try rows.read()
        found = rows.dataset
      } catch let problem as ImportProblem {
        guard case .noDataset(let fitting) = problem.reason, let path = unit.hint, fitting.contains(path) else {
          throw problem
        }
        var rows = CSVRows(try Self.open(file), dataset: path, writer: writer)
        try rows.read()
        found = rows.dataset
      }
    } else {
      var rows = JSONRows(source, dataset: hint, writer: writer)
      try rows.read()
      found = rows.dataset
    }
    guard let dataset = found ?? unit.dataset ?? unit.hint else { throw ImportProblem(.noRows) }
    return dataset
  }

  static func open(_ file: ArchiveUnit.File) throws -> ByteSource {
    guard !file.isOutside else { throw ImportProblem(.partOutside(file.name)) }
    guard FileManager.default.fileExists(atPath: file.url.path) else {
      throw ImportProblem(.partMissing(file.url.lastPathComponent))
    }
    guard let source = try? ByteSource(file.url) else { throw ImportProblem(.unreadable) }
    return source
  }

  private static func digest(_ file: ArchiveUnit.File) throws -> String {
    let source = try open(file)
    var hash = SHA256()
    while let piece = try source.takePiece() { hash.update(data: piece) }
    return Data(hash.finalize()).base64EncodedString()
  }

  // MARK: The app, and what is replaced

  private func appID(in db: Database) throws -> Int64 {
    guard let id = try CloudStore.id(of: app, in: db) else {
      return try CloudStore.add(app, platform: app.platform ?? "android", isImported: true, in: db)
    }
    guard try Int.fetchOne(db, sql: "SELECT imported FROM app WHERE id = ?", arguments: [id]) == 1 else {
      throw ImportProblem(.dataOfOthers(app.place))
    }
    return id
  }

  private func finish(
    _ written: [(writer: ImportWriter, dataset: CloudDataset, file: Int64)], app: Int64, in db: Database
  ) throws {
    guard let dataset = written.first?.dataset, dataset.isSnapshot else { return }
    let files = written.map(\.file)
    guard dataset == .push else { return try replace(by: files, dataset, in: db) }
    let insert = try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO campaign VALUES (?, ?, ?, ?, 'finished', NULL, NULL)")
    let forget = try db.cachedStatement(
      sql: """
        DELETE FROM import_row WHERE kind = ? AND campaign = ? AND file IN
          (SELECT id FROM import_file WHERE app = ? AND dataset = 'Push' AND id NOT IN (\(Self.list(files))))
        """)
    for campaign in written.reduce(into: Set(), { $0.formUnion($1.writer.campaigns) }) {
      let name = "\(campaign.kind.lowercased())-\(campaign.id)"
      try insert.execute(arguments: [app, campaign.id, campaign.kind, name])
      try forget.execute(arguments: [campaign.kind, campaign.id, app])
    }
  }

  /// Forgets the rows of earlier snapshots; that they were there stays known.
  private func replace(by files: [Int64], _ dataset: CloudDataset, in db: Database) throws {
    guard let app = try CloudStore.id(of: app, in: db) else { return }
    let earlier = try Row.fetchAll(
      db,
      sql: """
        SELECT id, first_row, last_row FROM import_file
        WHERE app = ? AND dataset = ? AND replaced = 0 AND id NOT IN (\(Self.list(files)))
        """, arguments: [app, dataset.rawValue])
    for row in earlier {
      try db.execute(
        sql: "DELETE FROM import_row WHERE id BETWEEN ? AND ? AND file = ?",
        arguments: [row[1] as Int64, row[2] as Int64, row[0] as Int64])
      try db.execute(sql: "UPDATE import_file SET replaced = 1 WHERE id = ?", arguments: [row[0] as Int64])
    }
  }

  private static func list(_ files: [Int64]) -> String { files.map(String.init).joined(separator: ", ") }
}

extension LocalCloudApp {
  /// `COLLECTION/NAME`
  var place: String { "\(collection)/\(name)" }
}
