// SPDX-License-Identifier: Apache-2.0
import ExportRun
import Synchronization

/// Interrupts a run at a moment of it: what asks the service for a task from then on is held up until the run has heard.
/// So the run ends at that moment, however late the task that brings the word gets its turn.
final class HeardStop: Sendable {
  private struct State {
    var isAsked = false
    var isBrought = false
    /// The run has heard, or is over.
    var isHeard = false
    var bringer: CheckedContinuation<Void, Never>?
    var held: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// For the run; may be asked for once.
  var stops: AsyncStream<Scheduler.StopReason> {
    AsyncStream(unfolding: { await self.next() }, onCancel: { self.heard() })
  }

  /// The moment is now; may be called again.
  private func ask() {
    let bringer = state.withLock { state in
      state.isAsked = true
      defer { state.bringer = nil }
      return state.bringer
    }
    bringer?.resume()
  }

  /// For the run's news: the moment is when a job or a part is verified.
  @Sendable func onceVerified(_ news: RunNews) {
    guard case .happened(let events) = news else { return }
    if events.contains(where: { if case .verified = $0.kind { true } else { false } }) { ask() }
  }

  /// For the service, before it does anything.
  @Sendable func hold() async {
    await withCheckedContinuation { continuation in
      let isHeld = state.withLock { state in
        guard state.isAsked, !state.isHeard else { return false }
        state.held.append(continuation)
        return true
      }
      if !isHeld { continuation.resume() }
    }
  }

  /// The reason to stop, once it is asked for. Who comes for another has passed the first one on.
  private func next() async -> Scheduler.StopReason? {
    if state.withLock({ $0.isBrought }) {
      heard()
      return nil
    }
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        guard !state.isAsked, !state.isHeard else { return true }
        state.bringer = continuation
        return false
      }
      if isReady { continuation.resume() }
    }
    return state.withLock { state in
      state.isBrought = state.isAsked
      return state.isAsked ? .interrupted : nil
    }
  }

  private func heard() {
    let woken = state.withLock { state in
      state.isHeard = true
      defer { (state.bringer, state.held) = (nil, []) }
      return state.held + (state.bringer.map { [$0] } ?? [])
    }
    for continuation in woken { continuation.resume() }
  }
}
