// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import ExportTesting
import Foundation
import Testing

/// States that earlier versions wrote.
@Suite struct JournalMigrationTests {
  private static let states: [String: JobState] = [
    "done": .verified, "renewed": .verified, "again": .running, "failed": .failed, "skipped": .skipped,
    "asked": .submitting, "refused": .ready, "read": .succeeded, "late": .abandoned,
  ]

  @Test func `a state that the first version wrote is read, and brought up to date by the next run`() async throws {
    let sample = try JournalSample(fixture: "state-1")
    let hex = "0273e9634331bb462ec267259030f6efee143b065168805f212a3859e92911c8"
    let key = try #require(JobKey(hex: hex))

    let ledger = try Ledger(directory: sample.directory)
    let read = try #require(try ledger.records(of: [key])[key])
    let run = try #require(try ledger.lastRun())
    let events = try ledger.events(of: run)
    let written = try #require(try await sample.write { try await $0.records(of: [key])[key] })

    #expect(read.state == .verified && read.attempt == 1 && read.renewals == 0)
    #expect(run.dues == [.neverExported, .neverExported, .neverExported] && run.outcome == "done")
    #expect(events.count == 16)
    #expect(written == JournalSample.fold(events)[key])
    var known = written
    known.succeededAt = nil
    #expect(known == read)
  }

  @Test func `a state of the second version is brought up to date with everything that it said`() async throws {
    let sample = try JournalSample(fixture: "state-2")
    let keys = Self.states.keys.map(JournalSample.key)
    let before = try Ledger(directory: sample.directory)
    let runs = try before.runs(limit: 10)
    let events = try runs.reversed().flatMap { try before.events(of: $0) }

    let records = try await sample.write { try await $0.records(of: keys) }
    let after = try Ledger(directory: sample.directory)

    #expect(
      records.mapValues(\.state) == Dictionary(uniqueKeysWithValues: Self.states.map { (JournalSample.key($0), $1) }))
    #expect(events.count == 44 && records == JournalSample.fold(events))
    #expect(records[JournalSample.key("renewed")]?.renewals == 1)
    #expect(records[JournalSample.key("again")]?.pastTasks == ["again-1"])
    #expect(try after.runs(limit: 10) == runs)
    #expect(try after.runs(limit: 10).map { try after.events(of: $0).count } == [18, 0, 26])
    #expect(
      try after.runs(limit: 10).map(\.dues) == [
        [.lookback, .inFlight], [], [.neverExported, .neverExported, .notRipe],
      ])
  }

  @Test func `a state of the second version can be looked at, and stays as it is`() async throws {
    let sample = try JournalSample(fixture: "state-2")
    let keys = Self.states.keys.map(JournalSample.key)
    let bytes = try Data(contentsOf: sample.file)
    let ledger = try Ledger(directory: sample.directory)
    var plan = Plan.sample(apps: ["a"], snapshots: [], days: 3)
    for (job, name) in ["done", "again", "new"].enumerated() { plan.jobs[job].key = JournalSample.key(name) }

    let records = try ledger.records(of: keys)
    let dues = try ledger.dues(of: plan, at: plan.asOf)

    #expect(
      records.mapValues(\.state) == Dictionary(uniqueKeysWithValues: Self.states.map { (JournalSample.key($0), $1) }))
    #expect(dues == [.alreadyExported, .inFlight, .neverExported])
    #expect(try ledger.states(of: plan) == [.verified, .running, .planned])
    #expect(try ledger.liveTasks().map(\.task) == ["again-2", nil, "read-1", "late-1"])
    #expect(try ledger.recentFailures(limit: 2).map(\.failure.message) == ["too late", "busy"])
    #expect(try ledger.outlook(of: plan, at: plan.asOf).history.count == 1)
    #expect(try Data(contentsOf: sample.file) == bytes)
  }

  @Test func `who looks at an old state goes on when a run brings it up to date`() async throws {
    let sample = try JournalSample(fixture: "state-2")
    let ledger = try Ledger(directory: sample.directory)
    let before = try ledger.liveTasks()

    let journal = try sample.journal()
    let during = try ledger.liveTasks()
    await journal.close()

    #expect(before == during && before.count == 4)
  }

  @Test func `a state of the third version can be looked at as it is, and is brought up to date`() async throws {
    let sample = try JournalSample(fixture: "state-3")
    let bytes = try Data(contentsOf: sample.file)
    let before = try Ledger(directory: sample.directory)
    let run = try #require(try before.lastRun())
    let record = try before.record(of: run)
    let unchanged = try Data(contentsOf: sample.file) == bytes

    try await sample.write { try await $0.begin(JournalSample.header("second")) }
    let after = try Ledger(directory: sample.directory)
    let both = try after.runs(limit: 10)

    #expect(unchanged && run.origin == nil && run.counts == nil && run.stop == nil)
    #expect(record.events.count == 23 && record.notes.isEmpty && record.requests.isEmpty && record.frame == nil)
    #expect(both.map(\.id) == ["second", run.id] && both[1] == run)
    #expect(try after.record(of: both[1]).events == record.events)
    #expect(both[0].origin == RunOrigin())
  }

  @Test func `a state of a newer program is refused, by those who write and those who look`() async throws {
    let sample = try JournalSample()
    try await sample.write { _ in }
    try sample.execute("INSERT INTO grdb_migrations VALUES ('5')")

    #expect(throws: JournalError.newer) { _ = try sample.journal() }
    #expect(throws: JournalError.newer) { _ = try Ledger(directory: sample.directory) }
  }
}
