// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// How many blocks wait in each folder: counted once on the disk, and kept in mind from then on.
final class WaitingBlocks: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  func count(in folder: URL) -> Int {
    counts.withLock { counts in
      if let count = counts[folder.path] { return count }
      let count = (try? FileManager.default.contentsOfDirectory(atPath: folder.path).count) ?? 0
      counts[folder.path] = count
      return count
    }
  }

  func add(in folder: URL) { counts.withLock { $0[folder.path]? += 1 } }

  /// Of the folder itself and of those in it.
  func forget(_ folder: URL) {
    counts.withLock { counts in
      counts = counts.filter { $0.key != folder.path && !$0.key.hasPrefix(folder.path + "/") }
    }
  }
}
