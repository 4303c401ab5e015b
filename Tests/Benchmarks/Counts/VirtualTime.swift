// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Synchronization

/// Runs a task on the calling thread, its parts in the order in which they became ready; when all of them wait, the
/// clock moves on to the first who sleeps.
final class VirtualTime: TaskExecutor, Clock {
  typealias Instant = ExportCore.Instant

  private struct State {
    var now: Instant
    var ready: [UnownedJob] = []
    var sleepers: [(number: Int, until: Instant, wake: CheckedContinuation<Void, any Error>)] = []
    var sleeps = 0
    var strays = 0
  }

  private let state: Mutex<State>
  private let home = ObjectIdentifier(Thread.current)

  init(now: Instant) { state = Mutex(State(now: now)) }

  var now: Instant { state.withLock { $0.now } }
  var minimumResolution: Duration { .milliseconds(1) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isStray = ObjectIdentifier(Thread.current) != home
    state.withLock { state in
      state.ready.append(job)
      if isStray { state.strays += 1 }
    }
  }

  /// What the work comes to.
  /// - Throws: also when something of it was done on another thread, since no count of that can be repeated.
  func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let answer = Answer<Value>()
    Task.detached(executorPreference: self) { await answer.take(work) }
    while answer.value == nil { try step() }
    guard state.withLock({ $0.strays == 0 }), let result = answer.value else {
      throw Refusal(description: "something was done on another thread")
    }
    return try result.get()
  }

  private func step() throws {
    let jobs = state.withLock { state in
      defer { state.ready = [] }
      return state.ready
    }
    for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
    guard jobs.isEmpty else { return }
    let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
      let first = state.sleepers.indices.min { one, other in
        (state.sleepers[one].until, state.sleepers[one].number) < (
          state.sleepers[other].until, state.sleepers[other].number
        )
      }
      guard let first else { return nil }
      let sleeper = state.sleepers.remove(at: first)
      state.now = max(state.now, sleeper.until)
      return sleeper.wake
    }
    guard let next else { throw Refusal(description: "the work waits for nothing") }
    next.resume()
  }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let number = state.withLock { state in
      state.sleeps += 1
      return state.sleeps
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOver = state.withLock { state in
          guard deadline > state.now, !Task.isCancelled else { return true }
          state.sleepers.append((number, deadline, continuation))
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        state.sleepers.firstIndex { $0.number == number }.map { state.sleepers.remove(at: $0) }
      }
      sleeper?.wake.resume(throwing: CancellationError())
    }
  }
}

/// What a task came to, for who does not wait.
private final class Answer<Value: Sendable>: Sendable {
  private let state = Mutex<Result<Value, any Error>?>(nil)

  var value: Result<Value, any Error>? { state.withLock { $0 } }

  func take(_ work: () async throws -> Value) async {
    let result: Result<Value, any Error>
    do { result = .success(try await work()) } catch { result = .failure(error) }
    state.withLock { $0 = result }
  }
}
