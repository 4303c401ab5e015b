// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Synchronization

/// One state directory has one writer. The lock names its holder, and the system lets go of it when the holder dies.
final class StateLock: Sendable {
  private let descriptor: Int32
  private let isHeld = Mutex(true)

  /// - Throws: `JournalError.locked` with what the holder says of itself, `JournalError.notDurable` where files cannot be
  ///   locked.
  init(directory: URL, now: Instant, command: String) throws {
    let path = Self.path(in: directory)
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw JournalError(errno: errno, doing: "open \(path)") }
    do {
      try Self.take(descriptor)
    } catch {
      close(descriptor)
      throw error
    }
    let text = Array(StateHolder(command: command, since: now).text.utf8)
    ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  deinit { release() }

  static func path(in directory: URL) -> String { directory.appendingPathComponent("lock").path }

  /// So often is a lock asked for, a millisecond apart, that no living holder is named for: who only looks who holds it
  /// has it for a moment, which is long on a machine that has more to do.
  private static let tries = 500

  private static func take(_ descriptor: Int32) throws {
    for _ in 0..<tries {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
      let code = errno
      guard code == EWOULDBLOCK || code == EINTR else {
        throw JournalError.notDurable("files cannot be locked: \(String(cString: strerror(code)))")
      }
      if let holder = StateHolder(descriptor), holder.presence == .alive { throw JournalError.locked(holder: holder) }
      usleep(1000)
    }
    throw JournalError.locked(holder: StateHolder(descriptor))
  }

  /// Lets another take the directory; may be called again.
  func release() {
    isHeld.withLock { isHeld in
      guard isHeld else { return }
      isHeld = false
      ftruncate(descriptor, 0)
      // A subprocess that is just being started has the descriptor until it runs its own program: closing is not enough.
      flock(descriptor, LOCK_UN)
      close(descriptor)
    }
  }
}
