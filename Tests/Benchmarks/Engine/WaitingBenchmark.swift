// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation
import Logging

/// What it costs to wait for very many tasks: a whole run against a service in memory whose tasks never end, with its
/// journal; measured once all of them are submitted.
enum WaitingBenchmark {
  static func run(tasks: Int, in folder: String, seconds: Int) async throws {
    let plan = BenchmarkPlan.make(apps: tasks / 100, days: 100, active: tasks, activePerApp: 100)
    let clock = SteadyClock()
    let journal = try Journal(directory: URL(fileURLWithPath: folder), now: clock.now, command: "engine-benchmarks")
    let service = EndlessService()
    var traits = ServiceTraits(
      name: "memory", revision: 1, digest: Digest(of: ""), base: "https://service.example", parameters: [],
      appParameters: [], datasets: [], formats: ["json"], limits: plan.services[0].limits, recovery: .marked,
      polling: PollRule(first: .seconds(2), every: .seconds(30), growth: 1.5, most: .seconds(60)))
    traits.listPage = 40
    let runner = Runner(
      plan,
      resources: RunResources(
        services: ["engagement": service], traits: ["engagement": traits], stores: ["lake": NoStore()]),
      journal: journal, bounds: .init(active: tasks), clock: clock, seed: 1,
      logger: Logger(label: "benchmark", factory: { _ in SwiftLogNoOpLogHandler() }))
    let (stops, stop) = AsyncStream.makeStream(of: Scheduler.StopReason.self)
    async let result = runner.run(planDigest: Digest(of: "plan"), stops: stops)
    await service.isFull(tasks)
    // The looks that follow the submits are past, and their states are written.
    try await Task.sleep(for: .seconds(70))
    let (cpu, looks, began) = (Self.cpu(), await service.looks, ContinuousClock.now)
    try await Task.sleep(for: .seconds(seconds))
    let passed = (ContinuousClock.now - began).inSeconds
    let worked = (Self.cpu() - cpu) / passed
    let looked = Double(await service.looks - looks) / passed
    let memory = Self.memory()
    stop.yield(.interrupted)
    _ = try await result
    await journal.close()
    Figure(name: "waiting for \(tasks) tasks: memory", value: memory / 1e6, unit: "MB", atMost: 150).tell()
    Figure(name: "waiting for \(tasks) tasks: CPU", value: worked * 100, unit: "% of a core", atMost: 2).tell()
    Figure(name: "waiting for \(tasks) tasks: looks", value: looked, unit: "per second").tell()
  }

  private static func cpu() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Of this process now, in bytes.
  private static func memory() -> Double {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return Double(line.filter(\.isNumber)).map { $0 * 1024 } ?? 0
  }
}

/// Tasks that are made at once and run for ever.
private actor EndlessService: ExportService {
  private var made = 0
  private(set) var looks = 0
  private var full: (count: Int, waiting: CheckedContinuation<Void, Never>)?

  func isFull(_ count: Int) async {
    if made < count { await withCheckedContinuation { full = (count, $0) } }
  }

  func submit(_ order: TaskOrder) async throws -> TaskReceipt {
    made += 1
    if let full, made == full.count { full.waiting.resume() }
    return TaskReceipt(id: "task-\(made)")
  }

  func poll(_ task: TaskReference) async throws -> TaskStatus {
    looks += 1
    return TaskStatus(.running)
  }

  func poll(_ tasks: [TaskReference]) async throws -> [FoundTask] {
    looks += tasks.count
    return tasks.map { FoundTask(id: $0.id, status: TaskStatus(.running)) }
  }

  func find(_ lookup: TaskLookup) async throws -> [FoundTask] { [] }

  nonisolated func finished(_ task: TaskReference, status: TaskStatus) -> FinishedTask {
    FinishedTask(id: task.id, prefix: nil)
  }
}

private struct NoStore: ArtifactStore {
  func address(for delivery: Delivery) async throws -> Secret { Secret("https://store.example/c?sig=x") }

  func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification { throw StoreError.never("nothing is collected") }
}
