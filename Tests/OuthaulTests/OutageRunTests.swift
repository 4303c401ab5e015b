// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// A service that goes away, asks for patience, loses tasks and lists them badly, under the real program.
@Suite(.serialized) struct OutageRunTests {
  /// - Parameter days: of history.
  private static func world(_ days: Int, _ arguments: String...) async throws -> CloudWorld {
    try await CloudWorld(SampleManifest.nightly(days: days), cloud: arguments)
  }

  private static func jobs(_ days: Int) -> Int { 4 * 4 + 4 * 4 * days }

  private static func count(_ text: String, in printed: String) -> Int {
    printed.components(separatedBy: text).count - 1
  }

  @Test func `a service that is gone for a while is one line, and one when it is back, and the run ends well`()
    async throws
  {
    var world = try await Self.world(3, "--speed", "40")
    let run = try world.start(["run", "--settle", "3s"])
    // At that moment, however busy other tests keep this one: the run is not to get far without being looked at.
    #expect(await run.send(SIGKILL, to: world.cloud.program) { Self.count("\nverified ", in: $0) >= 2 })

    try await world.killCloud()
    #expect(await run.waits { $0.contains("'engagement' does not answer, and is only probed until it does: ") })
    try await world.restartCloud(["--speed", "400"])
    let result = try await run.finish()

    #expect(result.status == 0, "\(result.output) \(result.errors)")
    #expect(Self.count("does not answer", in: result.errors) == 1, "\(result.errors)")
    #expect(Self.count("'engagement' answers again after ", in: result.errors) == 1, "\(result.errors)")
    // In between, nothing is said of each job that waits.
    let silence = try #require(result.errors.components(separatedBy: "does not answer").last)
      .components(separatedBy: "answers again")[0]
    #expect(!silence.contains("is tried again"), "\(silence)")
    try await world.expectTasks(jobs: Self.jobs(3))
    #expect(world.finishedFolders() == Self.jobs(3))
  }

  @Test func `a service that throttles is asked for less, and everything is done`() async throws {
    let world = try await Self.world(2, "--speed", "1000", "--fault", "submit:throttle:8/s")

    let result = try await world.perform("run", "--settle", "3s")

    #expect(result.status == 0, "\(result.errors)")
    #expect(Self.count("'engagement' asks for patience: ", in: result.errors) >= 1, "\(result.errors)")
    try await world.expectTasks(jobs: Self.jobs(2))
  }

  @Test func `tasks that vanish are asked for again, and nothing else is`() async throws {
    let world = try await Self.world(2, "--speed", "1000", "--fault", "task:vanish:x3")

    let result = try await world.perform("run", "--settle", "3s")

    #expect(result.status == 0, "\(result.errors)")
    #expect(Self.count("attempt failed ", in: result.errors) == 3, "\(result.errors)")
    let counted = try await world.cloud.statistics()
    #expect(counted.tasks == Self.jobs(2) + 3)
    #expect(counted.tasksByJob.count == Self.jobs(2))
    #expect(counted.tasksByDescription.values.allSatisfy { $0 == 1 })
  }

  @Test func `lists in any order, with tasks twice, and lost answers make no second task`() async throws {
    let world = try await Self.world(
      3, "--speed", "1000", "--fault", "list:shuffle", "--fault", "submit:lost-answer:30%", "--fault", "poll:503:3%")

    let result = try await world.perform("run", "--settle", "3s")

    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("\nadopted "), "\(result.errors)")
    try await world.expectTasks(jobs: Self.jobs(3))
  }
}
