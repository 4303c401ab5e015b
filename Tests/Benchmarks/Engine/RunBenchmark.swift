// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun
import Foundation
import Synchronization

/// What a run costs for each of its jobs, over the service's own time: a whole run with its journal, against a service
/// whose tasks are done at the first look.
enum RunBenchmark {
  private static let inFlight = 64

  static func run(jobs: Int, in folder: String) async throws {
    // As the program has it, and as if transfers had no bound that is lower than that of tasks.
    for collecting in [Scheduler.Bounds().collecting, inFlight] {
      try await run(jobs: jobs, collecting: collecting, in: "\(folder)/\(collecting)")
    }
  }

  private static func run(jobs: Int, collecting: Int, in folder: String) async throws {
    let plan = BenchmarkPlan.make(apps: 100, days: jobs / 100, active: inFlight, activePerApp: inFlight)
    let journal = try Journal(
      directory: URL(fileURLWithPath: folder), now: SteadyClock().now, command: "engine-benchmarks")
    let rule = PollRule(first: .milliseconds(1), every: .milliseconds(1), growth: 1.5, most: .seconds(1))
    let commits = Mutex(0)
    let runner = Runner(
      plan, service: MemoryService(phase: .succeeded), polling: rule, journal: journal,
      bounds: .init(active: inFlight, collecting: collecting)
    ) { moment, _ in if moment == .after { commits.withLock { $0 += 1 } } }
    let (cpu, began) = (Usage.cpu, ContinuousClock.now)
    let result = try await runner.run(planDigest: Digest(of: "plan"))
    let wall = (ContinuousClock.now - began).inSeconds
    let worked = Usage.cpu - cpu
    await journal.close()
    let count = Double(plan.jobs.count)
    guard result.count(.verified) == plan.jobs.count else { throw Refusal(description: "the run is not done") }
    let name = "run, \(inFlight) in flight, \(collecting) collecting"
    Figure(name: "\(name): wall of a job", value: wall / count * 1000, unit: "ms", atMost: 0.25).tell()
    Figure(name: "\(name): CPU of a job", value: worked / count * 1000, unit: "ms", atMost: 0.25).tell()
    Figure(name: "\(name): jobs", value: count / Double(commits.withLock { $0 }), unit: "a commit").tell()
  }
}
