// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportReport
import ExportRun
import ExportTesting
import Testing

@Suite struct FoldTests {
  private typealias Sample = ReportSample

  // MARK: Coverage

  @Test func `coverage holds what the ledger had and what the run made of it`() {
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: 11)
    var sample = Sample(
      plan,
      dues: [
        .alreadyExported, .neverExported, .failedBefore, .neverExported, .neverExported, .lookback, .forced,
        .artifactMissing, .notRipe, .beyondCatchUp, .noLongerKept,
      ])
    sample.finish(1, at: 0)
    sample.fail(2, at: 0, Failure(.taskFailed, "no"))
    sample.add(.skipped(because: sample.keys[2]), 3, at: 6)
    sample.add(.intent(attempt: 1), 4, at: 50)
    sample.fail(5, at: 0, Failure(.taskFailed, "no"), attempt: 2)
    sample.fail(7, at: 0, Failure(.taskFailed, "no"), attempt: 2)

    let coverage = Coverage(sample.report)

    #expect(String(coverage.series[0].statuses.map(\.letter)) == "..FSWrwF-bk")
    #expect(coverage.missing == 4 && coverage.count(.exported) == 2)
    #expect(coverage.series[0].title == "history/a/event" && coverage.series[0].missing == 4)
    #expect(
      coverage.spans(of: coverage.series[0]).map { "\($0.label) \($0.status.word)" }.prefix(2) == [
        "2016-11-13..2016-11-14 exported", "2016-11-15 failed",
      ])
  }

  @Test func `series that stand alike are one, in the plan's order`() {
    let plan = Plan.sample(apps: ["a", "b", "c"], snapshots: [], days: 2)
    var sample = Sample(plan)
    for job in [0, 1, 4, 5] { sample.finish(job, at: 0) }

    let coverage = Coverage(sample.report)

    #expect(coverage.alike.map { $0.map(\.app) } == [["a", "c"], ["b"]])
    #expect(
      coverage.calendar(of: coverage.alike[0][0]).lines
        == [
          .fold(
            WindowSpan(
              status: .exported, first: coverage.windows[0], last: coverage.windows[1], windows: 2))
        ])
  }

  // MARK: Failures

  static let patterns: [(String, String)] = [
    ("the task failed: no room", "the task failed: no room"),
    ("task 17 failed after 120 s", "task … failed after … s"),
    ("answered 503 to request 9f3c0d2e-1f2a-4b5c-8d6e-7f8a9b0c1d2e", "answered 503 to request …"),
    ("part-00007.json is cut at byte 12", "part-….json is cut at byte …"),
    ("app-12: 2016-01-31 is not there", "app-…: … is not there"),
    ("größe 12", "größe …"), ("row 412 is bad", "row … is bad"), ("429: slow down 7", "429: slow down …"), ("", ""),
    (
      "'event/20161124T150640Z-9f3c/part-0.json': row 7: timestamp 2016-01-31T12:00:01.5Z is outside",
      "'…': row …: timestamp … is outside"
    ),
    ("'part-7.json.gz' is the service's, not 'ours'", "'…' is the service's, not 'ours'"),
  ]

  @Test(arguments: patterns) func `what differs between alike messages is left out`(message: String, pattern: String) {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 2))
    sample.fail(0, at: 0, Failure(.taskFailed, message))
    sample.fail(1, at: 0, Failure(.taskFailed, message + " "))

    let kinds = sample.report.failureGroups[0].kinds

    // Two that differ in more than numbers stay two; each that stands alone keeps its words.
    #expect(kinds.map(\.message).sorted() == [message, message + " "].sorted())
    sample.events = []
    sample.fail(0, at: 0, Failure(.taskFailed, message))
    sample.fail(1, at: 0, Failure(.taskFailed, message.replacing("12", with: "13").replacing("7", with: "8")))
    let joined = sample.report.failureGroups[0].kinds
    #expect(joined.count == 1)
    if message.contains(where: { "12".contains($0) || $0 == "7" }), message != pattern {
      #expect(joined[0].message == pattern)
    }
  }

  @Test func `failures are grouped by cause and message, the most frequent first, and say whether they were retried`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 6))
    for job in 0..<3 { sample.fail(job, at: job, Failure(.taskFailed, "row \(job) is bad", requestID: "r-\(job)")) }
    sample.fail(3, at: 0, Failure(.taskFailed, "no room"))
    sample.add(.intent(attempt: 1), 4, at: 0)
    sample.add(.setback(step: .submit, Failure(.throttled, "429")), 4, at: 1)
    sample.add(.refused(attempt: 1, Failure(.throttled, "429")), 4, at: 2)
    sample.add(.failed(Failure(.throttled, "429")), 4, at: 2)

    let groups = sample.report.failureGroups

    #expect(groups.map(\.cause) == [.taskFailed, .throttled])
    #expect(groups[0].kinds.map(\.message) == ["row … is bad", "no room"])
    #expect(groups[0].kinds.map(\.jobs.count) == [3, 1] && groups[0].count == 4 && groups[0].retried == 0)
    #expect(groups[1].retried == 1)
  }

  @Test func `what was not begun is told by what it waited for`() {
    let plan = Plan.sample(apps: ["a", "b", "c"], snapshots: ["tag"], days: 1)
    var sample = Sample(
      plan,
      dues: [.snapshotMissed, .neverExported, .neverExported, .neverExported, .alreadyExported, .neverExported])
    sample.fail(2, at: 0, Failure(.taskFailed, "no"))
    sample.add(.skipped(because: sample.keys[2]), 3, at: 5)

    let groups = sample.report.notBegun

    #expect(
      groups.map(\.why) == [
        "the run ended before their turn", "wait for all of snapshots/a, of which no run brings back some",
        "waited for snapshots/b/tag/2016-11-24",
      ])
    #expect(groups.map { $0.jobs.map(\.title) }[1] == ["history/a/event/2016-11-23"])
  }

  @Test func `files that are not good for one reason are one kind, whatever they are called`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 3))
    for (job, name) in ["activity/1-a/part-0.json", "event/2-b/part-0.json", "part-3.json"].enumerated() {
      sample.fail(job, at: 0, Failure(.artifact, "'\(name)' has \(job) bytes, and its manifest says 1\(job)"))
    }

    let kinds = sample.report.failureGroups[0].kinds

    #expect(kinds.map(\.message) == ["'…' has … bytes, and its manifest says …"] && kinds[0].jobs.count == 3)
  }

  @Test func `jobs of one export that waited for several of another are told in one line`() {
    let plan = Plan.sample(apps: ["a", "b", "c"], snapshots: ["tag"], days: 2)
    var sample = Sample(plan)
    for job in [0, 3] { sample.fail(job, at: 0, Failure(.taskFailed, "no")) }
    for (job, other) in [(1, 0), (2, 0), (4, 3), (5, 3)] {
      sample.add(.skipped(because: sample.keys[other]), job, at: 5)
    }

    let groups = sample.report.notBegun

    #expect(groups.map { "\($0.who): \($0.why)" }[0] == "4 jobs of history: waited for 2 jobs of snapshots that failed")
    #expect(groups.map(\.jobs.count) == [4, 2, 1])
    // Both exports waited for the same job: one line, in the plan's order.
    sample.events.removeAll()
    for job in [3, 4, 1] { sample.add(.skipped(because: sample.keys[0]), job, at: 5) }
    let alike = sample.report.notBegun.filter { $0.why == "waited for snapshots/a/tag/2016-11-24" }
    #expect(alike.map { $0.jobs.map(\.title) } == [[1, 3, 4].map { sample.report.jobs[$0].title }])
  }

  @Test func `what is missing is told in a few lines, with the windows and the apps of which most is missing`() {
    var sample = Sample(Plan.sample(apps: ["a", "b", "c", "d", "e"], snapshots: ["tag"], days: 2))
    for job in [0, 3, 6, 9, 12, 1, 5] { sample.finish(job, at: 0) }

    let coverage = Coverage(sample.report)

    #expect(
      coverage.missingInShort == [
        "history: 8 windows, 2016-11-22 to 2016-11-23; event of c (2), d (2), e (2) and 2 more apps"
      ])
    let untouched = Coverage(Sample(sample.plan).report)
    #expect(
      untouched.missingInShort[1] == "snapshots: 5 windows, 2016-11-24; tag of a (1), b (1), c (1) and 2 more apps")
  }

  @Test func `only what failed or was abandoned is told as failed; the rest was not over, with its last setback`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 7))
    sample.fail(0, at: 0, Failure(.taskFailed, "no"))
    sample.add(.intent(attempt: 1), 1, at: 0)
    sample.add(.abandoned(Failure(.deadline, "too long")), 1, at: 9)
    for job in [2, 3] {
      sample.add(.intent(attempt: 1), job, at: 0)
      sample.add(.refused(attempt: 1, Failure(.service, "answered 503 to request \(job)")), job, at: 1)
    }
    sample.add(.intent(attempt: 1), 4, at: 0)
    sample.add(.submitted(attempt: 1, task: "t-4", requestID: nil), 4, at: 1)
    sample.add(.taskFailed(attempt: 1, Failure(.taskFailed, "no")), 5, at: 2)
    sample.finish(5, at: 20, attempt: 2)

    let report = sample.report

    #expect(report.failureGroups.reduce(0) { $0 + $1.count } == report.count(.failed, .abandoned))
    #expect(report.failureGroups.map(\.cause) == [.deadline, .taskFailed])
    #expect(
      report.unfinishedGroups.map { "\($0.jobs.count) \($0.why)" } == [
        "2 not over when the run ended; last setback: service faults, answered 503 to request …",
        "1 not over when the run ended, with a task at the service that goes on",
      ])
    let unfinished = report.unfinishedGroups.reduce(0) { $0 + $1.jobs.count }
    #expect(unfinished + report.notBegun.reduce(0) { $0 + $1.jobs.count } == report.unfinished)
    let next = NextSteps(report, Coverage(report))
    #expect(next.sentences.contains("1 task goes on at the service; the next run takes them up."))
  }

  @Test(arguments: [Due.snapshotMissed, .noLongerKept, .beyondCatchUp])
  func `no command is offered for jobs that wait for what no run brings back`(lost: Due) {
    let plan = Plan.sample(apps: ["a"], snapshots: ["tag"], days: 2)
    let sample = Sample(plan, dues: [lost, .neverExported, .neverExported])

    let report = sample.report
    let next = NextSteps(report, Coverage(report))

    #expect(report.waitingInVain.count == 2 && report.leftCount == 0)
    #expect(next.commands.isEmpty)
    #expect(
      next.sentences.contains(
        "2 jobs wait for what no run brings back: change 'after' of the export, or its window."))
    var later = Sample(plan, dues: [.notRipe, .neverExported, .neverExported])
    later.resume = "outhaul run exports.yaml"
    #expect(NextSteps(later.report, Coverage(later.report)).commands.map(\.line) == ["outhaul run exports.yaml"])
  }

  // MARK: Limits

  @Test func `live tasks are counted from intent to end, at most and on average`() {
    let plan = Plan.sample(apps: ["a", "b"], snapshots: [], days: 2)
    var sample = Sample(plan)
    sample.finish(0, at: 0)
    sample.finish(1, at: 4)
    sample.fail(2, at: 5, Failure(.taskFailed, "no"))
    sample.events.sort { $0.at < $1.at }
    sample.seconds = 20

    let used = LimitsUsed(sample.report)

    let service = used.services[0]
    #expect(service.live.name == "engagement" && service.live.limit == 8)
    #expect(service.live.most == 3 && service.live.mostAt == Sample.at(5))
    // Eight seconds, eight seconds, five seconds, in twenty.
    #expect(service.live.average == 21.0 / 20)
    #expect(service.apps.map(\.name) == ["a", "b"] && service.apps.map(\.most) == [2, 1])
    #expect(service.apps[0].limit == 4 && used.live.most == 3)
    #expect(service.calls == nil && service.submits.most == 1)
  }

  @Test func `a task that an earlier run left is counted from the beginning, and one that was abandoned to the end`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 3), dues: [.inFlight, .inFlight, .inFlight])
    sample.add(.succeeded(attempt: 1), 0, at: 10)
    sample.add(.abandoned(Failure(.deadline, "too long")), 1, at: 10)
    sample.add(.verifying(attempt: 1), 2, at: 10)

    let used = LimitsUsed(sample.report)

    #expect(used.live.most == 2 && used.live.mostAt == Sample.start)
    #expect(used.live.average == 1.1)
  }

  @Test func `requests are counted in any one second`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 1))
    sample.finish(0, at: 0)
    sample.requests = [0, 400, 999, 1000, 1100, 5000].map { milliseconds in
      RequestRecord(
        at: Sample.start.advanced(by: .milliseconds(milliseconds)), took: .zero,
        step: milliseconds < 1000 ? .submit : .poll,
        key: milliseconds == 0 ? sample.keys[0] : nil, method: "GET", url: "https://service.example/x")
    }

    let service = LimitsUsed(sample.report).services[0]

    #expect(service.calls?.most == 4 && service.submits.most == 3)
  }

  @Test func `the fewest tasks that a service was given is told, and when`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 1))
    sample.finish(0, at: 0)
    sample.notes = [(5, 4), (7, 2), (9, 3)].map { seconds, active in
      RunNote(.limited(service: "engagement", active: active), at: Sample.at(seconds))
    }

    let used = LimitsUsed(sample.report)

    #expect(used.services[0].lowered?.active == 2 && used.services[0].lowered?.at == Sample.at(7))
    sample.notes = []
    #expect(LimitsUsed(sample.report).services[0].lowered == nil)
  }

  // MARK: Attempts

  @Test func `attempts of a job are told with what failed on the way`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 1))
    sample.add(.intent(attempt: 1), 0, at: 0)
    sample.add(.setback(step: .submit, Failure(.service, "502")), 0, at: 1)
    sample.add(.refused(attempt: 1, Failure(.refused, "400")), 0, at: 2)
    sample.finish(0, at: 5, attempt: 2)

    let attempts = sample.report.attempts[0]

    #expect(attempts.map(\.number) == [1, 2] && attempts.map(\.ending) == [.refused, .verified])
    #expect(attempts[0].setbacks.map(\.step) == [.submit] && attempts[0].failure?.message == "400")
    #expect(attempts[0].began == Sample.at(0) && attempts[0].ended == Sample.at(2))
    #expect(attempts[1].task == "t-0" && attempts[1].running == Sample.at(8) && attempts[1].ended == Sample.at(15))
    #expect(sample.report.jobs[0].took == .seconds(15))
  }

  @Test func `an attempt that an earlier run began is told from what this run saw`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 1), dues: [.inFlight])
    sample.add(.adopted(attempt: 3, task: "t-9"), 0, at: 2)
    sample.add(.abandoned(Failure(.deadline, "too long")), 0, at: 9)

    let attempt = sample.report.attempts[0][0]

    #expect(attempt.number == 3 && attempt.began == nil && attempt.isAdopted && attempt.ending == .abandoned)
    #expect(attempt.firstSeen == Sample.at(2))
  }

  // MARK: Setbacks

  @Test func `setbacks are counted by cause in equal spans, each once`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 2))
    sample.seconds = 119
    sample.add(.intent(attempt: 1), 0, at: 0)
    sample.add(.setback(step: .poll, Failure(.throttled, "429")), 0, at: 1)
    sample.add(.setback(step: .poll, Failure(.throttled, "429")), 0, at: 2)
    sample.fail(1, at: 113, Failure(.taskFailed, "no"))

    let setbacks = Setbacks(sample.report)

    #expect(setbacks.width == .seconds(2) && setbacks.spans.count == 60)
    #expect(setbacks.spans[0] == [.throttled: 1] && setbacks.spans[1] == [.throttled: 1])
    #expect(setbacks.spans[59] == [.taskFailed: 1] && setbacks.count(at: 59) == 1)
    #expect(setbacks.totals.map(\.cause) == [.throttled, .taskFailed] && setbacks.totals.map(\.count) == [2, 1])
    #expect(Setbacks(Sample(sample.plan).report).spans.isEmpty)
  }

  // MARK: What is done again

  @Test func `the jobs that failed are selected by name when they are few, else by how they stand`() {
    var sample = Sample(
      Plan.sample(apps: ["a"], snapshots: [], days: 9), dues: [.lookback] + Array(repeating: .neverExported, count: 8))
    for job in 0..<8 { sample.fail(job, at: 0, Failure(.taskFailed, "no")) }
    sample.add(.intent(attempt: 1), 8, at: 0)
    sample.add(.abandoned(Failure(.deadline, "too long")), 8, at: 9)
    sample.resume = "outhaul run 'my exports.yaml' --select 'app:a*' --local"

    let report = sample.report

    #expect(FailedAgain(report)?.selection == ["status:failed", "status:in-flight", "status:lookback"])
    #expect(FailedAgain(report)?.counts == "9 jobs: 8 failed, 1 abandoned")
    #expect(report.selection(of: [report.jobs[1]]) == ["history/a/event/2016-11-16"])
    #expect(
      report.command(selecting: ["status:failed", "status:lookback"])
        == "outhaul run 'my exports.yaml' --local --select 'app:a*,status:failed' --select 'app:a*,status:lookback'")
    #expect(report.command(selecting: []) == sample.resume)
  }

  @Test func `what is selected again is what the reasons of the next run say`() throws {
    var sample = Sample(
      Plan.sample(apps: ["a"], snapshots: [], days: 4),
      dues: [.neverExported, .definitionChanged, .failedBefore, .forced])
    sample.fail(0, at: 0, Failure(.taskFailed, "no"))
    sample.fail(1, at: 0, Failure(.taskFailed, "no"))
    sample.fail(2, at: 0, Failure(.taskFailed, "no"), attempt: 2)
    sample.fail(3, at: 0, Failure(.taskFailed, "no"), attempt: 2)
    var records: [JobKey: JobRecord] = [:]
    records[sample.keys[3]] = {
      var record = JobRecord()
      record.apply(
        JournalEvent(
          .verified(attempt: 1, Verification(.verified, artifacts: [])), of: sample.keys[3], at: Sample.start))
      record.apply(JournalEvent(.wanted(.forced), of: sample.keys[3], at: Sample.start))
      return record
    }()
    for event in sample.events { records[event.key, default: JobRecord()].apply(event) }
    let report = sample.report

    var reckoner = DueReckoner(sample.plan, records: PlanRecords(sample.plan, records), at: Sample.at(200))
    let next = sample.plan.jobs.indices.map { reckoner.due($0) }

    #expect(next == [.failedBefore, .failedBefore, .failedBefore, .forced])
    #expect(FailedAgain(report)?.selection == ["status:failed", "status:forced"])
  }

  @Test func `the slowest and the largest come first, and of equal ones the earlier`() {
    var sample = Sample(Plan.sample(apps: ["a"], snapshots: [], days: 3))
    sample.finish(0, at: 0, bytes: 5)
    sample.finish(1, at: 0, bytes: 9)
    sample.add(.intent(attempt: 1), 2, at: 0)

    let report = sample.report

    #expect(report.slowest(5).map(\.title) == ["history/a/event/2016-11-21", "history/a/event/2016-11-22"])
    #expect(report.largest(1).map(\.title) == ["history/a/event/2016-11-22"])
  }
}
