// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension ReportFormat {
  /// `junit.xml`: a suite for each export, a case for each job that was due.
  public static let junit = ReportFormat("junit", file: "junit.xml") { report, sink in
    var writer = JUnitReportWriter(report)
    try writer.write(to: sink)
  }
}

private struct JUnitReportWriter {
  /// How a case ended, in the words of test reports.
  private enum End { case passed, failure, error, skipped }

  private let report: RunReport
  private let plan: Plan
  private var xml: XMLText

  init(_ report: RunReport) {
    (self.report, plan) = (report, report.plan.plan)
    xml = XMLText(capacity: ReportFormat.pieceLength + 4096)
  }

  mutating func write(to sink: ReportFormat.Sink) throws {
    var jobsOfExport = [[ReportedJob]](repeating: [], count: plan.exports.count)
    for job in report.jobs { jobsOfExport[job.export].append(job) }
    xml.begin("testsuites", [("name", plan.name)] + counts(report.jobs) + [("time", seconds(report.duration))])
    for (export, jobs) in zip(plan.exports, jobsOfExport) where !jobs.isEmpty { try suite(export.name, jobs, sink) }
    xml.end("testsuites")
    try sink(xml.take())
  }

  private mutating func suite(_ name: String, _ jobs: [ReportedJob], _ sink: ReportFormat.Sink) throws {
    let spent = jobs.reduce(Duration.zero) { $0 + time($1) }
    xml.begin(
      "testsuite",
      [("name", name)] + counts(jobs) + [
        ("time", seconds(spent)), ("timestamp", Self.timestamp(report.header.started)),
      ])
    xml.begin("properties")
    for (name, value) in [
      ("run", report.header.id), ("plan", report.plan.digest.description), ("program", report.program),
      ("as_of", plan.asOf.description),
    ] {
      xml.element("property", [("name", name), ("value", value)])
    }
    xml.end("properties")
    for job in jobs {
      testCase(job)
      try xml.flush(to: sink)
    }
    xml.end("testsuite")
  }

  private mutating func testCase(_ job: ReportedJob) {
    let name = "\(plan.exports[job.export].name)/\(plan.apps[job.app].name)/\(job.dataset)"
    let attributes: [XMLText.Attribute] = [
      ("classname", name), ("name", String(Substring(job.title.utf8.dropFirst(name.utf8.count + 1)))),
      ("time", seconds(time(job))),
    ]
    let end = end(of: job)
    guard end != .passed || job.sums != nil else { return xml.element("testcase", attributes) }
    xml.begin("testcase", attributes)
    switch end {
    case .passed: break
    case .failure: xml.element("failure", reason(job), text: details(job))
    case .error: xml.element("error", reason(job), text: details(job))
    case .skipped: xml.element("skipped", [("message", job.reason)])
    }
    if let sums = job.sums { xml.element("system-out", text: facts(sums)) }
    xml.end("testcase")
  }

  // MARK: Words

  private func end(of job: ReportedJob) -> End {
    switch job.state {
    case .verified: .passed
    case .failed: .failure
    // It was begun, and came to nothing.
    case .skipped: job.isGivenUp ? .failure : .skipped
    // They were due, and this run has not done them.
    case .abandoned, .cancelled, .planned, .waiting, .ready, .submitting, .submitted, .running, .succeeded, .verifying,
      .split:
      .error
    }
  }

  private func reason(_ job: ReportedJob) -> [XMLText.Attribute] {
    let type = job.isFailure || job.isGivenUp ? job.failure?.cause.rawValue : nil
    return [("type", type ?? (job.state.isFinal ? job.state.rawValue : "unfinished")), ("message", job.reason)]
  }

  private func details(_ job: ReportedJob) -> String {
    var lines = [job.reason]
    if let failure = job.failure {
      lines.append("cause: \(RunReport.words(failure.cause))")
      if let request = failure.untoldRequest { lines.append("request: \(request)") }
    }
    if let task = job.tasks.last { lines.append("task: \(task)") }
    lines.append("attempts: \(job.attempts - job.putOff)")
    if job.putOff > 0 { lines.append("put off: \(job.putOff)") }
    lines.append("job: \(job.job.key.hex)")
    if let failure = job.failure { lines.append("what to do: \(RunReport.advice(failure.cause))") }
    return lines.joined(separator: "\n")
  }

  private func facts(_ result: ResultSums) -> String {
    let files = Count.words(result.files, "file")
    let size = Count.words(result.bytes, "byte")
    return result.level == .listed
      ? "listed, not read: \(size) in \(files)" : "\(Count.words(result.rows, "row")), \(size) in \(files)"
  }

  private func counts(_ jobs: [ReportedJob]) -> [XMLText.Attribute] {
    var counts: [End: Int] = [:]
    for job in jobs { counts[end(of: job), default: 0] += 1 }
    return [
      ("tests", "\(jobs.count)"), ("failures", "\(counts[.failure] ?? 0)"), ("errors", "\(counts[.error] ?? 0)"),
      ("skipped", "\(counts[.skipped] ?? 0)"),
    ]
  }

  /// From the first thing that was done for it to the last; of one that is not over to the end of the run.
  private func time(_ job: ReportedJob) -> Duration {
    job.began.map { $0.duration(to: job.over(in: report)) } ?? .zero
  }

  private func seconds(_ duration: Duration) -> String { DecimalText.seconds(duration.milliseconds) }

  /// As the schema of such reports has it: whole seconds, no zone.
  private static func timestamp(_ instant: Instant) -> String {
    String(Instant(seconds: instant.seconds).description.dropLast())
  }
}
