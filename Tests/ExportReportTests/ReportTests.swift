// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportReport
import ExportRun
import ExportTesting
import Foundation
import Testing

@Suite struct ReportTests {
  private let start = Instant(seconds: 1_480_000_000)

  /// Four jobs: one verified after a setback, one failed, one skipped for it, one still under way.
  private func report(app: String = "shop") -> RunReport {
    let plan = Plan.sample(apps: [app, "club"], snapshots: ["tag"], days: 1)
    func at(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }
    let keys = plan.jobs.map(\.key)
    let failure = Failure(.taskFailed, "the task failed: <no room>", requestID: "r-2")
    let artifact = Artifact(name: "history/part-00000.json", bytes: 1234, sha256: Digest(of: "x"), rows: 7)
    let events = [
      JournalEvent(.intent(attempt: 1), of: keys[0], at: at(0)),
      JournalEvent(.submitted(attempt: 1, task: "t-1", requestID: "r-1"), of: keys[0], at: at(1)),
      JournalEvent(.running, of: keys[0], at: at(3)),
      JournalEvent(.setback(step: .poll, Failure(.service, "502")), of: keys[0], at: at(4)),
      JournalEvent(.succeeded(attempt: 1), of: keys[0], at: at(6)),
      JournalEvent(.verifying(attempt: 1), of: keys[0], at: at(6)),
      JournalEvent(.verified(attempt: 1, Verification(.verified, artifacts: [artifact])), of: keys[0], at: at(7)),
      JournalEvent(.intent(attempt: 2), of: keys[2], at: at(1)),
      JournalEvent(.submitted(attempt: 2, task: "t-2", requestID: "r-2"), of: keys[2], at: at(2)),
      JournalEvent(.taskFailed(attempt: 2, failure), of: keys[2], at: at(5)),
      JournalEvent(.failed(failure), of: keys[2], at: at(5)),
      JournalEvent(.skipped(because: keys[2]), of: keys[3], at: at(5)),
      JournalEvent(.intent(attempt: 1), of: keys[1], at: at(8)),
    ]
    let header = RunHeader(
      id: "run-1", started: start, plan: Digest(of: "plan"), name: "sample",
      dues: [.neverExported, .neverExported, .failedBefore, .neverExported])
    return RunReport(
      plan: PlanFile(plan), header: header, ended: at(10), outcome: .incomplete, stop: nil, events: events,
      resume: "outhaul run manifest.yaml", program: "outhaul test")
  }

  @Test func `the summary says what happened and what to do`() {
    #expect(
      report().summary() == """
        1 of 4 jobs done in 10 s; 1 failed, 1 skipped, 1 waiting.
        7 rows, 1.2 kB in 1 file
        task failed at the service: 1 job
          snapshots/club/tag/2016-11-24: the task failed: <no room>
        go on with: outhaul run manifest.yaml
        """)
  }

  @Test func `JSON holds every due job with its times and causes`() throws {
    let bytes = ReportFormat.json.render(report())
    let json = try JSONValue(parsing: bytes)

    #expect(bytes == ReportFormat.json.render(report()))
    #expect(json["report"] == 1)
    #expect(
      json["totals"] == [
        "abandoned": 0, "adopted": 0, "bytes": 1234, "due": 4, "failed": 1, "files": 1, "given_up": 0, "jobs": 4,
        "milliseconds": 10_000,
        "rows": 7, "setbacks": 2, "skipped": 1, "tasks": 2, "unfinished": 1, "verified": 1,
      ])
    #expect(json.at(pointer: "/jobs/0/state") == "verified")
    #expect(json.at(pointer: "/jobs/0/times/running") == "2016-11-24T15:06:43Z")
    #expect(json.at(pointer: "/jobs/0/verification/artifacts/0/rows") == 7)
    #expect(json.at(pointer: "/jobs/2/failure/request_id") == "r-2")
    #expect(json.at(pointer: "/jobs/3/skipped_because") == "snapshots/club/tag/2016-11-24")
    #expect(json.at(pointer: "/failures/0/cause") == "taskFailed")
  }

  /// A week that was done in three parts: the first as it is, the second in two. The second run finds the first part done.
  private func split(resumed: Bool) -> RunReport {
    let plan = Plan.sample(apps: ["shop"], snapshots: [], days: 1, daysEach: 7)
    let whole = plan.jobs[0]
    func part(_ name: String) -> JobPart {
      JobPart(
        key: JobKey(Digest(of: name)), window: whole.window, label: name,
        sent: SentWindow(start: name, end: name))
    }
    func at(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }
    let (first, second) = (part("a"), part("b"))
    let halves = [part("b1"), part("b2")]
    func done(_ part: JobPart, _ seconds: Int) -> [JournalEvent] {
      let artifact = Artifact(name: part.label, bytes: 10, sha256: Digest(of: "x"), rows: 1)
      return [
        JournalEvent(.intent(attempt: 1), of: part.key, at: at(seconds)),
        JournalEvent(
          .submitted(attempt: 1, task: "t-\(part.label)", requestID: nil), of: part.key, at: at(seconds + 1)),
        JournalEvent(.running, of: part.key, at: at(seconds + 2)),
        JournalEvent(.succeeded(attempt: 1), of: part.key, at: at(seconds + 3)),
        JournalEvent(
          .verified(attempt: 1, Verification(.verified, artifacts: [artifact])), of: part.key, at: at(seconds + 4)),
      ]
    }
    let before =
      [
        JournalEvent(.intent(attempt: 1), of: whole.key, at: at(0)),
        JournalEvent(.setback(step: .submit, Failure(.refused, "too large")), of: whole.key, at: at(1)),
        JournalEvent(.split(attempt: 1, [first, second]), of: whole.key, at: at(1)),
        JournalEvent(.split(attempt: 0, halves), of: second.key, at: at(2)),
      ] + done(first, 10)
    let joined = Verification(
      .verified, artifacts: (0..<3).map { Artifact(name: "\($0)", bytes: 10, sha256: Digest(of: "x"), rows: 1) })
    let after =
      done(halves[0], 20) + done(halves[1], 30)
      + [JournalEvent(.verified(attempt: 1, joined), of: whole.key, at: at(40))]
    let header = RunHeader(
      id: "run-1", started: start, plan: Digest(of: "plan"), name: "sample",
      dues: [resumed ? .inFlight : .neverExported])
    return RunReport(
      plan: PlanFile(plan), header: header, ended: at(41), outcome: .done, stop: nil,
      events: resumed ? after : before + after,
      splits: resumed ? [whole.key: [first, second], second.key: halves] : [:],
      resume: "outhaul run manifest.yaml", program: "outhaul test")
  }

  @Test func `a job that was done in parts is told as one, with everything that its parts took`() {
    let job = split(resumed: false).jobs[0]

    #expect(job.parts == 3 && job.state == .verified)
    #expect(job.tasks == ["t-a", "t-b1", "t-b2"] && job.attempts == 4 && job.setbacks == 1)
    #expect(job.verification?.rows == 3)
    func at(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }
    let times = job.times
    #expect(times.intent == at(0) && times.submitted == at(11) && times.running == at(12))
    #expect(times.succeeded == at(33) && times.ended == at(40))
    let page = String(decoding: ReportFormat.html.render(split(resumed: false)), as: UTF8.self)
    #expect(page.contains(", in 3 parts\""))
  }

  @Test func `a run that goes on with parts of an earlier one tells what it did itself`() throws {
    let report = split(resumed: true)

    #expect(report.jobs[0].parts == 3 && report.jobs[0].tasks == ["t-b1", "t-b2"] && report.jobs[0].attempts == 2)
    let json = try JSONValue(parsing: ReportFormat.json.render(report))
    #expect(json.at(pointer: "/jobs/0/parts") == 3 && json.at(pointer: "/totals/tasks") == 2)
  }

  @Test func `members of the JSON are those of the schema`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    func schema(_ name: String) throws -> JSONValue {
      try JSONValue(parsing: Array(Data(contentsOf: root.appendingPathComponent("Schemas/\(name).schema.json"))))
    }
    func hold(_ value: JSONValue?, _ part: JSONValue?) {
      let members = Set(value?.object?.keys.map(\.self) ?? [])
      let known = Set(part?["properties"]?.object?.keys.map(\.self) ?? [])
      let required = Set(part?["required"]?.array?.compactMap(\.string) ?? [])
      #expect(members.subtracting(known).isEmpty && required.subtracting(members).isEmpty && !required.isEmpty)
    }
    let report = report()
    let json = try JSONValue(parsing: ReportFormat.json.render(report))
    let reportSchema = try schema("report")
    let planSchema = try schema("plan")
    let plan = try JSONValue(parsing: report.plan.bytes)

    hold(json, reportSchema)
    for job in json["jobs"]?.array ?? [] { hold(job, reportSchema["$defs"]?["job"]) }
    hold(plan, planSchema)
    for job in plan["jobs"]?.array ?? [] { hold(job, planSchema["$defs"]?["job"]) }
  }
}
