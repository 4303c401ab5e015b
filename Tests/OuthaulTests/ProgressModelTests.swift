// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportTesting
import Testing

@testable import outhaul

/// What a run has told, folded.
@Suite struct ProgressModelTests {
  private let plan = Plan.sample()

  @Test func `jobs are counted by where they stand, and the oldest tasks come first`() {
    let model = ProgressSample.midway()

    #expect(model.due == 12 && model.done == 5)
    #expect(model.dueStates == [.verified: 4, .failed: 1, .running: 2, .waiting: 5])
    #expect(model.longest(5).map(\.since) == [ProgressSample.at(20), ProgressSample.at(45)])
    #expect(model.longest(1).map(\.title) == ["snapshots/märkte-東京/push/2016-11-24"])
    #expect(model.bad.map(\.words) == ["no room at the service"])
  }

  @Test func `a step that does not work again and again is told once`() {
    var model = ProgressSample.begun(plan)
    let event = JournalEvent(
      .setback(step: .poll, Failure(.service, "503")), of: plan.jobs.keys[0], at: ProgressSample.at(1))

    let first = model.take(.happened([event]))
    let second = model.take(.happened([event, event]))

    #expect(first.map(\.text) == ["poll of snapshots/a/tag/2016-11-24 did not work, and is tried again: 503"])
    #expect(second == [])
  }

  @Test func `what a service that does not answer fails at is not told of each job`() {
    var model = ProgressSample.begun(plan)
    let failure = Failure(.unreachable, "refused")
    let event = JournalEvent(.setback(step: .poll, failure), of: plan.jobs.keys[0], at: ProgressSample.at(1))

    _ = model.take(.noticed(RunNote(.unanswered(service: "engagement", failure), at: ProgressSample.at(1), after: 0)))
    let silent = model.take(.happened([event]))
    _ = model.take(
      .noticed(RunNote(.answers(service: "engagement", after: .seconds(3)), at: ProgressSample.at(4), after: 0)))
    let after = model.take(.happened([event]))

    #expect(silent == [] && after.count == 1)
  }

  @Test func `parts count beside their wholes`() {
    var model = ProgressSample.begun(plan)
    let key = plan.jobs.keys[1]
    let window = plan.jobs[1].window
    let parts = ["a", "b"].map { name in
      JobPart(
        key: JobKey(Digest(of: name)), window: window, label: name, sent: SentWindow(start: "1", end: "2"))
    }

    let told = model.take(.happened([JournalEvent(.split(attempt: 1, parts), of: key, at: ProgressSample.at(5))]))
    let part = model.take(.happened(ProgressSample.verified(parts[0].key, at: 9)))

    #expect(told.map(\.text) == ["split history/a/event/2016-11-22: in 2 parts"])
    #expect(part.map(\.title) == ["history/a/event/a"])
    #expect(model.done == 0 && model.count(.split) == 1 && model.count(.verified) == 0)
    #expect(model.partCounts[.verified] == 1)
  }

  @Test func `a task that an earlier run left has its age from then`() {
    let key = plan.jobs.keys[0]
    var model = ProgressModel(
      plan, live: [key: ProgressSample.at(-600), JobKey(Digest(of: "other")): ProgressSample.at(0)])

    _ = model.take(.began(ProgressSample.header(plan)))
    _ = model.take(.happened([JournalEvent(.running, of: key, at: ProgressSample.at(3))]))

    #expect(model.longest(9).map(\.since) == [ProgressSample.at(-600)])
    #expect(model.working(.submitted, .running) == 1)
  }

  // MARK: How long it takes

  private func forecast(_ seconds: Int) -> Forecast {
    let made = Dictionary(
      uniqueKeysWithValues: plan.jobs.keys.map { key -> (JobKey, JobRecord) in
        var record = JobRecord()
        for event in ProgressSample.verified(key, at: 1 + seconds) { record.apply(event) }
        return (key, record)
      })
    let history = DurationHistory(plan, records: made, others: [])
    return Forecast(
      plan, dues: plan.jobs.map { _ in .neverExported }, history: history,
      polling: [PollPolicy(PollRule(first: .seconds(1), every: .seconds(1), growth: 1, most: .seconds(1)))], active: 1)
  }

  @Test func `without a history nothing is said before three jobs are done`() {
    let pace = RunPace(began: ProgressSample.start, due: 100, forecast: nil)

    #expect(pace.left(done: 2, worked: 2, at: ProgressSample.at(20)) == nil)
    #expect(
      pace.left(done: 10, worked: 10, at: ProgressSample.at(20)) == .init(duration: .seconds(180), basis: .run))
    #expect(pace.left(done: 100, worked: 100, at: ProgressSample.at(20)) == nil)
  }

  @Test func `what earlier tasks took counts at first, and what the run shows more and more`() {
    // Six jobs of 60 s, one at a time.
    let pace = RunPace(began: ProgressSample.start, due: 6, forecast: forecast(60))

    let first = pace.left(done: 0, worked: 0, at: ProgressSample.at(5))
    let half = pace.left(done: 3, worked: 3, at: ProgressSample.at(360))

    #expect(first == .init(duration: .seconds(360), basis: .history))
    // 180 s by what is known, 360 s by what was shown.
    #expect(half == .init(duration: .seconds(270), basis: .both))
  }

  @Test(arguments: [
    (3, "about 5s left, until 15:06Z"), (61, "about 2m left, until 15:08Z"), (4000, "about 1h10m left, until 16:16Z"),
    (86_401, "about 1d1h left, until 2016-11-25T16:06Z"),
  ])
  func `a forecast is no finer than it can be known`(seconds: Int, words: String) {
    let left = RunPace.Left(duration: .seconds(seconds), basis: .run)

    #expect(left.words(at: ProgressSample.start) == words)
  }
}
