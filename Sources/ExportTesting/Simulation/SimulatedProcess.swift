// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// One life of the program: what it waits for ends with it, what it has sent does not.
final class SimulatedProcess: @unchecked Sendable {
  let world: SimulatedWorld
  let executor = SimulatedExecutor()
  let wire: SimulatedWire
  private(set) var isAlive = true
  private var waiting: [Int: () -> Void] = [:]
  private var waits = 0

  init(in world: SimulatedWorld, wire: SimulatedWire) { (self.world, self.wire) = (world, wire) }

  /// Waits for an answer. It is broken off when the waiting task is cancelled or the program is dead.
  func suspend<Answer: Sendable>(_ begin: @escaping @Sendable (Waiter<Answer>) -> Void) async throws -> Answer {
    guard isAlive else { throw CancellationError() }
    let waiter = Waiter<Answer>()
    waits += 1
    let number = waits
    waiting[number] = { waiter.finish(.failure(CancellationError())) }
    defer { waiting[number] = nil }
    return try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { continuation in
        waiter.wait(continuation)
        begin(waiter)
      }
    } onCancel: {
      waiter.finish(.failure(CancellationError()))
    }
  }

  /// Nothing of it has any effect from now on. Its tasks are told that whatever they wait for was broken off, so that
  /// they can end where nobody sees them.
  func die() {
    isAlive = false
    for number in waiting.keys.sorted() { waiting[number]?() }
  }
}

/// The clock of the machine, as a program sees it: `now` is what the machine believes, and a sleep takes as long as it
/// takes, however the clock is set meanwhile. A steady one believes what the machine did when the program began.
struct SimulatedClock: Clock {
  typealias Instant = ExportCore.Instant

  let process: SimulatedProcess
  let steadySkew: Int64?

  init(_ process: SimulatedProcess, isSteady: Bool) {
    self.process = process
    steadySkew = isSteady ? process.world.skew : nil
  }

  var now: Instant {
    let world = process.world
    return steadySkew.map { Instant(milliseconds: world.now + $0) } ?? world.wall
  }
  var minimumResolution: Duration { .milliseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let pause = now.duration(to: deadline).milliseconds
    guard pause > 0 else { return try Task.checkCancellation() }
    try await process.suspend { [process] (waiter: Waiter<Void>) in
      process.world.after(Int(pause)) { waiter.finish(.success(())) }
    }
  }
}
