// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One answer that one task waits for. The first to come counts; the rest are not heard.
final class Waiter<Answer: Sendable>: Sendable {
  private struct State {
    var answer: Result<Answer, any Error>?
    var continuation: UnsafeContinuation<Answer, any Error>?
    var isOver = false
  }

  private let state = Mutex(State())

  func wait(_ continuation: UnsafeContinuation<Answer, any Error>) {
    let answer = state.withLock { state in
      if state.answer == nil { state.continuation = continuation }
      return state.answer
    }
    if let answer { continuation.resume(with: answer) }
  }

  func finish(_ answer: Result<Answer, any Error>) {
    let continuation = state.withLock { state -> UnsafeContinuation<Answer, any Error>? in
      guard !state.isOver else { return nil }
      state.isOver = true
      if state.continuation == nil { state.answer = answer }
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(with: answer)
  }
}
