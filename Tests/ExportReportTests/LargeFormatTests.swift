// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportReport
import ExportRun
import ExportTesting
import Foundation
import Testing

/// Runs of 10,000 jobs.
@Suite struct LargeFormatTests {
  /// - Parameter fails: every job, each with a message of its own; else every hundredth.
  static func report(jobs: Int, fails: Bool, name: String = "shop", message: String = "no room") -> RunReport {
    let apps = 100
    let plan = Plan.sample(
      apps: (0..<apps).map { "\(name)-\($0)" }, snapshots: [], days: jobs / apps)
    func at(_ milliseconds: Int) -> Instant { FormatSample.at(Int64(milliseconds)) }
    var events: [JournalEvent] = []
    var requests: [RequestRecord] = []
    for (index, key) in plan.jobs.keys.enumerated() {
      let begin = index * 10
      events.append(JournalEvent(.intent(attempt: 1), of: key, at: at(begin)))
      events.append(
        JournalEvent(
          .submitted(attempt: 1, task: "task-\(index)", requestID: "r-\(index)"), of: key, at: at(begin + 100)))
      events.append(JournalEvent(.running, of: key, at: at(begin + 2000)))
      for (step, kind) in [JournalEvent.Step.submit, .poll, .verify].enumerated() {
        requests.append(
          RequestRecord(
            at: at(begin + step * 1000), took: .milliseconds(90), step: kind, key: key, attempt: 1, method: "POST",
            url: "https://service.example/apps/\(name)/tasks/\(index)", status: 200, requestID: "r-\(index)-\(step)"))
      }
      if fails || index % 100 == 0 {
        let causes = Failure.Cause.allCases
        let failure = Failure(causes[index % causes.count], "\(index): \(message)", requestID: "r-\(index)")
        events.append(JournalEvent(.taskFailed(attempt: 1, failure), of: key, at: at(begin + 5000)))
        events.append(JournalEvent(.failed(failure), of: key, at: at(begin + 5000)))
      } else {
        let file = Artifact(name: "\(key.hex)/part-00000.json", bytes: 5000, sha256: Digest(of: key.hex), rows: 50)
        events.append(JournalEvent(.succeeded(attempt: 1), of: key, at: at(begin + 5000)))
        events.append(JournalEvent(.verifying(attempt: 1), of: key, at: at(begin + 5000)))
        events.append(
          JournalEvent(.verified(attempt: 1, Verification(.verified, artifacts: [file])), of: key, at: at(begin + 6000))
        )
      }
    }
    let file = PlanFile(plan)
    let header = RunHeader(
      id: "run-1", started: FormatSample.start, plan: file.digest, name: plan.name,
      dues: plan.jobs.keys.map { _ in .neverExported })
    return RunReport(
      plan: file, header: header, ended: at(jobs * 10 + 10_000), outcome: .incomplete, stop: nil, events: events,
      requests: requests, resume: "outhaul run manifest.yaml", program: "outhaul 0.1.0")
  }

  /// The most that each may have, for 10,000 jobs with 30,000 requests.
  private static let bounds: [(format: ReportFormat, bytes: Int)] = [
    (.markdown, 60_000), (.junit, 6_000_000), (.events, 20_000_000), (.prometheus, 30_000),
    (.openLineage, 40_000_000), (.openTelemetry, 60_000_000), (.json, 20_000_000),
  ]

  @Test func `no format is out of proportion with 10,000 jobs`() {
    let report = Self.report(jobs: 10_000, fails: false)

    for (format, bytes) in Self.bounds {
      let count = format.render(report).count
      #expect(count < bytes, "\(format.fileName) has \(count) bytes")
    }
  }

  @Test func `Markdown fits a comment whatever failed, and says what it left out`() {
    let long = String(repeating: "🧨`|<@x> ", count: 60)
    for (name, message) in [("shop", "no room"), (long, long)] {
      let report = Self.report(jobs: 10_000, fails: true, name: name, message: message)

      let bytes = ReportFormat.markdown.render(report)
      let text = String(decoding: bytes, as: UTF8.self)

      #expect(bytes.count <= 60_000)
      #expect(text.contains("Go on with: `outhaul run manifest.yaml`"))
      #expect(text.contains("**task failed at the service**: 769 jobs."))
      #expect(text.contains("\n### What is missing\n") && text.contains("more like it: 100 windows: "))
      #expect(text.contains("\n</details>\n") && text.contains("Run `run-1` by `outhaul 0.1.0`"))
    }
  }

  @Test func `of more requests than a trace bears, those that went wrong are in it, and the rest is counted`() {
    let small = FormatSample.report()
    let good = RequestRecord(
      at: FormatSample.start, took: .zero, step: .poll, method: "GET", url: "https://service.example/tasks",
      status: 200)
    let report = RunReport(
      plan: small.plan, header: small.header, ended: small.ended, outcome: small.outcome, stop: nil,
      events: small.events, requests: small.requests + Array(repeating: good, count: 100_000), resume: "",
      program: "outhaul 0.1.0")

    let text = String(decoding: ReportFormat.openTelemetry.render(report), as: UTF8.self)

    #expect(text.components(separatedBy: "\"kind\":3").count - 1 == 2)
    #expect(text.contains(#"{"key":"outhaul.run.requests.left_out","value":{"intValue":"100003"}}"#))
  }

  @Test func `a trace of many spans is several requests of bounded size, of which none is empty`() {
    let requests = Array(TraceRequests(Self.report(jobs: 1000, fails: false)))

    #expect(requests.count > 2)
    #expect(requests.allSatisfy { $0.count < 600_000 && $0.count > 1000 })
  }
}
