// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Runs jobs only when it is told to, on the thread that tells it, one at a time and in any order that is asked for.
///
/// A task that prefers it, its child tasks and the actors that they call run nowhere else. A job that comes from
/// another thread was somewhere else in between, and is counted as a stray: what it does next no seed decides.
final class SimulatedExecutor: TaskExecutor {
  private struct State {
    var ready: [UnownedJob] = []
    /// Jobs whose thread got no time, by number.
    var held: [Int: UnownedJob] = [:]
    var holds = 0
    var strays = 0
  }

  private let state = Mutex(State())
  private let home = ObjectIdentifier(Thread.current)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isStray = ObjectIdentifier(Thread.current) != home
    state.withLock { state in
      state.ready.append(job)
      if isStray { state.strays += 1 }
    }
  }

  /// Jobs that could run now.
  var ready: Int { state.withLock { $0.ready.count } }

  /// Jobs that were set aside.
  var held: Int { state.withLock { $0.held.count } }

  /// Jobs that came from another thread.
  var strays: Int { state.withLock { $0.strays } }

  /// Runs one of the jobs that are ready, up to where it waits again.
  func run(_ index: Int) {
    let job = state.withLock { $0.ready.remove(at: index) }
    job.runSynchronously(on: asUnownedTaskExecutor())
  }

  /// Sets one of the jobs that are ready aside, as when its thread gets no time or the disk is slow.
  /// - Returns: the number to release it by.
  func hold(_ index: Int) -> Int {
    state.withLock { state in
      state.holds += 1
      state.held[state.holds] = state.ready.remove(at: index)
      return state.holds
    }
  }

  /// The job is ready again. May be called again.
  func release(_ number: Int) {
    state.withLock { state in
      guard let job = state.held.removeValue(forKey: number) else { return }
      state.ready.append(job)
    }
  }

  /// Every job that was set aside is ready again.
  func releaseAll() {
    state.withLock { state in
      for number in state.held.keys.sorted() { state.held[number].map { state.ready.append($0) } }
      state.held = [:]
    }
  }
}
