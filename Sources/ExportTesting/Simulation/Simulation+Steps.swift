// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation
import Synchronization

// One step after the other: of the program, or of the world around it.
extension Simulation {
  /// Runs the program and the world, until the run has ended or the program is killed: between two jobs, which is at
  /// any place where it could wait.
  mutating func drive(
    _ process: SimulatedProcess, crashAfter crash: Int?, until isDone: () -> Bool
  ) -> Ending {
    var count = 0
    let end = world.now + Int64(Self.longestRun)
    while world.violation == nil {
      if isDone() { return .finished }
      if count == crash { return .crashed }
      count += 1
      steps += 1
      if count > Self.mostSteps || world.now > end { world.broken("the run does not end") }
      if process.executor.strays > 0 { world.broken("something ran outside of the simulation") }
      let ready = process.executor.ready
      if ready > 0, !world.goesWrong(weather.slowProgram, "slow program") {
        let index = ready == 1 ? 0 : world.draw(0...ready - 1)
        if world.goesWrong(weather.stalls, "stall") {
          let (executor, number) = (process.executor, process.executor.hold(index))
          world.tell("stall \(number)")
          world.after(world.draw(1...2000)) { executor.release(number) }
          continue
        }
        world.trace.step(world.elapsed, index, of: ready)
        process.executor.run(index)
        if count % 100 == 0, world.goesWrong(weather.sleepingMachine) {
          world.tell("the machine sleeps")
          world.count("sleeping machine")
          world.pass(world.draw(1000...600_000))
        }
      } else if !world.happenNext(), ready == 0 {
        world.broken("the run waits for nothing")
      }
    }
    return .broken
  }

  /// What is left of a dead program ends where it can do no harm: its journal is closed, and nothing that it does
  /// leaves it.
  func abandon(_ journal: Journal, _ process: SimulatedProcess) {
    process.executor.releaseAll()
    _ = ask(process) { await journal.close() }
    var left = 20_000
    while process.executor.ready > 0, left > 0 {
      process.executor.run(0)
      left -= 1
    }
  }

  /// The state goes on in a copy, as the disk had it when the program died.
  func copyState() {
    let (old, new) = (state(crashes - 1), state(crashes))
    do {
      try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
      for name in ["state.sqlite", "state.sqlite-wal"] {
        let file = old.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: file.path) else { continue }
        try FileManager.default.copyItem(at: file, to: new.appendingPathComponent(name))
      }
    } catch {
      world.broken("the state cannot be copied: \(error)")
    }
  }

  func compareRows(of plan: Plan, _ journal: Journal, _ process: SimulatedProcess) {
    let keys = Set(plan.jobs.keys).union(watch.records.keys)
    if let rows = ask(process, { try await journal.records(of: keys) }) { watch.compare(rows, of: keys.sorted()) }
  }

  /// Asks something that belongs to a process besides its run. When it has to wait for the process, that goes on.
  func ask<Value: Sendable>(
    _ process: SimulatedProcess, _ question: @escaping @Sendable () async throws -> Value
  ) -> Value? {
    let executor = SimulatedExecutor()
    let answer = Answer<Value>()
    Task.detached(executorPreference: executor) { await answer.take(question) }
    while answer.value == nil {
      if executor.ready > 0 {
        executor.run(0)
      } else if process.executor.ready > 0 {
        process.executor.run(0)
      } else if process.executor.held > 0 {
        process.executor.releaseAll()
      } else {
        world.broken("the journal does not answer")
        return nil
      }
    }
    switch answer.value {
    case .success(let value): return value
    case .failure(let error): world.broken("the journal threw \(error)")
    case nil: break
    }
    return nil
  }
}

/// What a task came to, for who does not wait.
final class Answer<Value: Sendable>: Sendable {
  private let state = Mutex<Result<Value, any Error>?>(nil)

  var value: Result<Value, any Error>? { state.withLock { $0 } }

  func take(_ body: () async throws -> Value) async {
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    state.withLock { $0 = result }
  }
}
