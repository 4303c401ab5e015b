// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Synchronization

/// A clock that stands still until it is told to go on.
public final class ManualClock: Clock {
  public typealias Instant = ExportCore.Instant

  private struct State {
    var now: Instant
    var sleepers: [(id: Int, deadline: Instant, wake: CheckedContinuation<Void, any Error>)] = []
    var lastID = 0
  }

  private let state: Mutex<State>

  public init(now: Instant = Instant(seconds: 1_480_000_000)) { state = Mutex(State(now: now)) }

  public var now: Instant { state.withLock { $0.now } }
  public var minimumResolution: Duration { .milliseconds(1) }

  /// Moves on, and wakes who was asleep until then.
  public func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.deadline <= state.now }
      state.sleepers.removeAll { $0.deadline <= state.now }
      return due
    }
    for sleeper in woken { sleeper.wake.resume() }
  }

  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isDone = state.withLock { state in
          guard deadline > state.now, !Task.isCancelled else { return true }
          state.sleepers.append((id, deadline, continuation))
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        let found = state.sleepers.first { $0.id == id }
        state.sleepers.removeAll { $0.id == id }
        return found
      }
      sleeper?.wake.resume(throwing: CancellationError())
    }
  }
}

/// A clock on which every sleep is over at once: the time jumps to where the sleeper wants it.
public final class JumpingClock: Clock {
  public typealias Instant = ExportCore.Instant

  private let instant: Mutex<Instant>

  public init(now: Instant = Instant(seconds: 1_480_000_000)) { instant = Mutex(now) }

  public var now: Instant { instant.withLock { $0 } }
  public var minimumResolution: Duration { .milliseconds(1) }

  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    await Task.yield()
    instant.withLock { $0 = max($0, deadline) }
  }
}
