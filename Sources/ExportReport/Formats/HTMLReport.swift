// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Mustache

extension ReportFormat {
  /// `report.html`: one file that needs nothing else.
  public static let html = ReportFormat("html", file: "report.html") { report in
    let text = String(decoding: PackageResources.report_html, as: UTF8.self)
    // The template is ours and in the program: a mistake in it is a mistake of ours.
    guard let template = try? MustacheTemplate(string: text) else {
      preconditionFailure("the report's template is broken")
    }
    return Array(template.render(HTMLReport(report).context).utf8)
  }
}

/// What the template shows. Texts are escaped by the template.
private struct HTMLReport {
  /// More bars than this are left out, and the page says so.
  static let barLimit = 3000

  let report: RunReport

  init(_ report: RunReport) { self.report = report }

  var context: [String: Any] {
    let plan = report.plan.plan
    return [
      "name": plan.name, "verdict": report.verdict, "tone": tone, "run": report.header.id, "program": report.program,
      "started": report.header.started.description, "ended": report.ended.description,
      "asOf": plan.asOf.description, "digest": report.plan.digest.description, "resume": report.resume,
      "isUnfinished": report.outcome != .done,
      "totals": totals, "failures": failures, "hasFailures": !report.causes.isEmpty,
      "apps": timeline, "hasTimeline": !report.jobs.isEmpty,
      "leftOut": max(0, report.jobs.count - Self.barLimit), "hasLeftOut": report.jobs.count > Self.barLimit,
      "jobs": report.jobs.prefix(Self.barLimit).map(row),
      "notDue": report.notDue.map { ["reason": $0.reason.rawValue, "count": $0.count] as [String: Any] },
      "inputs": plan.inputs.map { ["name": $0.name, "digest": $0.digest.hex] },
      "took": RunReport.duration(report.duration),
    ]
  }

  private var tone: String {
    switch report.outcome {
    case .done: "good"
    case .interrupted, .broken: "wait"
    case .incomplete, .halted: "bad"
    }
  }

  private var totals: [[String: Any]] {
    var all: [(String, String)] = [("due", "\(report.jobs.count)"), ("verified", "\(report.count(.verified))")]
    for (name, count) in [
      ("listed only", report.listed), ("failed", report.count(.failed)), ("abandoned", report.count(.abandoned)),
      ("skipped", report.count(.skipped)),
      ("unfinished", report.unfinished),
    ] where count > 0 {
      all.append((name, "\(count)"))
    }
    all.append(("rows", Self.grouped(report.rows)))
    all.append(("files", "\(report.artifactCount)"))
    all.append(("size", RunReport.bytes(report.bytes)))
    all.append(("time", RunReport.duration(report.duration)))
    return all.map { ["name": $0.0, "value": $0.1] }
  }

  private static func grouped(_ number: Int64) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append("\u{202F}") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  private var failures: [[String: Any]] {
    report.causes.map { group in
      [
        "cause": RunReport.words(group.cause), "advice": RunReport.advice(group.cause), "count": group.jobs.count,
        "jobs": group.jobs.prefix(50).map { job in
          [
            "title": job.title, "message": job.failure?.message ?? "", "state": job.state.rawValue,
            "attempts": job.attempts,
          ] as [String: Any]
        }, "more": max(0, group.jobs.count - 50), "hasMore": group.jobs.count > 50,
      ]
    }
  }

  // MARK: The timeline

  private var timeline: [[String: Any]] {
    let plan = report.plan.plan
    let shown = report.jobs.prefix(Self.barLimit)
    return plan.apps.indices.compactMap { app -> [String: Any]? in
      let jobs = shown.filter { $0.job.app == app }
      guard !jobs.isEmpty else { return nil }
      return ["name": plan.apps[app].name, "bars": jobs.map(bar)]
    }
  }

  /// A bar in thousandths of the run: waiting at the service, running there, fetching and checking.
  private func bar(_ job: ReportedJob) -> [String: Any] {
    let times = job.times
    let end = times.ended ?? (times.intent == nil ? nil : report.ended)
    let begin = times.intent ?? times.submitted ?? report.header.started
    let running = times.running ?? times.succeeded ?? end
    let succeeded = times.succeeded ?? end
    func part(_ from: Instant?, _ to: Instant?) -> String {
      guard let from, let to, to > from else { return "0" }
      return Self.percent(from.duration(to: to), of: total)
    }
    return [
      "title": job.title, "state": job.state.rawValue, "label": "\(job.job.dataset) \(job.job.label)",
      "left": Self.percent(report.header.started.duration(to: max(begin, report.header.started)), of: total),
      "queue": part(begin, running), "run": part(running, succeeded), "verify": part(succeeded, end),
      "isBad": [.failed, .abandoned, .skipped].contains(job.state),
    ]
  }

  private var total: Duration { max(.milliseconds(1), report.duration) }

  private static func percent(_ part: Duration, of whole: Duration) -> String {
    let tenths = part.milliseconds * 1000 / max(1, whole.milliseconds)
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func files(_ result: Verification) -> String {
    result.isEmpty ? "none: the service had nothing to export" : result.artifacts.map(\.name).joined(separator: ", ")
  }

  private func row(_ job: ReportedJob) -> [String: Any] {
    let reason = job.isStopped ? "the export stopped after" : "waited for"
    let failure =
      job.skippedBecause.map { "\(reason) \($0)" } ?? (job.state == .verified ? "" : job.failure?.message ?? "")
    return [
      "title": job.title, "state": job.verification?.level.rawValue ?? job.state.rawValue, "due": job.due.rawValue,
      "attempts": job.attempts,
      "rows": job.verification.map { Self.grouped($0.rows) } ?? "",
      "size": job.verification.map { RunReport.bytes($0.bytes) } ?? "", "note": failure,
      "task": job.tasks.last ?? "", "key": job.job.key.short,
      "sent": (job.job.sent.map { "\($0.start) – \($0.end)" } ?? "")
        + (job.parts > 0 ? ", in \(Count.words(job.parts, "part"))" : ""),
      "files": job.verification.map(Self.files) ?? "",
    ]
  }
}
