// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// Why the state cannot be read or written. Whatever happened, the state holds all that was written before, and the same
/// command goes on from there.
public enum JournalError: Error, Sendable, Equatable {
  /// Another run writes to this state directory. It may not say who it is.
  case locked(holder: StateHolder?)
  /// The disk is full, read-only or broken.
  case disk(String)
  /// A newer program wrote this state.
  case newer
  /// The disk does not keep what it was told to keep: the promises cannot be held.
  case notDurable(String)

  init(errno code: Int32, doing what: String) {
    self = .disk("cannot \(what): \(String(cString: strerror(code)))")
  }

  init(_ error: DatabaseError) {
    let kept = "what was known before is kept, and nothing is half written"
    switch error.resultCode {
    case .SQLITE_FULL: self = .disk("cannot write the state: the disk is full; \(kept)")
    case .SQLITE_READONLY: self = .disk("cannot write the state: the disk or the file is read-only; \(kept)")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self = .disk("cannot open the state file: it cannot be read, or nothing can be written beside it")
    case .SQLITE_NOTADB: self = .disk("the state file is none, or is broken: \(Self.text(error))")
    case .SQLITE_CORRUPT: self = .disk("the state file is broken: \(Self.text(error)); restore it from a copy")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self = .disk("cannot read or write the state: another program holds the file \(Self.text(error))")
    case .SQLITE_IOERR:
      let isReading = [.SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ].contains(error.extendedResultCode)
      self = .disk(
        "cannot \(isReading ? "read" : "write") the state: the disk failed or is full: \(Self.text(error)); \(kept)")
    default: self = .disk("cannot read or write the state: \(Self.text(error))")
    }
  }

  private static func text(_ error: DatabaseError) -> String {
    (error.message ?? "\(error.resultCode)") + " (SQLite \(error.extendedResultCode.rawValue))"
  }
}

extension JournalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .locked(let holder): Self.text(holder)
    case .disk(let message): message
    case .newer: "the state was written by a newer version of outhaul; use that one"
    case .notDurable(let what): "the state file is not durable here: \(what); use a local disk"
    }
  }

  private static func text(_ holder: StateHolder?) -> String {
    guard let holder else { return "the state directory is in use by another run; wait for it, or use --state" }
    let held = "the state directory is in use by another run (\(holder))"
    return switch holder.presence {
    case .alive: "\(held); wait for it, or use --state"
    case .gone:
      "\(held); that process is no longer here, and the lock is still held by what it started or by another container: "
        + "end that, and give the same command again"
    case .elsewhere:
      "\(held); whether it still goes on can only be seen there: when that host is gone, its lock goes with it; "
        + "until then wait, or use --state"
    }
  }
}
