// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Foundation

/// What it costs to wait for very many tasks: a whole run against a service in memory whose tasks never end, with its
/// journal; measured once all of them are submitted.
enum WaitingBenchmark {
  static func run(tasks: Int, in folder: String, seconds: Int) async throws {
    let plan = BenchmarkPlan.make(apps: tasks / 100, days: 100, active: tasks, activePerApp: 100)
    let journal = try Journal(
      directory: URL(fileURLWithPath: folder), now: SteadyClock().now, command: "engine-benchmarks")
    let service = MemoryService(phase: .running)
    let rule = PollRule(first: .seconds(2), every: .seconds(30), growth: 1.5, most: .seconds(60))
    let runner = Runner(
      plan, service: service, polling: rule, listPage: 40, journal: journal, bounds: .init(active: tasks))
    let (stops, stop) = AsyncStream.makeStream(of: Scheduler.StopReason.self)
    async let result = runner.run(planDigest: Digest(of: "plan"), stops: stops)
    await service.isFull(tasks)
    // The looks that follow the submits are past, and their states are written.
    try await Task.sleep(for: .seconds(100))
    let (cpu, looks, began) = (Usage.cpu, await service.looks, ContinuousClock.now)
    try await Task.sleep(for: .seconds(seconds))
    let passed = (ContinuousClock.now - began).inSeconds
    let worked = (Usage.cpu - cpu) / passed
    let looked = Double(await service.looks - looks) / passed
    let memory = Usage.memory
    stop.yield(.interrupted)
    _ = try await result
    await journal.close()
    Figure(name: "waiting for \(tasks) tasks: memory", value: memory / 1e6, unit: "MB", atMost: 150).tell()
    Figure(name: "waiting for \(tasks) tasks: CPU", value: worked * 100, unit: "% of a core", atMost: 2).tell()
    Figure(name: "waiting for \(tasks) tasks: looks", value: looked, unit: "per second").tell()
  }
}
