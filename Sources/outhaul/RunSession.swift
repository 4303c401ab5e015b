// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BatchExport
import Foundation
import Synchronization
import UnixSignals

/// A run in this process: signals end it in an orderly way, and people see how it goes on.
struct RunSession {
  struct Executed: Sendable {
    var outcome: BatchRun.Outcome
    /// The first signal that came.
    var signal: Int32?
  }

  let plan: PlanFile
  let journal: Journal
  let options: BatchRun.Options
  let common: CommonOptions
  let progress: ProgressMode

  /// The command that was given, as a shell would take it again.
  static var resumeLine: String {
    CommandText.line(["outhaul"] + CommandLine.arguments.dropFirst())
  }

  func run() async throws -> Executed {
    do {
      return try await executed()
    } catch let error as JournalError {
      // Of the error that follows.
      progress.sayError(
        "nothing is lost in \(options.state.path); once it can be written, go on with: \(options.resume)")
      throw error
    }
  }

  private func executed() async throws -> Executed {
    let ledger = try Ledger(directory: options.state)
    let live = try ledger.liveTasks().compactMap { task in (task.submittedAt ?? task.intentAt).map { (task.key, $0) } }
    let progress = Progress(
      ProgressModel(
        plan.plan, splits: try ledger.splits(), live: Dictionary(live, uniquingKeysWith: { first, _ in first })),
      mode: self.progress, isColoured: common.isErrorColoured)
    let suspension = self.progress == .live ? SuspendWatch() : nil
    // Whatever ends the run: the terminal is left as it was.
    defer {
      Console.endView()
      suspension?.end()
    }
    let strays = try await journal.openTasks(besides: plan.plan.jobs.keys)
    if strays > 0 {
      progress.say(
        "\(strays) task\(strays == 1 ? "" : "s") of jobs that this plan does not have may still be open at a service: "
          + "run the plan that asked for them, with its --as-of, to bring them to an end")
    }
    let received = Signals()
    let (stops, stop) = AsyncStream.makeStream(of: Scheduler.StopReason.self)
    let (cancels, cancel) = AsyncStream.makeStream(of: Void.self)
    var options = options
    if let text = options.environment[CrashPoint.variable] {
      guard let point = CrashPoint(text) else {
        throw ValidationError("\(CrashPoint.variable) names no point: \(text)")
      }
      options.checkpoint = point.pass
    }
    let batch = BatchRun(plan, options: options, logger: common.logger)
    let (journal, resume) = (journal, options.resume)
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    Console.boundErrors()
    let outcome = try await withThrowingTaskGroup(of: BatchRun.Outcome?.self) { group in
      group.addTask {
        for await caught in signals {
          switch received.note(caught == .sigterm ? SIGTERM : SIGINT) {
          case 1:
            // First done, then said: saying may take its time.
            stop.yield(.interrupted)
            progress.say("stopping: waiting for requests under way; then go on with: \(resume)")
          case 2:
            cancel.yield()
            progress.say("stopping tasks at the services that can do that; a further signal ends at once")
          // It does not wait for anything; the state resumes all the same.
          default:
            Console.leaveView()
            Foundation.exit(received.status.rawValue)
          }
        }
        return nil
      }
      group.addTask {
        await progress.tick()
        return nil
      }
      group.addTask {
        try await batch.run(journal: journal, stops: stops, cancels: cancels, observe: progress.take)
      }
      defer { group.cancelAll() }
      while let next = try await group.next() {
        if let next { return next }
      }
      throw CancellationError()
    }
    progress.end(outcome.result.outcome)
    return Executed(outcome: outcome, signal: received.first)
  }
}

/// The signals that came.
private final class Signals: Sendable {
  private let caught = Mutex<[Int32]>([])

  var first: Int32? { caught.withLock { $0.first } }
  var status: ExitStatus { first == SIGTERM ? .terminated : .interrupted }

  /// - Returns: how many there were, this one included.
  func note(_ signal: Int32) -> Int {
    caught.withLock { caught in
      caught.append(signal)
      return caught.count
    }
  }
}
