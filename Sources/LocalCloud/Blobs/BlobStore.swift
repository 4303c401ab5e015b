// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import GRDB

/// A blob's properties.
struct BlobRecord: Sendable {
  var name: String
  var file: String
  var bytes: Int64
  var md5: String?
  var type: String
  var etag: String
  var created: Int64
  var modified: Int64
}

/// Containers and blobs: properties in SQLite, content in files. A committed blob is replaced whole.
struct BlobStore: Sendable {
  let store: CloudStore
  let folder: URL

  enum Problem: Error { case noContainer, containerExists, noBlob, blobExists, badBlockList }

  init(store: CloudStore, directory: URL) throws {
    self.store = store
    folder = directory.appendingPathComponent("blobs")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("blocks"), withIntermediateDirectories: true)
  }

  // MARK: Containers

  func create(container: String) throws {
    try store.pool.write { db in
      guard try !Self.exists(container, db) else { throw Problem.containerExists }
      try db.execute(sql: "INSERT INTO container VALUES (?, ?)", arguments: [container, CloudTime.now])
    }
  }

  func ensure(container: String) throws {
    do { try create(container: container) } catch Problem.containerExists {}
  }

  func exists(container: String) throws -> Bool { try store.pool.read { try Self.exists(container, $0) } }

  func delete(container: String) throws {
    let files = try store.pool.write { db in
      guard try Self.exists(container, db) else { throw Problem.noContainer }
      let files = try String.fetchAll(db, sql: "SELECT file FROM blob WHERE container = ?", arguments: [container])
      try db.execute(sql: "DELETE FROM blob WHERE container = ?", arguments: [container])
      try db.execute(sql: "DELETE FROM container WHERE name = ?", arguments: [container])
      return files
    }
    for file in files { try? FileManager.default.removeItem(at: folder.appendingPathComponent(file)) }
  }

  private static func exists(_ container: String, _ db: Database) throws -> Bool {
    try Row.fetchOne(db, sql: "SELECT 1 FROM container WHERE name = ?", arguments: [container]) != nil
  }

  // MARK: Blobs

  func blob(_ container: String, _ name: String) throws -> BlobRecord? {
    try store.pool.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM blob WHERE container = ? AND name = ?", arguments: [container, name])
        .map(BlobRecord.init)
    }
  }

  /// Blobs whose names begin with the prefix, from `start` on, in the order of their UTF-8.
  func list(_ container: String, prefix: String, from start: String, limit: Int) throws -> [BlobRecord] {
    try store.pool.read { db in
      guard try Self.exists(container, db) else { throw Problem.noContainer }
      let rows = try Row.fetchCursor(
        db, sql: "SELECT * FROM blob WHERE container = ? AND name >= ? ORDER BY name",
        arguments: [container, max(prefix, start)])
      var blobs: [BlobRecord] = []
      while blobs.count < limit, let row = try rows.next() {
        let name: String = row["name"]
        guard name.hasPrefix(prefix) else { break }
        blobs.append(BlobRecord(row))
      }
      return blobs
    }
  }

  func url(of blob: BlobRecord) -> URL { folder.appendingPathComponent(blob.file) }

  /// A file that a body is written to before it has a name.
  func newFile() -> String { UUID().uuidString.lowercased() }

  func commit(
    file: String, bytes: Int64, md5: String?, type: String, as name: String, in container: String, ifAbsent: Bool
  ) throws -> BlobRecord {
    let now = CloudTime.now
    let old = try store.pool.write { db -> (BlobRecord?, BlobRecord) in
      guard try Self.exists(container, db) else { throw Problem.noContainer }
      let old = try Row.fetchOne(
        db, sql: "SELECT * FROM blob WHERE container = ? AND name = ?", arguments: [container, name]
      ).map(BlobRecord.init)
      if ifAbsent, old != nil { throw Problem.blobExists }
      let etag = "0x8D" + String(UInt64(now) << 12 | UInt64.random(in: 0..<4096), radix: 16).uppercased()
      let blob = BlobRecord(
        name: name, file: file, bytes: bytes, md5: md5, type: type, etag: etag, created: old?.created ?? now,
        modified: now)
      try db.execute(
        sql: "INSERT OR REPLACE INTO blob VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: [container, name, file, bytes, md5, type, etag, blob.created, now])
      return (old, blob)
    }
    if let file = old.0?.file { try? FileManager.default.removeItem(at: folder.appendingPathComponent(file)) }
    return old.1
  }

  func delete(_ container: String, _ name: String) throws {
    guard let blob = try blob(container, name) else { throw Problem.noBlob }
    try store.pool.write { db in
      try db.execute(sql: "DELETE FROM blob WHERE container = ? AND name = ?", arguments: [container, name])
    }
    try? FileManager.default.removeItem(at: url(of: blob))
  }

  // MARK: Blocks

  /// Where the uncommitted blocks of a blob wait.
  func blockFolder(_ container: String, _ name: String) -> URL {
    let digest = SHA256.hash(data: Data("\(container)/\(name)".utf8)).map { String(format: "%02x", $0) }.joined()
    return folder.appendingPathComponent("blocks").appendingPathComponent(digest)
  }

  func blockFile(_ container: String, _ name: String, id: String) -> URL {
    let safe = Data(id.utf8).map { String(format: "%02x", $0) }.joined()
    return blockFolder(container, name).appendingPathComponent(safe)
  }

  /// Joins blocks to a new file; gives its name and size.
  func join(_ container: String, _ name: String, ids: [String]) throws -> (file: String, bytes: Int64) {
    let file = newFile()
    let target = folder.appendingPathComponent(file)
    _ = FileManager.default.createFile(atPath: target.path, contents: nil)
    let output = try FileHandle(forWritingTo: target)
    defer { try? output.close() }
    var bytes: Int64 = 0
    for id in ids {
      guard let input = try? FileHandle(forReadingFrom: blockFile(container, name, id: id)) else {
        try? FileManager.default.removeItem(at: target)
        throw Problem.badBlockList
      }
      defer { try? input.close() }
      while let data = try input.read(upToCount: 1 << 20), !data.isEmpty {
        try output.write(contentsOf: data)
        bytes += Int64(data.count)
      }
    }
    try? FileManager.default.removeItem(at: blockFolder(container, name))
    return (file, bytes)
  }
}

extension BlobRecord {
  init(_ row: Row) {
    self.init(
      name: row["name"], file: row["file"], bytes: row["bytes"], md5: row["md5"], type: row["type"], etag: row["etag"],
      created: row["created"], modified: row["modified"])
  }
}
