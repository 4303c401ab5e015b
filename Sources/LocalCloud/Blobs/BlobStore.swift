// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import GRDB

/// Containers and blobs: properties in SQLite, content in files. A committed blob is replaced whole: who reads it sees
/// the old or the new one.
struct BlobStore: Sendable {
  let store: CloudStore
  let folder: URL
  /// Blocks of one blob that may wait at once.
  let mostWaiting: Int
  let waiting = WaitingBlocks()

  enum Problem: Error { case noContainer, containerExists, noBlob, badBlockList, badBlockLength, tooManyBlocks }

  init(store: CloudStore, directory: URL, mostWaiting: Int = 100_000) throws {
    (self.store, self.mostWaiting) = (store, mostWaiting)
    folder = directory.appendingPathComponent("blobs")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("blocks"), withIntermediateDirectories: true)
  }

  /// Removes what a kill has left: content that no blob names, and blocks of containers that are gone.
  func sweep() throws {
    let (files, containers) = try store.pool.read { db in
      (
        try String.fetchSet(db, sql: "SELECT file FROM blob"),
        try String.fetchSet(db, sql: "SELECT name FROM container")
      )
    }
    let disk = FileManager.default
    for name in try disk.contentsOfDirectory(atPath: folder.path) where name != "blocks" && !files.contains(name) {
      try? disk.removeItem(at: folder.appendingPathComponent(name))
    }
    let blocks = folder.appendingPathComponent("blocks")
    for name in try disk.contentsOfDirectory(atPath: blocks.path) where !containers.contains(name) {
      try? disk.removeItem(at: blocks.appendingPathComponent(name))
    }
  }

  /// A new one for every write.
  static func etag(_ now: Int64) -> String {
    "0x8D" + String(UInt64(now) << 12 | UInt64.random(in: 0..<4096), radix: 16).uppercased()
  }

  // MARK: Containers

  func create(container: String, metadata: [String: String] = [:]) throws -> ContainerRecord {
    let now = CloudTime.now
    let text = String(decoding: try JSONEncoder().encode(metadata), as: UTF8.self)
    try store.pool.write { db in
      guard try Self.find(container, db) == nil else { throw Problem.containerExists }
      try db.execute(
        sql: "INSERT INTO container (name, modified, etag, metadata) VALUES (?, ?, ?, ?)",
        arguments: [container, now, Self.etag(now), text])
    }
    // Such as those that came while the container before it went.
    forgetBlocks(of: container)
    return try self.container(container)
  }

  func ensure(container: String) throws {
    do { _ = try create(container: container) } catch Problem.containerExists {}
  }

  /// - Throws: `Problem.noContainer`.
  @discardableResult func container(_ name: String) throws -> ContainerRecord {
    guard let record = try store.pool.read({ try Self.find(name, $0) }) else { throw Problem.noContainer }
    return record
  }

  func delete(container: String) throws {
    let files = try store.pool.write { db in
      guard try Self.find(container, db) != nil else { throw Problem.noContainer }
      let files = try String.fetchAll(db, sql: "SELECT file FROM blob WHERE container = ?", arguments: [container])
      try db.execute(sql: "DELETE FROM blob WHERE container = ?", arguments: [container])
      try db.execute(sql: "DELETE FROM container WHERE name = ?", arguments: [container])
      return files
    }
    forgetBlocks(of: container)
    for file in files { try? FileManager.default.removeItem(at: folder.appendingPathComponent(file)) }
  }

  /// Containers whose names begin with the prefix, from `start` on.
  func containers(prefix: String, from start: String, limit: Int) throws -> [ContainerRecord] {
    try store.pool.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM container WHERE name >= ? AND substr(name, 1, ?) = ? ORDER BY name LIMIT ?",
        arguments: [max(prefix, start), prefix.count, prefix, limit]
      ).map(ContainerRecord.init)
    }
  }

  private static func find(_ container: String, _ db: Database) throws -> ContainerRecord? {
    try Row.fetchOne(db, sql: "SELECT * FROM container WHERE name = ?", arguments: [container])
      .map(ContainerRecord.init)
  }

  // MARK: Blobs

  func blob(_ container: String, _ name: String) throws -> BlobRecord? {
    try store.pool.read { try Self.find(container, name, $0) }
  }

  private static func find(_ container: String, _ name: String, _ db: Database) throws -> BlobRecord? {
    try Row.fetchOne(db, sql: "SELECT * FROM blob WHERE container = ? AND name = ?", arguments: [container, name])
      .map(BlobRecord.init)
  }

  /// Blobs whose names begin with the prefix, from `start` on, in the order of their UTF-8.
  func list(_ container: String, prefix: String, from start: String, limit: Int) throws -> [BlobRecord] {
    try store.pool.read { db in
      guard try Self.find(container, db) != nil else { throw Problem.noContainer }
      let rows = try Row.fetchCursor(
        db, sql: "SELECT * FROM blob WHERE container = ? AND name >= ? ORDER BY name",
        arguments: [container, start.utf8.lexicographicallyPrecedes(prefix.utf8) ? prefix : start])
      var blobs: [BlobRecord] = []
      while blobs.count < limit, let row = try rows.next() {
        let name: String = row["name"]
        guard name.utf8.starts(with: prefix.utf8) else { break }
        blobs.append(try BlobRecord(row))
      }
      return blobs
    }
  }

  func url(of blob: BlobRecord) -> URL { folder.appendingPathComponent(blob.file) }

  /// A file that a body is written to before it has a name.
  func newFile() -> String { UUID().uuidString.lowercased() }

  /// Content that is whole, and has no name yet.
  struct Content {
    var file: String
    var bytes: Int64
    var blocks: [BlobBlock] = []
  }

  /// Gives content its name, in one step.
  /// - Parameter mayReplace: throws when what stands there, or `nil`, must not be replaced.
  func commit(
    _ content: Content, _ settings: BlobSettings, as name: String, in container: String,
    mayReplace: (BlobRecord?) throws -> Void
  ) throws -> BlobRecord {
    let now = CloudTime.now
    let (old, blob) = try store.pool.write { db -> (BlobRecord?, BlobRecord) in
      guard try Self.find(container, db) != nil else { throw Problem.noContainer }
      let old = try Self.find(container, name, db)
      try mayReplace(old)
      let blob = BlobRecord(
        name: name, file: content.file, bytes: content.bytes, settings: settings, etag: Self.etag(now),
        created: old?.created ?? now, modified: now, blocks: content.blocks)
      try blob.save(in: container, db)
      return (old, blob)
    }
    if let old { try? FileManager.default.removeItem(at: url(of: old)) }
    return blob
  }

  /// Changes what is said of a blob, and not its content.
  func change(
    _ container: String, _ name: String, touches: Bool = true, _ body: (inout BlobRecord) throws -> Void
  ) throws -> BlobRecord {
    try store.pool.write { db in
      guard try Self.find(container, db) != nil else { throw Problem.noContainer }
      guard var blob = try Self.find(container, name, db) else { throw Problem.noBlob }
      try body(&blob)
      if touches { (blob.modified, blob.etag) = (CloudTime.now, Self.etag(CloudTime.now)) }
      try blob.save(in: container, db)
      return blob
    }
  }

  func delete(_ container: String, _ name: String, if mayGo: (BlobRecord) throws -> Void) throws {
    let blob = try store.pool.write { db in
      guard try Self.find(container, db) != nil else { throw Problem.noContainer }
      guard let blob = try Self.find(container, name, db) else { throw Problem.noBlob }
      try mayGo(blob)
      try db.execute(sql: "DELETE FROM blob WHERE container = ? AND name = ?", arguments: [container, name])
      return blob
    }
    try? FileManager.default.removeItem(at: url(of: blob))
  }
}
