// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

/// Why the state cannot be read or written.
public enum JournalError: Error, Sendable, Equatable {
  /// Another run writes to this state directory.
  case locked(holder: String)
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
    let full = error.resultCode == .SQLITE_FULL ? "the disk is full" : (error.message ?? "\(error.resultCode)")
    self = .disk("cannot write the state: \(full)")
  }
}

extension JournalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .locked(let holder):
      "the state directory is in use by another run\(holder.isEmpty ? "" : " (\(holder))"); wait for it, or use --state"
    case .disk(let message): message
    case .newer: "the state was written by a newer version of outhaul; use that one"
    case .notDurable(let what): "the state file is not durable here: \(what); use a local disk"
    }
  }
}
