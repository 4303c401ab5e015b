// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportReport
import ExportRun
import ExportTesting
import Testing

/// What was begun and given up, and how many jobs are done again with what failed.
@Suite struct GivenUpTests {
  private typealias Sample = ReportSample

  /// One app's history stops after its first failure: two jobs had an attempt that failed, one was put off, one was not begun.
  private static func stopped() -> Sample {
    var plan = Plan.sample(apps: ["a"], snapshots: [], days: 5)
    plan.exports[1].maxFailures = 1
    var sample = Sample(plan)
    for job in [1, 2] {
      sample.add(.intent(attempt: 1), job, at: 0)
      sample.add(.submitted(attempt: 1, task: "t-\(job)", requestID: nil), job, at: 1)
      sample.add(.taskFailed(attempt: 1, Failure(.taskFailed, "no room for \(job)")), job, at: 2)
    }
    sample.add(.intent(attempt: 1), 3, at: 0)
    sample.add(.refused(attempt: 1, Failure(.throttled, "429")), 3, at: 2)
    sample.add(.intent(attempt: 1), 0, at: 0)
    sample.add(.refused(attempt: 1, Failure(.throttled, "429")), 0, at: 1)
    sample.fail(0, at: 2, Failure(.taskFailed, "no"), attempt: 2)
    for job in 1...4 { sample.add(.skipped(because: sample.keys[0], isStop: true), job, at: 7) }
    return sample
  }

  @Test
  func `jobs that were begun and given up when their export stopped are told with their causes, not as not begun`() {
    let report = Self.stopped().report

    #expect(report.givenUp.map(\.why) == ["export history stopped after \(report.jobs[0].title) (max_failures: 1)"])
    let kinds = report.givenUp[0].groups.flatMap { group in group.kinds.map { "\(group.cause) \($0.message)" } }
    #expect(kinds == ["taskFailed no room for …", "throttled 429"] && report.givenUp[0].count == 3)
    #expect(report.notBegun.map(\.jobs.count) == [1])
    #expect(report.verdict.hasSuffix("; 1 failed, 4 skipped (3 of them given up)."))
    #expect(report.jobs.map(\.putOff) == [1, 0, 0, 1, 0] && report.jobs.map(\.attempts) == [2, 1, 1, 1, 0])
  }

  @Test func `what failed is counted as the next run selects it`() throws {
    var sample = Self.stopped()
    let report = sample.report
    var records: [JobKey: JobRecord] = [:]
    for event in sample.events { records[event.key, default: JobRecord()].apply(event) }
    var reckoner = DueReckoner(sample.plan, records: PlanRecords(sample.plan, records), at: Sample.at(200))
    let failedBefore = sample.plan.jobs.indices.count { reckoner.due($0) == .failedBefore }

    let again = try #require(FailedAgain(report))

    #expect(again.selection == ["status:failed"] && again.jobs.count == failedBefore)
    #expect(again.counts == "4 jobs: 1 failed, 3 given up")
    #expect(NextSteps(report, Coverage(report)).commands.map(\.purpose)[1] == "Only what went wrong (\(again.counts)):")
    // Where the same words mean more, these jobs are named, or all that they mean is counted.
    sample.dues[4] = .failedBefore
    let named = try #require(FailedAgain(sample.report))
    #expect(named.jobs.count == 4 && named.selection.count == 4)
    sample.events.removeAll()
    sample.plan = Plan.sample(apps: ["a"], snapshots: [], days: 9)
    sample.dues = Array(repeating: .failedBefore, count: 9)
    for job in 0..<7 { sample.fail(job, at: 0, Failure(.taskFailed, "no"), attempt: 2) }
    #expect(FailedAgain(sample.report)?.counts == "9 jobs: 7 failed, 2 not done that stand alike")
  }
}
