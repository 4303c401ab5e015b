// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What came back from the world, waiting for the one place that decides. Many may send; one takes.
final class Mailbox<Message: Sendable>: Sendable {
  private struct State {
    var messages: [Message] = []
    var waiting: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func send(_ message: Message) {
    let waiting = state.withLock { state in
      state.messages.append(message)
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume()
  }

  /// Everything that has come since the last call; waits until there is something.
  /// A cancelled caller still waits: the run ends by a message, not by cancellation.
  func takeAll() async -> [Message] {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        guard state.messages.isEmpty else { return true }
        state.waiting = continuation
        return false
      }
      if isReady { continuation.resume() }
    }
    return state.withLock { state in
      defer { state.messages.removeAll() }
      return state.messages
    }
  }
}
