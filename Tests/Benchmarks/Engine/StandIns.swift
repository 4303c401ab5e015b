// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation
import Logging

/// A service in memory that makes every task at once. It keeps nothing of a task, so that what is measured is the run's.
actor MemoryService: ExportService {
  private let phase: TaskStatus.Phase
  private var made = 0
  private(set) var looks = 0
  private var full: (count: Int, waiting: CheckedContinuation<Void, Never>)?

  /// - Parameter phase: what every look tells.
  init(phase: TaskStatus.Phase) { self.phase = phase }

  /// Returns when so many tasks were made.
  func isFull(_ count: Int) async {
    if made < count { await withCheckedContinuation { full = (count, $0) } }
  }

  func submit(_ order: TaskOrder) async throws -> TaskReceipt {
    made += 1
    if let full, made == full.count { full.waiting.resume() }
    // As long as services' names of tasks are.
    let digits = String(made)
    return TaskReceipt(
      id: "e24ea1dd-76bf-4d75-813e-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits)
  }

  func poll(_ task: TaskReference) async throws -> TaskStatus {
    looks += 1
    return TaskStatus(phase)
  }

  func poll(_ tasks: [TaskReference]) async throws -> [FoundTask] {
    looks += tasks.count
    return tasks.map { FoundTask(id: $0.id, status: TaskStatus(phase)) }
  }

  func find(_ lookup: TaskLookup) async throws -> [FoundTask] { [] }

  nonisolated func finished(_ task: TaskReference, status: TaskStatus) -> FinishedTask {
    FinishedTask(id: task.id, prefix: nil)
  }
}

/// A store that finds a good artifact of every task.
struct MemoryStore: ArtifactStore {
  private let verification = Verification(
    .verified, artifacts: [Artifact(name: "part-00000.json", bytes: 33_820, sha256: Digest(of: "part"), rows: 120)])

  func address(for delivery: Delivery) async throws -> Secret { Secret("https://store.example/c?sig=x") }

  func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification { verification }
}

extension Runner where C == SteadyClock {
  /// A run of a plan against stand-ins, with a journal that is real.
  init(
    _ plan: Plan, service: MemoryService, polling: PollRule, listPage: Int? = nil, journal: Journal,
    bounds: Scheduler.Bounds,
    checkpoint: (@Sendable (Checkpoint, [JournalEvent]) -> Void)? = nil
  ) {
    var traits = ServiceTraits(
      name: "memory", revision: 1, digest: Digest(of: ""), base: "https://service.example", parameters: [],
      appParameters: [], datasets: [], formats: ["json"], limits: plan.services[0].limits, recovery: .marked,
      polling: polling)
    traits.listPage = listPage
    self.init(
      plan,
      resources: RunResources(
        services: ["engagement": service], traits: ["engagement": traits], stores: ["lake": MemoryStore()]),
      journal: journal, bounds: bounds, clock: SteadyClock(), seed: 1,
      logger: Logger(label: "benchmark", factory: { _ in SwiftLogNoOpLogHandler() }), checkpoint: checkpoint)
  }
}

/// What this process has used.
enum Usage {
  /// Of all its threads, in seconds.
  static var cpu: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Now, in bytes.
  static var memory: Double {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return Double(line.filter(\.isNumber)).map { $0 * 1024 } ?? 0
  }
}
