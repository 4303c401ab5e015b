// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportTesting
import Foundation
import Testing

@testable import ExportRun

/// What `verify` writes into the ledger between two runs.
@Suite struct AuditMarkTests {
  private static let asOf = Instant(seconds: 1_480_000_000)

  /// A run of a snapshot and two days of history, and then these words of `verify` about every job.
  private func ledger(_ harness: borrowing RunHarness, _ plan: Plan, _ words: [Due]) async throws -> Ledger {
    try await harness.clock.sleep(until: Self.asOf, tolerance: nil)
    try await harness.run(plan, ScriptedService())
    let journal = try Journal(directory: harness.directory, now: Self.asOf)
    for word in words {
      try await journal.append(plan.jobs.keys.map { JournalEvent(.wanted(word), of: $0, at: Self.asOf) })
    }
    await journal.close()
    return try Ledger(directory: harness.directory)
  }

  @Test func `files that are missing make a job due, but not a snapshot whose time has passed`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], days: 2, asOf: Self.asOf)
    let ledger = try await ledger(harness, plan, [.artifactMissing])

    let soon = try ledger.dues(of: plan, at: Self.asOf)
    let later = try ledger.dues(of: plan, at: Self.asOf.advanced(by: .seconds(7 * 86_400)))

    #expect(soon == [.artifactMissing, .artifactMissing, .artifactMissing])
    #expect(later == [.snapshotMissed, .artifactMissing, .artifactMissing])
  }

  @Test func `files that are there again make nothing due`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], days: 2, asOf: Self.asOf)
    let ledger = try await ledger(harness, plan, [.artifactMissing, .alreadyExported])

    #expect(try ledger.dues(of: plan, at: Self.asOf) == [.alreadyExported, .alreadyExported, .alreadyExported])
  }

  @Test func `what verify says is of no run, whose report stays what it was`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], days: 2, asOf: Self.asOf)
    let ledger = try await ledger(harness, plan, [.artifactMissing])
    let run = try #require(try ledger.lastRun())

    let events = try ledger.events(of: run)

    #expect(!events.isEmpty && !events.contains { $0.kind == .wanted(.artifactMissing) })
  }

  @Test func `a run stands for what was verified when it had ended, whichever run did it`() async throws {
    let harness = try RunHarness()
    let plan = Plan.sample(apps: ["a"], days: 2, asOf: Self.asOf)
    try await harness.clock.sleep(until: Self.asOf, tolerance: nil)
    try await harness.run(plan, ScriptedService(), ScriptedStore(bytes: 1))
    var wishes = Runner<JumpingClock>.Wishes()
    wishes.redoes = true
    try await harness.run(plan, ScriptedService(), ScriptedStore(bytes: 2), wishes: wishes)
    let ledger = try Ledger(directory: harness.directory)
    let runs = try ledger.runs(limit: 10)
    let keys = Set(plan.jobs.keys)

    let after = try ledger.verifications(of: keys, after: runs[0])
    let before = try ledger.verifications(of: keys, after: runs[1])

    #expect(runs.count == 2)
    #expect(after.values.map(\.bytes) == [2, 2, 2] && before.values.map(\.bytes) == [1, 1, 1])
    #expect(try ledger.run(runs[1].id)?.id == runs[1].id)
    #expect(try ledger.run("no such run") == nil)
    #expect(try ledger.run("") == nil)
  }
}
