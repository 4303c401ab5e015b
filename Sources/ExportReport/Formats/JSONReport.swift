// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension ReportFormat {
  /// `report.json`: versioned by `Schemas/report.schema.json`, members sorted by name, a job a line.
  public static let json = ReportFormat("json", file: "report.json") { report in
    var writer = JSONReportWriter(report)
    return writer.write()
  }
}

private struct JSONReportWriter {
  private let report: RunReport
  private let plan: Plan
  private var json = JSONWriter(capacity: 1 << 16)

  init(_ report: RunReport) { (self.report, plan) = (report, report.plan.plan) }

  mutating func write() -> [UInt8] {
    let dues = report.header.dues.counts
    json.beginObject()
    if let halt = report.halt { line("advice", .string(RunReport.advice(halt.cause))) }
    line("as_of", .string(plan.asOf.description))
    let coverage = Coverage(report)
    json.newline()
    json.key("coverage")
    json.beginArray()
    for series in coverage.series {
      json.newline()
      json.value(coverage.json(of: series))
    }
    if !coverage.series.isEmpty { json.closingNewline() }
    json.endArray()
    line("coverage_totals", coverage.summary)
    line(
      "due",
      .object(
        Dictionary(
          uniqueKeysWithValues: Due.allCases.map { due in
            (due.rawValue, .int(Int64(dues[due] ?? 0)))
          })))
    line("ended", .string(report.ended.description))
    line("failures", .array(report.failureGroups.map(\.json)))
    line("inputs", .array(plan.inputs.map { ["name": .string($0.name), "sha256": .string($0.digest.hex)] }))
    json.newline()
    json.key("jobs")
    json.beginArray()
    for job in report.jobs {
      json.newline()
      json.value(self.job(job))
    }
    if !report.jobs.isEmpty { json.closingNewline() }
    json.endArray()
    line("limits", LimitsUsed(report).json)
    line("name", .string(plan.name))
    line("outcome", .string(report.outcome.rawValue))
    line("plan", .string(report.plan.digest.description))
    line("program", .string(report.program))
    line("report", 1)
    line("resume", .string(report.resume))
    line("run", .string(report.header.id))
    line("setbacks", Setbacks(report).json(from: report.header.started))
    line("started", .string(report.header.started.description))
    if let halt = report.halt { line("stopped_by", halt.json) }
    line("totals", totals)
    line("verdict", .string(report.verdict))
    json.closingNewline()
    json.endObject()
    json.closingNewline()
    return json.bytes
  }

  private mutating func line(_ name: String, _ value: JSONValue) {
    json.newline()
    json.member(name, value)
  }

  private var totals: JSONValue {
    [
      "abandoned": .int(Int64(report.count(.abandoned))), "adopted": sum(\.adopted), "bytes": .int(report.bytes),
      "due": .int(Int64(report.jobs.count)), "failed": .int(Int64(report.count(.failed))),
      "files": .int(Int64(report.artifactCount)), "jobs": .int(Int64(report.header.dues.count)),
      "milliseconds": .int(report.duration.milliseconds), "rows": .int(report.rows), "setbacks": sum(\.setbacks),
      "skipped": .int(Int64(report.count(.skipped))), "tasks": sum(\.tasks.count),
      "unfinished": .int(Int64(report.unfinished)), "verified": .int(Int64(report.count(.verified))),
    ]
  }

  private func sum(_ path: KeyPath<ReportedJob, Int>) -> JSONValue {
    .int(Int64(report.jobs.reduce(0) { $0 + $1[keyPath: path] }))
  }

  private func job(_ reported: ReportedJob) -> JSONValue {
    let job = reported.job
    let times = reported.times
    let instants: [String: Instant?] = [
      "ended": times.ended, "intent": times.intent, "running": times.running, "submitted": times.submitted,
      "succeeded": times.succeeded,
    ]
    let members: [String: JSONValue?] = [
      "app": .string(plan.apps[job.app].name), "attempts": .int(Int64(reported.attempts)),
      "dataset": .string(job.dataset), "due": .string(reported.due.rawValue),
      "export": .string(plan.exports[job.export].name), "failure": reported.failure?.json,
      "format": .string(job.format),
      "key": .string(job.key.hex), "label": .string(job.label),
      "parts": reported.parts > 0 ? .int(Int64(reported.parts)) : nil,
      "request_ids": .array(reported.requestIDs.map { .string($0) }),
      "sends": job.sent.map { ["end": .string($0.end), "start": .string($0.start)] },
      "setbacks": .int(Int64(reported.setbacks)), "skipped_because": reported.skippedBecause.map { .string($0) },
      "stopped": reported.isStopped ? true : nil,
      "state": .string(reported.state.rawValue), "tasks": .array(reported.tasks.map { .string($0) }),
      "times": .object(instants.compactMapValues { $0.map { .string($0.description) } }),
      "verification": reported.verification?.json,
      "window": [
        "end": .string(job.window.end.description), "start": .string(job.window.start.description),
        "zone": .string(job.window.zone),
      ],
    ]
    return .object(members.compactMapValues { $0 })
  }
}
