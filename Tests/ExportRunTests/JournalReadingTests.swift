// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import ExportTesting
import Foundation
import Testing

/// What can be seen of a state while a run goes on.
@Suite struct JournalReadingTests {
  private static let bad = Failure(.throttled, "429")

  @Test func `a run that goes on is seen with its jobs, tasks and failures`() async throws {
    let sample = try JournalSample()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 3)
    let titles = JobTitles(plan)
    let names = Dictionary(
      uniqueKeysWithValues: plan.jobs.indices.map { (plan.jobs.keys[$0], titles.title(of: plan.jobs[$0])) })
    func event(_ kind: JournalEvent.Kind, _ job: Int, _ second: Int) -> JournalEvent {
      JournalEvent(kind, of: plan.jobs.keys[job], at: JournalSample.start.advanced(by: .seconds(second)))
    }
    let header = JournalSample.header("20161124T150640Z-0001", dues: [.neverExported, .neverExported, .notRipe])
    let journal = try sample.journal()
    let ledger = try Ledger(directory: sample.directory)
    #expect(try ledger.lastRun() == nil && ledger.liveTasks().isEmpty)

    try await journal.begin(header)
    try await journal.append(
      [event(.intent(attempt: 1), 0, 1), event(.submitted(attempt: 1, task: "t-1", requestID: nil), 0, 2)],
      titles: names)
    try await journal.append(
      [event(.setback(step: .poll, Self.bad), 0, 3), event(.intent(attempt: 1), 1, 4)], titles: names)
    try await journal.append([event(.refused(attempt: 1, Failure(.refused, "no")), 1, 5), event(.running, 0, 6)])

    let run = try #require(try ledger.lastRun())
    #expect(run.id == header.id && run.name == header.name && run.plan == header.plan && run.dues == header.dues)
    #expect(run.started == header.started && run.ended == nil && run.outcome == nil)
    #expect(try ledger.states(of: plan) == [.running, .ready, .planned])
    let live = try ledger.liveTasks()
    #expect(live.map(\.key) == [plan.jobs.keys[0]] && live.map(\.title) == [names[plan.jobs.keys[0]]])
    #expect(live.map(\.runningAt) == [JournalSample.start.advanced(by: .seconds(6))])
    let failures = try ledger.recentFailures(limit: 5)
    #expect(failures.map(\.failure) == [Failure(.refused, "no"), Self.bad])
    #expect(failures.map(\.kind) == [.refused(attempt: 1, Failure(.refused, "no")), .setback(step: .poll, Self.bad)])
    #expect(failures.map(\.title) == [names[plan.jobs.keys[1]], names[plan.jobs.keys[0]]])
    #expect(try ledger.recentFailures(limit: 1).map(\.at) == [JournalSample.start.advanced(by: .seconds(5))])

    try await journal.end(at: JournalSample.start.advanced(by: .seconds(9)), outcome: "incomplete")
    #expect(try ledger.lastRun()?.outcome == "incomplete")
    await journal.close()
  }

  @Test func `what is read is of one moment, however much is written meanwhile`() async throws {
    let sample = try JournalSample()
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 2)
    let journal = try sample.journal()
    let ledger = try Ledger(directory: sample.directory)

    // Both jobs change in every commit: no reader may see one of them ahead of the other.
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for attempt in 1...300 {
          try await journal.append(
            plan.jobs.keys.map { JournalEvent(.intent(attempt: attempt), of: $0, at: JournalSample.start) })
        }
      }
      group.addTask {
        for _ in 0..<300 {
          let records = try ledger.planRecords(of: plan)
          #expect(records.brief(of: 0)?.attempt == records.brief(of: 1)?.attempt)
        }
      }
      try await group.waitForAll()
    }
    await journal.close()
  }

  @Test(arguments: [[], [Due.neverExported], [.alreadyExported, .alreadyExported, .lookback, .forced, .forced]])
  func `the reasons of a run are kept however many there are`(_ few: [Due]) async throws {
    let sample = try JournalSample()
    let dues = few + [Due](repeating: .alreadyExported, count: 100_000) + few + Due.allCases

    try await sample.write { try await $0.begin(JournalSample.header("1", dues: dues)) }

    #expect(try Ledger(directory: sample.directory).lastRun()?.dues == dues)
  }

  // MARK: Durations

  /// Jobs of two apps and a plan that has one of them; each took so many seconds from submit to success, and a minute
  /// more until it was verified.
  private func history(_ seconds: [Int], of apps: [String], asked: [String]) async throws -> DurationHistory {
    let sample = try JournalSample()
    let plan = Plan.sample(apps: apps, snapshots: [], days: seconds.count)
    let journal = try sample.journal()
    for job in plan.jobs.indices {
      let took = seconds[job % seconds.count] + 1000 * (job / seconds.count)
      func at(_ second: Int) -> Instant { JournalSample.start.advanced(by: .seconds(second)) }
      let key = plan.jobs.keys[job]
      try await journal.append([
        JournalEvent(.intent(attempt: 1), of: key, at: at(0)),
        JournalEvent(.submitted(attempt: 1, task: "t", requestID: nil), of: key, at: at(0)),
        JournalEvent(.succeeded(attempt: 1), of: key, at: at(took)),
        JournalEvent(.verified(attempt: 1, JournalSample.good), of: key, at: at(took + 60)),
      ])
    }
    let history = try await journal.durations(of: Plan.sample(apps: asked, snapshots: [], days: seconds.count))
    await journal.close()
    return history
  }

  @Test func `tasks took as long as those of the app, else of the dataset, else of anything`() async throws {
    let history = try await history([30, 10, 20, 40], of: ["a", "b"], asked: ["a", "b", "c"])
    let strange = try await self.history([30, 10, 20, 40], of: ["a", "b"], asked: ["c"])

    #expect(history.duration(service: 0, dataset: "event", app: 0, part: 0.5) == .seconds(30))
    #expect(history.duration(service: 0, dataset: "event", app: 1, part: 0) == .seconds(1010))
    #expect(history.duration(service: 0, dataset: "event", app: 2, part: 1) == .seconds(1040))
    #expect(history.duration(service: 0, dataset: "event", app: nil, part: 0.5) == .seconds(1010))
    #expect(history.duration(service: 0, dataset: "tag", app: 0, part: 0.5) == .seconds(1010))
    #expect(history.count(service: 0, dataset: "event", app: 0) == 4)
    #expect(history.count(service: 0, dataset: "event", app: nil) == 8 && history.count == 8)
    #expect(strange.duration(service: 0, dataset: "event", app: 0, part: 0.9) == .seconds(1040))
    #expect(strange.count == 8)
    #expect(DurationHistory().duration(service: 0, dataset: "event", app: 0, part: 0.5) == nil)
  }
}
