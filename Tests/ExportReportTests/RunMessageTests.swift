// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportReport
import ExportRun
import ExportTesting
import Testing

/// What notifications say of a run.
@Suite struct RunMessageTests {
  private let start = Instant(seconds: 1_480_000_000)

  /// One job that is done and one that failed with these words.
  private func report(_ words: String = "no <!channel> & \"room\"", fails: Bool = true) -> RunReport {
    let plan = Plan.sample(apps: ["shop"], snapshots: ["tag"], days: 1)
    let keys = plan.jobs.map(\.key)
    func at(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }
    let good = Verification(.verified, artifacts: [Artifact(name: "a.json", bytes: 1234, sha256: nil, rows: 7)])
    let failure = Failure(.taskFailed, words)
    let last: JournalEvent.Kind = fails ? .failed(failure) : .verified(attempt: 1, good)
    let events = [
      JournalEvent(.verified(attempt: 1, good), of: keys[0], at: at(2)), JournalEvent(last, of: keys[1], at: at(3)),
    ]
    let header = RunHeader(
      id: "run-1", started: start, plan: Digest(of: "plan"), name: "nightly", dues: [.neverExported, .neverExported])
    return RunReport(
      plan: PlanFile(plan), header: header, ended: at(4), outcome: fails ? .incomplete : .done, stop: nil,
      events: events, resume: "outhaul run manifest.yaml", program: "outhaul 0.1.0")
  }

  private func text(
    _ format: NotificationSetting.Format, _ template: String? = nil, of report: RunReport
  ) throws -> String {
    let notification = PlannedNotification(
      name: "team", url: SecretText("${secret.hook}"), format: format,
      template: try template.map { try MessageTemplate($0) })
    return String(
      decoding: RunMessage(of: report, as: notification, file: "/state/runs/run-1/report.html").body, as: UTF8.self)
  }

  @Test func `Slack is told what failed, why and how to go on, and nobody is called`() throws {
    let json = try JSONValue(parsing: try text(.slack, of: report()).utf8)

    #expect(
      json["text"]?.string == """
        *nightly*: 1 of 2 jobs done in 4.0 s; 1 failed.
        task failed at the service: 1 job. Read the service's reason; run again for a new task.
          history/shop/event/2016-11-23: no &lt;!channel&gt; &amp; "room"
        go on with: `outhaul run manifest.yaml`
        report: `/state/runs/run-1/report.html`
        """)
    #expect(json.object?.count == 1)
  }

  @Test func `where all is done there is nothing to go on with`() throws {
    #expect(
      try text(.text, of: report(fails: false)) == """
        nightly: All 2 jobs done and verified in 4.0 s.
        report: /state/runs/run-1/report.html
        """)
  }

  @Test func `the usual JSON holds the counts as numbers`() throws {
    let json = try JSONValue(parsing: try text(.json, of: report()).utf8)

    #expect(json["verified"] == 1 && json["failed"] == 1 && json["rows"] == 7 && json["bytes"] == 1234)
    #expect(json["outcome"] == "incomplete" && json["run"] == "run-1" && json["name"] == "nightly")
    #expect(json["failures"]?.string?.contains(#"no <!channel> & "room""#) == true)
  }

  private static let hostile = ["\"", "\\", "\n", "\u{1}", "\",\"a\":\"b", "{verdict}", "\u{2028}", "\\u0000"]

  @Test(arguments: hostile) func `what a service says stays inside its text in JSON`(words: String) throws {
    let json = try JSONValue(
      parsing: try text(.json, #"{"why": "{failures}", "n": {failed}}"#, of: report(words)).utf8)

    #expect(json.object?.count == 2 && json["n"] == 1)
    #expect(json["why"]?.string?.hasSuffix(": \(Failure(.taskFailed, words).message)") == true, "\(json)")
  }

  @Test func `a template of Slack is a message, its words made harmless and its own marks kept`() throws {
    let json = try JSONValue(parsing: try text(.slack, "<!here> *{name}*\n{failures}", of: report()).utf8)

    #expect(json["text"]?.string?.hasPrefix("<!here> *nightly*\ntask failed") == true)
    #expect(json["text"]?.string?.contains("no &lt;!channel&gt; &amp;") == true)
  }

  @Test func `a long list of failures is cut`() throws {
    let plan = Plan.sample(apps: ["shop"], snapshots: [], days: 20)
    let causes: [Failure.Cause] = [.taskFailed, .refused, .storage, .disk, .service]
    let events = plan.jobs.map(\.key).enumerated().map { index, key in
      JournalEvent(.failed(Failure(causes[index % 5], String(repeating: "x", count: 400))), of: key, at: start)
    }
    let header = RunHeader(
      id: "run-1", started: start, plan: Digest(of: "plan"), name: "nightly",
      dues: events.map { _ in .neverExported })
    let report = RunReport(
      plan: PlanFile(plan), header: header, ended: start, outcome: .incomplete, stop: nil, events: events,
      resume: "outhaul run", program: "outhaul 0.1.0")

    let long = try text(.text, "{failures}", of: report)

    #expect(long.count == 2_001 && long.hasSuffix("x…"), "\(long.count)")
  }
}
