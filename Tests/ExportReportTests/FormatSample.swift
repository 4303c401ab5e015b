// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportReport
import ExportRun
import ExportTesting

/// A run with something of everything: what the formats are shown with.
enum FormatSample {
  static let start = Instant(seconds: 1_480_000_000)

  static func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: start.milliseconds + milliseconds) }

  /// Four jobs: one verified after a setback, one under way at the end, one failed in its second attempt, one skipped for it.
  /// - Parameter text: stands in names and in what the service says.
  static func report(
    app: String = "shop", text: String = "no room", outcome: RunResult.Outcome = .incomplete,
    stop: Scheduler.StopReason? = nil
  ) -> RunReport {
    var plan = Plan.sample(apps: [app, "club"], snapshots: ["tag"], days: 1)
    plan.inputs = [PlanInput(name: "manifest.yaml", digest: Digest(of: "manifest"))]
    let header = RunHeader(
      id: "20161124T150640Z-0001", started: start, plan: PlanFile(plan).digest, name: plan.name,
      dues: [.neverExported, .neverExported, .failedBefore, .neverExported])
    return RunReport(
      plan: PlanFile(plan), header: header, ended: at(10_250), outcome: outcome, stop: stop,
      events: events(plan.jobs.map(\.key), text), notes: notes, requests: requests(plan.jobs.map(\.key)),
      resume: "outhaul run manifest.yaml", program: "outhaul 0.1.0")
  }

  private static func events(_ keys: [JobKey], _ text: String) -> [JournalEvent] {
    let failure = Failure(.taskFailed, "the task failed: \(text)", requestID: "r-2")
    let artifact = Artifact(name: "snapshots/part-00000.json", bytes: 1234, sha256: Digest(of: "x"), rows: 7)
    return [
      JournalEvent(.intent(attempt: 1), of: keys[0], at: at(0)),
      JournalEvent(.submitted(attempt: 1, task: "t-1", requestID: "r-1"), of: keys[0], at: at(1000)),
      JournalEvent(.intent(attempt: 1), of: keys[2], at: at(1000)),
      JournalEvent(.refused(attempt: 1, Failure(.throttled, "429", requestID: "r-0")), of: keys[2], at: at(1200)),
      JournalEvent(.intent(attempt: 2), of: keys[2], at: at(1500)),
      JournalEvent(.submitted(attempt: 2, task: "t-2", requestID: "r-2"), of: keys[2], at: at(2000)),
      JournalEvent(.running, of: keys[0], at: at(3000)),
      JournalEvent(.setback(step: .poll, Failure(.service, "502")), of: keys[0], at: at(4000)),
      JournalEvent(.taskFailed(attempt: 2, failure), of: keys[2], at: at(5000)),
      JournalEvent(.failed(failure), of: keys[2], at: at(5000)),
      JournalEvent(.skipped(because: keys[2]), of: keys[3], at: at(5000)),
      JournalEvent(.succeeded(attempt: 1), of: keys[0], at: at(6000)),
      JournalEvent(.verifying(attempt: 1), of: keys[0], at: at(6000)),
      JournalEvent(.verified(attempt: 1, Verification(.verified, artifacts: [artifact])), of: keys[0], at: at(7000)),
      JournalEvent(.intent(attempt: 1), of: keys[1], at: at(8000)),
    ]
  }

  private static var notes: [RunNote] {
    [
      RunNote(.throttled(service: "engagement", active: 4), at: at(1200), after: 4),
      RunNote(.limited(service: "engagement", active: 4), at: at(1200), after: 4),
      RunNote(.unanswered(service: "engagement", Failure(.unreachable, "no answer")), at: at(9000), after: 15),
    ]
  }

  private static func requests(_ keys: [JobKey]) -> [RequestRecord] {
    [
      RequestRecord(
        at: at(0), took: .milliseconds(80), method: "POST", url: "https://login.example/token", status: 200),
      RequestRecord(
        at: at(100), took: .microseconds(900_250), step: .submit, key: keys[0], attempt: 1, method: "POST",
        url: "https://service.example/tags", status: 201, requestID: "r-1", serviceID: "s-1"),
      RequestRecord(
        at: at(1000), took: .milliseconds(200), step: .submit, key: keys[2], attempt: 1, method: "POST",
        url: "https://service.example/tags", status: 429, requestID: "r-0"),
      RequestRecord(
        at: at(2900), took: .milliseconds(100), step: .poll, method: "GET", url: "https://service.example:8443/tasks",
        status: 200),
      RequestRecord(
        at: at(8000), took: .seconds(1), step: .submit, key: keys[1], attempt: 1, method: "POST",
        url: "https://service.example/events", error: "the connection ended early"),
    ]
  }
}
