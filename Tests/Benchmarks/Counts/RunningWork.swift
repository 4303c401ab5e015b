// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation
import Logging

/// A whole run on a virtual clock, with a real journal, against a service and a store in memory.
enum RunningWork {
  private static let jobs = 1000
  private static let inFlight = 64

  static func run(_ folder: String) throws -> () throws -> Void {
    let plan = CountedPlan.make(apps: 20, days: jobs / 20, active: inFlight, activePerApp: inFlight)
    let time = VirtualTime(now: CountedPlan.start)
    let journal = try Journal(
      directory: URL(fileURLWithPath: folder), now: CountedPlan.start, command: "engine-counts")
    let runner = Runner(
      plan,
      resources: RunResources(
        services: ["engagement": TimedService(time)], traits: ["engagement": traits(of: plan)],
        stores: ["lake": GoodStore()]),
      journal: journal, bounds: .init(active: inFlight), clock: time, seed: 1,
      logger: Logger(label: "counts", factory: { _ in SwiftLogNoOpLogHandler() }))
    return {
      let result = try time.run {
        let result = try await runner.run(planDigest: Digest(of: "plan"))
        await journal.close()
        return result
      }
      guard result.count(.verified) == jobs else { throw Refusal(description: "the run is not done") }
    }
  }

  private static func traits(of plan: Plan) -> ServiceTraits {
    var traits = ServiceTraits(
      name: "memory", revision: 1, digest: Digest(of: ""), base: "https://service.example", parameters: [],
      appParameters: [], datasets: [], formats: ["json"], limits: plan.services[0].limits, recovery: .marked,
      polling: PollRule(first: .seconds(2), every: .seconds(5), growth: 1.5, most: .seconds(60)))
    traits.listPage = 40
    return traits
  }
}

/// A service whose tasks take between half a minute and two by the clock.
private actor TimedService: ExportService {
  private let time: VirtualTime
  private var ends: [String: Instant] = [:]

  init(_ time: VirtualTime) { self.time = time }

  func submit(_ order: TaskOrder) async throws -> TaskReceipt {
    let id = "e24ea1dd-76bf-4d75-813e-\(100_000_000_000 + ends.count)"
    ends[id] = time.now.advanced(by: .seconds(30 + ends.count * 37 % 91))
    return TaskReceipt(id: id)
  }

  func poll(_ task: TaskReference) async throws -> TaskStatus { try status(of: task.id) }

  func poll(_ tasks: [TaskReference]) async throws -> [FoundTask] {
    try tasks.map { FoundTask(id: $0.id, status: try status(of: $0.id)) }
  }

  func find(_ lookup: TaskLookup) async throws -> [FoundTask] { [] }

  private func status(of id: String) throws -> TaskStatus {
    guard let end = ends[id] else { throw ServiceError(.gone, "no task '\(id)'") }
    return TaskStatus(time.now < end ? .running : .succeeded)
  }

  nonisolated func finished(_ task: TaskReference, status: TaskStatus) -> FinishedTask {
    FinishedTask(id: task.id, prefix: nil)
  }
}

/// A store that finds a good artifact of every task.
private struct GoodStore: ArtifactStore {
  private let verification = Verification(
    .verified, artifacts: [Artifact(name: "part-00000.json", bytes: 33_820, sha256: Digest(of: "part"), rows: 120)])

  func address(for delivery: Delivery) async throws -> Secret { Secret("https://store.example/c?sig=x") }

  func collect(
    _ delivery: Delivery, of task: FinishedTask, expecting expectation: Expectation
  ) async throws -> Verification { verification }
}
