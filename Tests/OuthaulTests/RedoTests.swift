// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `run --redo` and `run --adopt` through the whole program.
@Suite(.serialized) struct RedoTests {
  /// One app, one day: eight jobs.
  private static let jobs = 8

  private static func world() async throws -> CloudWorld {
    try await CloudWorld(SampleManifest.nightly(days: 1, apps: 1), cloud: ["--speed", "1000"])
  }

  @Test func `good jobs that are selected are done once more, and only these`() async throws {
    let world = try await Self.world()
    let first = try await world.perform("run")

    let redo = try await world.perform("run", "--redo", "--select", "dataset:tag", "--output", "json")
    let report = try JSONValue(parsing: redo.output.utf8)
    let after = try await world.perform("run")

    #expect(first.status == 0, "\(first.errors)")
    #expect(redo.status == 0, "\(redo.errors)")
    #expect(report.at(pointer: "/due/forced") == 1)
    #expect(report.at(pointer: "/jobs/0/due") == "forced" && report.at(pointer: "/jobs/0/state") == "verified")
    #expect(try await SchemaValidator.problems([("report", report)]) == [nil])
    #expect(after.output.hasPrefix("Nothing is due: 8 already exported"), "\(after.output)")
    let counted = try await world.cloud.statistics()
    #expect(counted.tasks == Self.jobs + 1)
    #expect(counted.tasksByJob.values.sorted() == [1, 1, 1, 1, 1, 1, 1, 2])
    let marks = counted.tasksByDescription.keys.filter { $0.hasSuffix(":2") }
    #expect(marks.count == 1)
  }

  @Test func `a redo that is killed and given again makes exactly one more task for each job`() async throws {
    let world = try await Self.world()
    #expect(try await world.perform("run").status == 0)

    for crash in ["after:wanted:1", "after:intent:1", "before:submitted:2", "after:verified:1", "acted:verified:1"] {
      let killed = try await world.perform("run", "--redo", "--settle", "2s", crash: crash)
      #expect(killed.signal == SIGKILL, "\(crash): \(killed.status) \(killed.errors)")
    }
    let last = try await world.perform("run", "--redo", "--settle", "2s")

    #expect(last.status == 0, "\(last.errors)")
    try await world.expectTasks(jobs: Self.jobs, each: 2)
  }

  @Test func `a redo that was killed is gone on with by a plain run too, and then another may be asked for`()
    async throws
  {
    let world = try await Self.world()
    #expect(try await world.perform("run").status == 0)
    let killed = try await world.perform("run", "--redo", "--settle", "2s", crash: "after:verified:2")
    #expect(killed.signal == SIGKILL)

    let plain = try await world.perform("run", "--settle", "2s")
    try await world.expectTasks(jobs: Self.jobs, each: 2)
    let nothing = try await world.perform("run")
    let second = try await world.perform("run", "--redo")

    #expect(plain.status == 0, "\(plain.errors)")
    #expect(nothing.output.hasPrefix("Nothing is due"), "\(nothing.output)")
    #expect(second.status == 0, "\(second.errors)")
    try await world.expectTasks(jobs: Self.jobs, each: 3)
  }

  @Test func `before a redo is wanted for good, nothing of it has happened`() async throws {
    let world = try await Self.world()
    #expect(try await world.perform("run").status == 0)

    let killed = try await world.perform("run", "--redo", crash: "before:wanted:1")
    let nothing = try await world.perform("run")

    #expect(killed.signal == SIGKILL)
    #expect(nothing.output.hasPrefix("Nothing is due"), "\(nothing.output)")
    try await world.expectTasks(jobs: Self.jobs)
  }

  // MARK: What a person has looked up

  /// The program died between an intent and its request's answer.
  private static let tag = ["--select", "dataset:tag", "--settle", "600s"]

  @Test func `a task that a person names is gone on with, and no other is made`() async throws {
    let world = try await Self.world()
    let killed = try await world.start(["run"] + Self.tag, crash: "before:submitted:1").finish()
    #expect(killed.signal == SIGKILL)
    let made = try await world.cloud.tasks(of: "app-1")
    #expect(made.count == 1)
    let job = "snapshots/app-1/tag/\(CloudWorld.now.prefix(10))"

    let last = try await world.start(["run"] + Self.tag + ["--adopt", "\(job)=\(made.first?.id ?? "")"]).finish()

    #expect(last.status == 0, "\(last.errors)")
    #expect(last.errors.contains("adopted \(job): task \(made.first?.id ?? "") was made before"), "\(last.errors)")
    try await world.expectTasks(jobs: 1)
  }

  @Test func `a task that a person says was never made is asked for without waiting for it`() async throws {
    let world = try await Self.world()
    let killed = try await world.start(["run"] + Self.tag, crash: "after:intent:1").finish()
    #expect(killed.signal == SIGKILL)
    #expect(try await world.cloud.statistics().tasks == 0)
    let job = "snapshots/app-1/tag/\(CloudWorld.now.prefix(10))"

    // The look-up alone would take ten minutes.
    let last = try await world.start(["run"] + Self.tag + ["--adopt", "\(job)=none"]).finish()

    #expect(last.status == 0, "\(last.errors)")
    try await world.expectTasks(jobs: 1)
    let mark = try #require(try await world.cloud.statistics().tasksByDescription.keys.first)
    #expect(mark.hasSuffix(":2"))
  }

  @Test func `a job that the plan does not have, and half of an answer, are mistakes`() async throws {
    let world = try await Self.world()

    let unknown = try await world.perform("run", "--adopt", "snapshots/app-9/tag/2016-01-01=7")
    let half = try await world.perform("run", "--adopt", "snapshots/app-1/tag")

    #expect(unknown.status == 64 && half.status == 64)
    #expect(unknown.errors.contains("--adopt"), "\(unknown.errors)")
    #expect(half.errors.contains("--adopt"), "\(half.errors)")
    #expect(try await world.cloud.statistics().tasks == 0)
  }
}
