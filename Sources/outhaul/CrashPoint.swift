// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Synchronization

/// Where this process is to kill itself, for tests of what then holds: `OUTHAUL_CRASH_AT=after:intent:3` is right after
/// the commit that has the run's third intent in it; `any` stands for every event. Events are counted, not commits: how many
/// come together depends on how busy the machine is.
final class CrashPoint: Sendable {
  static let variable = "OUTHAUL_CRASH_AT"

  private let checkpoint: Checkpoint
  private let word: String
  private let left: Mutex<Int>

  /// `nil` when the text names no point.
  init?(_ text: String) {
    let parts = text.split(separator: ":")
    guard parts.count == 3, let checkpoint = Checkpoint(rawValue: String(parts[0])), let count = Int(parts[2]),
      count > 0
    else { return nil }
    (self.checkpoint, word) = (checkpoint, String(parts[1]))
    left = Mutex(count)
  }

  @Sendable func pass(_ checkpoint: Checkpoint, _ events: [JournalEvent]) {
    let count = word == "any" ? events.count : events.count { $0.word == word }
    guard checkpoint == self.checkpoint, count > 0 else { return }
    let isHere = left.withLock { left in
      left -= count
      return left <= 0
    }
    // As `kill -9` does it: nothing is closed, flushed or told.
    if isHere { kill(getpid(), SIGKILL) }
  }
}

extension JournalEvent {
  fileprivate var word: String? { kind.json["event"]?.string }
}
