// SPDX-License-Identifier: Apache-2.0
import GRDB
import GRDBSQLite

/// A statement without rows that is run by SQLite's own calls, a million times over. Used inside one write.
struct BulkStatement {
  private let statement: Statement
  private let database: Database
  private var handle: OpaquePointer { statement.sqliteStatement }

  init(_ sql: String, in database: Database) throws {
    statement = try database.cachedStatement(sql: sql)
    self.database = database
  }

  // MARK: Parameters, from 1. Each keeps its value until it gets another.

  func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

  func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }

  func bind(_ index: Int32, _ value: Int?) {
    if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
  }

  func bind(_ index: Int32, _ value: Double) { sqlite3_bind_double(handle, index, value) }

  func bind(_ index: Int32, _ text: String) {
    var text = text
    text.withUTF8 { bind(index, UnsafeRawBufferPointer($0)) }
  }

  func bind(_ index: Int32, _ text: String?) {
    if let text { bind(index, text) } else { sqlite3_bind_null(handle, index) }
  }

  private func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
    // A text without bytes is a text all the same.
    guard let start = bytes.baseAddress, bytes.count > 0 else {
      _ = sqlite3_bind_text(handle, index, "", 0, Self.copied)
      return
    }
    _ = sqlite3_bind_text(handle, index, start.assumingMemoryBound(to: CChar.self), Int32(bytes.count), Self.copied)
  }

  /// SQLite's word for bytes that it copies.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  func run() throws {
    defer { sqlite3_reset(handle) }
    let code = sqlite3_step(handle)
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
  }
}
