// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// One state directory has one writer. The lock names its holder, and the system lets go of it when the holder dies.
final class StateLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `JournalError.locked` with what the holder says of itself.
  init(directory: URL, now: Instant) throws {
    let path = directory.appendingPathComponent("lock").path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw JournalError(errno: errno, doing: "open \(path)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      close(descriptor)
      throw JournalError.locked(holder: holder.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let text = Array("process \(ProcessInfo.processInfo.processIdentifier) since \(now)\n".utf8)
    ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  deinit {
    // A subprocess that is just being started has the descriptor until it runs its own program: closing is not enough.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
