// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// What is said of a blob's content, and told with it.
struct BlobSettings: Sendable, Equatable {
  var type = "application/octet-stream"
  var encoding, language, disposition, cacheControl: String?
  var md5: String?
  /// By names as they were sent.
  var metadata: [String: String] = [:]
  var tier: String?
}

/// A block of which a blob was made.
struct BlobBlock: Sendable, Equatable, Codable {
  /// Base64, as the client chose it.
  var id: String
  var bytes: Int64
}

/// A blob's properties.
struct BlobRecord: Sendable {
  var name: String
  var file: String
  var bytes: Int64
  var settings: BlobSettings
  /// Without quotation marks.
  var etag: String
  /// Milliseconds since 1970.
  var created, modified: Int64
  /// In their order; none of a blob that was put whole.
  var blocks: [BlobBlock] = []
}

extension BlobRecord {
  init(_ row: Row) throws {
    var settings = BlobSettings(type: row["type"])
    (settings.encoding, settings.language) = (row["encoding"], row["language"])
    (settings.disposition, settings.cacheControl) = (row["disposition"], row["cache"])
    (settings.md5, settings.tier) = (row["md5"], row["tier"])
    settings.metadata = try Self.decoded(row["metadata"]) ?? [:]
    self.init(
      name: row["name"], file: row["file"], bytes: row["bytes"], settings: settings, etag: row["etag"],
      created: row["created"], modified: row["modified"], blocks: try Self.decoded(row["blocks"]) ?? [])
  }

  private static func decoded<Value: Decodable>(_ text: String?) throws -> Value? {
    try text.map { try JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
  }

  /// Writes it in the place of one with the same name.
  func save(in container: String, _ db: Database) throws {
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO blob
          (container, name, file, bytes, md5, type, etag, created, modified, encoding, language, disposition, cache,
           metadata, tier, blocks)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        container, name, file, bytes, settings.md5, settings.type, etag, created, modified, settings.encoding,
        settings.language, settings.disposition, settings.cacheControl, try text(settings.metadata), settings.tier,
        try text(blocks),
      ])
  }
}
