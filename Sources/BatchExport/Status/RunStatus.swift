// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation

/// How the run that began last stands: while it goes on, or as it was left. Read beside the run, which it does not
/// disturb.
public struct RunStatus: Sendable {
  /// What became of the run.
  public enum Phase: Sendable, Equatable {
    case running(StateHolder)
    case ended(at: Instant, outcome: String)
    /// It did not come to its end, and nobody goes on with it.
    case broken

    init(of run: RunEntry, _ holder: StateHolder?) {
      if let ended = run.ended {
        self = .ended(at: ended, outcome: run.outcome ?? "")
      } else if let holder {
        self = .running(holder)
      } else {
        self = .broken
      }
    }

    var isRunning: Bool { if case .running = self { true } else { false } }
  }

  /// A task at a service.
  public struct Task: Sendable, Equatable {
    public var title: String
    public var state: JobState
    /// Since it was made, or was about to be.
    public var since: Instant?
    public var task: String?
    public var attempt: Int
  }

  /// What jobs wait for.
  public struct Gate: Sendable, Equatable {
    public var name: String
    public var waiting: Int
    public var members: Int
    /// Members without a good result.
    public var open: Int

    public init(name: String, waiting: Int, members: Int, open: Int) {
      (self.name, self.waiting, self.members, self.open) = (name, waiting, members, open)
    }
  }

  public let at: Instant
  public let run: RunEntry
  public let phase: Phase
  /// Jobs of the plan, and those that were due.
  public let jobs: Int
  public let due: Int
  /// Jobs that were due by where they stand in the run; only those that there are. While the run goes on, a job that waits
  /// for nothing but its start is ready.
  public let states: [JobState: Int]
  /// Longest first, of any plan.
  public let tasks: [Task]
  /// Those that hold most jobs first.
  public let gates: [Gate]
  /// Of the run; newest first.
  public let failures: [RecentFailure]
  /// Only while the run goes on.
  public let live: LiveFile?
  /// Of what the run has still to do; `nil` when it has ended, or its plan is not there.
  public let forecast: Forecast?

  /// How many of the last failures are told.
  public static let failureLimit = 5

  /// - Parameters:
  ///   - state: the directory.
  ///   - folder: what paths of the plan are relative to.
  /// - Returns: `nil` when no run ever began.
  /// - Throws: `JournalError`, `ProjectError`, `PlanFileError`.
  public init?(state: URL, folder: URL, at now: Instant) throws {
    // Before the ledger: a run that ends meanwhile is told as ended.
    let holder = StateHolder.current(of: state)
    let ledger = try Ledger(directory: state)
    guard let run = try ledger.lastRun() else { return nil }
    let kept = state.appendingPathComponent("runs/\(run.id)/plan.json")
    let plan = FileManager.default.fileExists(atPath: kept.path) ? try PlanFile(reading: kept.path).plan : nil
    let phase = Phase(of: run, holder)
    let isRunning = phase.isRunning
    var live = isRunning ? LiveFile(directory: state).flatMap { $0.run == run.id ? $0 : nil } : nil
    let progress = RunProgress(
      plan, dues: run.dues, events: try ledger.events(of: run), splits: try ledger.splits())
    (self.at, self.run, self.phase) = (now, run, phase)
    (jobs, due) = (run.dues.count, run.dues.count(where: \.isDue))
    tasks = try ledger.liveTasks().map { task in
      Task(
        title: task.title ?? task.key.short, state: task.state, since: task.submittedAt ?? task.intentAt,
        task: task.task, attempt: task.attempt)
    }.sorted { ($0.since ?? now, $0.title) < ($1.since ?? now, $1.title) }
    failures = try ledger.recentFailures(of: run, limit: Self.failureLimit)
    guard let plan else {
      (self.live, states, gates, forecast) = (live, progress.states, [], nil)
      return
    }
    let records = try ledger.planRecords(of: plan)
    gates = progress.gates(of: plan, records: records)
    var states = progress.states
    if isRunning {
      // The journal and what the run says of itself are of two moments: one of them tells what is ready.
      let ready = progress.ready(of: plan, records: records)
      states.move(ready.untouched, from: .waiting, to: .ready)
      live?.tell(ready: zip(plan.services.map(\.name), ready.byService))
    }
    (self.live, self.states) = (live, states)
    guard isRunning else {
      forecast = nil
      return
    }
    let (dues, history) = try ledger.outlook(of: plan, at: now)
    // A description that is gone costs the forecast, not the rest.
    forecast = try? Forecast(plan, dues: progress.left(dues), history: history, folder: folder, at: at)
  }
}

extension [JobState: Int] {
  fileprivate mutating func move(_ count: Int, from state: JobState, to other: JobState) {
    guard count > 0 else { return }
    self[other, default: 0] += count
    let rest = self[state, default: 0] - count
    self[state] = rest > 0 ? rest : nil
  }
}

extension LiveFile {
  fileprivate mutating func tell(ready: some Sequence<(String, Int)>) {
    let counts = Dictionary(ready.map { ($0.0, $0.1) }, uniquingKeysWith: +)
    for place in gauges.indices { gauges[place].ready = counts[gauges[place].service] ?? 0 }
  }
}
