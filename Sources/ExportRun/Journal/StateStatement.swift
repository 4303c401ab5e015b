// SPDX-License-Identifier: Apache-2.0
import ExportCore
import GRDB
import GRDBSQLite

/// A statement of the state file, run by SQLite's own calls: a ledger has a million rows, and a run writes tens of
/// thousands a second. Used inside one read or write of its database.
struct StateStatement {
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

  func bind(_ index: Int32, _ value: Int64?) {
    if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
  }

  func bind(_ index: Int32, _ instant: Instant?) { bind(index, instant?.milliseconds) }

  func bind(_ index: Int32, _ text: [UInt8]?) {
    guard let text else {
      sqlite3_bind_null(handle, index)
      return
    }
    text.withUnsafeBytes { bytes in
      _ = sqlite3_bind_text(
        handle, index, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), Self.copied)
    }
  }

  func bind(_ index: Int32, _ text: String?) {
    guard var text else {
      sqlite3_bind_null(handle, index)
      return
    }
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        _ = sqlite3_bind_text(handle, index, bytes.baseAddress, Int32(bytes.count), Self.copied)
      }
    }
  }

  func bind(_ index: Int32, _ key: JobKey) {
    key.digest.withMemory { bytes in
      _ = sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), Self.copied)
    }
  }

  /// SQLite's word for bytes that it copies.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  // MARK: Running

  /// Runs a statement that has no rows.
  func run() throws { try forEach { _ in } }

  /// Calls `body` with each row, which is valid until it returns.
  func forEach(_ body: (StateRow) throws -> Void) throws {
    defer { sqlite3_reset(handle) }
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_ROW: try body(StateRow(handle: handle))
      case SQLITE_DONE: return
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
      }
    }
  }

  /// What `body` makes of the first row; `nil` when there is none.
  func first<Value>(_ body: (StateRow) throws -> Value) throws -> Value? {
    defer { sqlite3_reset(handle) }
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return try body(StateRow(handle: handle))
    case SQLITE_DONE: return nil
    case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
  }
}

/// The row that a statement stands at; columns from 0.
struct StateRow {
  fileprivate let handle: OpaquePointer

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

  func instant(_ column: Int32) -> Instant? { optionalInt(column).map { Instant(milliseconds: $0) } }

  func key(_ column: Int32) -> JobKey? {
    guard let bytes = sqlite3_column_blob(handle, column) else { return nil }
    let count = Int(sqlite3_column_bytes(handle, column))
    return Digest(memory: UnsafeRawBufferPointer(start: bytes, count: count)).map { JobKey($0) }
  }

  func text(_ column: Int32) -> String? {
    guard let bytes = sqlite3_column_text(handle, column) else { return nil }
    return String(
      decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column))), as: UTF8.self)
  }

  func json(_ column: Int32) -> JSONValue? { text(column).flatMap { try? JSONValue(parsing: $0) } }
}
