// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension ReportFormat {
  /// `report.json`: versioned by `Schemas/report.schema.json`, members sorted by name, a job a line.
  public static let json = ReportFormat("json", file: "report.json") { report, sink in
    var writer = JSONReportWriter(report)
    try writer.write(to: sink)
  }
}

private struct JSONReportWriter {
  private let report: RunReport
  private let plan: Plan
  private var json = JSONWriter(capacity: ReportFormat.pieceLength + 4096)

  init(_ report: RunReport) { (self.report, plan) = (report, report.plan.plan) }

  mutating func write(to sink: ReportFormat.Sink) throws {
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
      try json.flush(to: sink)
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
    line("given_up", .array(report.givenUp.map(\.json)))
    line("inputs", .array(plan.inputs.map { ["name": .string($0.name), "sha256": .string($0.digest.hex)] }))
    json.newline()
    json.key("jobs")
    json.beginArray()
    for job in report.jobs {
      json.newline()
      write(job)
      try json.flush(to: sink)
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
    try sink(json.take())
  }

  private mutating func line(_ name: String, _ value: JSONValue) {
    json.newline()
    json.member(name, value)
  }

  private var totals: JSONValue {
    [
      "abandoned": .int(Int64(report.count(.abandoned))), "adopted": sum(\.adopted), "bytes": .int(report.bytes),
      "due": .int(Int64(report.jobs.count)), "failed": .int(Int64(report.count(.failed))),
      "files": .int(Int64(report.artifactCount)), "given_up": .int(Int64(report.jobs.count(where: \.isGivenUp))),
      "jobs": .int(Int64(report.header.dues.count)),
      "milliseconds": .int(report.duration.milliseconds), "rows": .int(report.rows), "setbacks": sum(\.setbacks),
      "skipped": .int(Int64(report.count(.skipped))), "tasks": sum(\.taskCount),
      "unfinished": .int(Int64(report.unfinished)), "verified": .int(Int64(report.count(.verified))),
    ]
  }

  private func sum(_ path: KeyPath<ReportedJob, Int>) -> JSONValue {
    .int(Int64(report.jobs.reduce(0) { $0 + $1[keyPath: path] }))
  }

  /// Members sorted by name.
  private mutating func write(_ reported: ReportedJob) {
    let job = reported.job
    json.beginObject()
    json.member("app", plan.apps[job.app].name)
    json.member("attempts", reported.attempts)
    json.member("dataset", job.dataset)
    json.member("due", reported.due.rawValue)
    json.member("export", plan.exports[job.export].name)
    if let failure = reported.failure { json.member("failure", failure.json) }
    json.member("format", job.format)
    json.member("key", job.key.digest)
    json.member("label", job.label)
    if reported.parts > 0 { json.member("parts", reported.parts) }
    if reported.putOff > 0 { json.member("put_off", reported.putOff) }
    list("request_ids", reported.requestIDs)
    if let sent = job.sent {
      json.key("sends")
      json.beginObject()
      json.member("end", sent.end)
      json.member("start", sent.start)
      json.endObject()
    }
    json.member("setbacks", reported.setbacks)
    json.member("skipped_because", reported.skippedBecause)
    json.member("state", reported.state.rawValue)
    if reported.isStopped { json.member("stopped", true) }
    list("tasks", reported.tasks)
    write(reported.times)
    if let verification = reported.verification {
      json.key("verification")
      verification.write(to: &json)
    }
    json.key("window")
    json.beginObject()
    json.member("end", job.window.end.description)
    json.member("start", job.window.start.description)
    json.member("zone", job.window.zone)
    json.endObject()
    json.endObject()
  }

  private mutating func list(_ name: String, _ texts: [String]) {
    json.key(name)
    json.beginArray()
    for text in texts { json.string(text) }
    json.endArray()
  }

  private mutating func write(_ times: ReportedJob.Times) {
    json.key("times")
    json.beginObject()
    json.member("ended", times.ended?.description)
    json.member("intent", times.intent?.description)
    json.member("running", times.running?.description)
    json.member("submitted", times.submitted?.description)
    json.member("succeeded", times.succeeded?.description)
    json.endObject()
  }
}
