// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// Whole runs with faults drawn by a seed, broken off and started again.
@Suite struct SeededFaultTests {
  @Test(arguments: 1...60)
  func `whatever goes wrong, every job ends with one good task`(seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let plan = Plan.sample(
      apps: ["a", "b", "c"], snapshots: ["tag"], days: 4, limits: ServiceLimits(active: 5, activePerApp: 2),
      retry: RetrySetting(attempts: 100))
    let service = ScriptedService(
      pollsPerTask: 3, submitFaults: (0..<12).map { _ in Self.submitFault(&random) },
      pollFaults: (0..<20).map { _ in Self.pollFault(&random) },
      endings: (0..<8).map { _ in Bool.random(using: &random) ? .succeeded : .failed(reason: "chance") })
    let store = ScriptedStore(collectFaults: [.again("busy", retryAfter: nil), .again("busy", retryAfter: .seconds(3))])
    let harness = try RunHarness()

    for _ in 0..<Int.random(in: 0...3, using: &random) {
      // An interrupt that is there from the beginning lets what is under way answer, and no more.
      try await harness.run(plan, service, store, stops: AsyncStream { $0.yield(.interrupted) })
    }
    let result = try await harness.run(plan, service, store)

    #expect(result.outcome == .done, "seed \(seed)")
    #expect(await service.goodTasksByKey.values.allSatisfy { $0 == 1 }, "seed \(seed)")
    #expect(await service.goodTasksByKey.count == plan.jobs.count, "seed \(seed)")
    #expect(await service.mostLive <= 5, "seed \(seed)")
    #expect(await service.mostLiveOfApp <= 2, "seed \(seed)")
    // The journal folds to what the run says.
    let records = try await harness.records(of: plan)
    #expect(records.values.allSatisfy { $0.state == .verified }, "seed \(seed)")
  }

  private static func submitFault(_ random: inout SeededGenerator) -> ScriptedService.SubmitFault {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: .loseAnswer
    case 1: .loseRequest
    case 2: .refuse(ServiceError(.again, "500", status: 500))
    default: .refuse(ServiceError(.busy, "429", retryAfter: .seconds(7), status: 429))
    }
  }

  private static func pollFault(_ random: inout SeededGenerator) -> ScriptedService.PollFault {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: .fail(ServiceError(.again, "502", status: 502))
    case 1: .fail(ServiceError(.busy, "503", retryAfter: .seconds(2), status: 503))
    case 2: .say(.unknown("Paused"))
    default: .say(.queued)
    }
  }
}
