// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportReport
import ExportRun
import ExportTesting

/// A run whose events a test writes down by the second.
struct ReportSample {
  static let start = Instant(seconds: 1_480_000_000)

  var plan: Plan
  var dues: [Due]
  var events: [JournalEvent] = []
  var notes: [RunNote] = []
  var requests: [RequestRecord] = []
  var seconds = 100
  var outcome = RunResult.Outcome.incomplete
  var stop: Scheduler.StopReason?
  var resume = "outhaul run exports.yaml"

  init(_ plan: Plan, dues: [Due]? = nil) {
    (self.plan, self.dues) = (plan, dues ?? plan.jobs.map { _ in .neverExported })
  }

  var keys: [JobKey] { plan.jobs.keys }

  static func at(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }

  mutating func add(_ kind: JournalEvent.Kind, _ job: Int, at seconds: Int) {
    events.append(JournalEvent(kind, of: keys[job], at: Self.at(seconds)))
  }

  /// A job that is done in one attempt of ten seconds.
  mutating func finish(_ job: Int, at seconds: Int, attempt: Int = 1, bytes: Int64 = 100) {
    add(.intent(attempt: attempt), job, at: seconds)
    add(.submitted(attempt: attempt, task: "t-\(job)", requestID: "r-\(job)"), job, at: seconds + 1)
    add(.running, job, at: seconds + 3)
    add(.succeeded(attempt: attempt), job, at: seconds + 8)
    add(.verifying(attempt: attempt), job, at: seconds + 8)
    let artifact = Artifact(name: "part-0.json", bytes: bytes, sha256: nil, rows: 1)
    add(.verified(attempt: attempt, Verification(.verified, artifacts: [artifact])), job, at: seconds + 10)
  }

  /// A job whose only attempt fails at the service after five seconds, for good.
  mutating func fail(_ job: Int, at seconds: Int, _ failure: Failure, attempt: Int = 1) {
    add(.intent(attempt: attempt), job, at: seconds)
    add(.submitted(attempt: attempt, task: "t-\(job)", requestID: nil), job, at: seconds + 1)
    add(.taskFailed(attempt: attempt, failure), job, at: seconds + 5)
    add(.failed(failure), job, at: seconds + 5)
  }

  var report: RunReport {
    let header = RunHeader(id: "run-1", started: Self.start, plan: Digest(of: "plan"), name: plan.name, dues: dues)
    return RunReport(
      plan: PlanFile(plan), header: header, ended: Self.at(seconds), outcome: outcome, stop: stop, events: events,
      notes: notes, requests: requests, resume: resume, program: "outhaul test")
  }
}
