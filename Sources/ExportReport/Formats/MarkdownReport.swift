// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

extension ReportFormat {
  /// `report.md`: for a comment on a pull request, of which GitHub takes 65,536 characters, or a summary of CI.
  public static let markdown = ReportFormat("md", file: "report.md") { report, sink in
    var writer = MarkdownReportWriter(report)
    try sink(writer.write())
  }
}

private struct MarkdownReportWriter {
  private static let limit = 60_000
  /// What each section leaves to those after it.
  private static let leftByFailures = 24_000
  private static let leftByMissing = 14_000
  private static let leftByInputs = 1_000

  /// Room for a line that says how many more there are.
  private static let more = 40

  private static let jobsOfCause = 5
  private static let unfinishedMost = 10
  private static let missingMost = 20
  private static let spansMost = 5
  private static let exportsMost = 20
  private static let resumeMost = 4_000

  private let report: RunReport
  private var text = MarkdownText(limit: limit)

  init(_ report: RunReport) { self.report = report }

  mutating func write() -> [UInt8] {
    text.line("## Outhaul: \(MarkdownText.code(report.plan.plan.name))")
    text.line()
    text.line(verdict)
    halt()
    resume()
    totals()
    exports()
    failures()
    unfinished()
    missing()
    inputs()
    text.line()
    text.line(
      "Run \(MarkdownText.code(report.header.id)) by \(MarkdownText.code(report.program)), "
        + "\(report.header.started) to \(report.ended), as of \(report.plan.plan.asOf)")
    return text.bytes
  }

  private var sign: String {
    switch report.outcome {
    case .done: "✅"
    case .interrupted, .broken: "⏸️"
    case .incomplete, .halted: "❌"
    }
  }

  /// The report's own sentence; what a service said in it is told as such.
  private var verdict: String {
    guard case .halted(let failure) = report.stop, !failure.message.isEmpty else { return "\(sign) \(report.verdict)" }
    let words = report.verdict.replacing(failure.message, with: MarkdownText.code(failure.message, most: 500))
    return "\(sign) \(words)"
  }

  /// What stopped the run as a whole, and what to do.
  private mutating func halt() {
    guard let halt = report.halt else { return }
    let request = halt.requestID.map { ", request \(MarkdownText.code($0, most: 80))" } ?? ""
    let message = halt.message.isEmpty ? "" : ": \(MarkdownText.code(halt.message, most: 300))"
    text.line()
    text.line("**\(RunReport.words(halt.cause))** stopped the run\(message)\(request). \(RunReport.advice(halt.cause))")
  }

  private mutating func resume() {
    guard report.outcome != .done, !report.resume.isEmpty, report.leftCount > 0 else { return }
    text.line()
    guard report.resume.utf8.count <= Self.resumeMost else {
      text.line("Go on with the command that `report.json` holds as `resume`; it is too long for this page.")
      return
    }
    text.line("Go on with: \(MarkdownText.code(report.resume, most: Self.resumeMost))")
  }

  private mutating func totals() {
    let counts: [(String, Int)] = [
      ("due", report.jobs.count), ("verified", report.count(.verified) - report.listed), ("listed only", report.listed),
      ("failed", report.count(.failed)), ("abandoned", report.count(.abandoned)), ("skipped", report.count(.skipped)),
      ("cancelled", report.count(.cancelled)), ("unfinished", report.unfinished),
    ]
    let shown = counts.filter { $0.1 > 0 || ["due", "verified", "failed"].contains($0.0) }
    text.line()
    text.line("| " + (shown.map(\.0) + ["rows", "files", "size", "time"]).joined(separator: " | ") + " |")
    text.line("|" + String(repeating: " ---: |", count: shown.count + 4))
    let values =
      shown.map { "\($0.1)" }
      + [
        "\(report.rows)", "\(report.artifactCount)", RunReport.bytes(report.bytes), RunReport.duration(report.duration),
      ]
    text.line("| " + values.joined(separator: " | ") + " |")
    guard !report.notDue.isEmpty else { return }
    text.line()
    text.line("Not due: " + report.notDue.map { "\($0.count) \($0.reason.rawValue)" }.joined(separator: ", ") + ".")
  }

  private mutating func exports() {
    var counts: [Int: (due: Int, verified: Int)] = [:]
    for job in report.jobs {
      counts[job.job.export, default: (0, 0)].due += 1
      if job.state == .verified { counts[job.job.export, default: (0, 0)].verified += 1 }
    }
    guard counts.count > 1 else { return }
    text.line()
    for (export, count) in counts.sorted(by: { $0.key < $1.key }).prefix(Self.exportsMost) {
      let name = MarkdownText.code(report.plan.plan.exports[export].name)
      text.line("- \(name): \(count.verified) of \(RunReport.jobs(count.due)) done")
    }
    if counts.count > Self.exportsMost { text.line("- and \(counts.count - Self.exportsMost) more exports") }
  }

  private mutating func failures() {
    let failed = report.causes.map {
      (title: RunReport.words($0.cause), advice: RunReport.advice($0.cause), jobs: $0.jobs)
    }
    // Of what was given up each job tells its own cause.
    let givenUp = report.givenUp.map { one in
      let why = MarkdownText.code(one.why, most: 200)
      return (
        title: "given up after a failed attempt", advice: "Why no other was made: \(why).",
        jobs: one.groups.flatMap { $0.kinds.flatMap(\.jobs) }
      )
    }
    let all = failed + givenUp
    guard !all.isEmpty else { return }
    text.line()
    text.line("### What failed")
    for (index, (title, advice, jobs)) in all.enumerated() {
      // Each cause has its share of the room that is left, so that none goes untold.
      let room = Self.limit - Self.leftByFailures - text.bytes.count
      let rest = Self.limit - text.bytes.count - room / (all.count - index)
      text.line()
      text.line("**\(title)**: \(RunReport.jobs(jobs.count)). \(advice)")
      text.line()
      var shown = 0
      for job in jobs.prefix(Self.jobsOfCause) {
        guard text.line(failure(job), leaving: rest + Self.more) else { break }
        shown += 1
      }
      if jobs.count > shown { text.line("- and \(jobs.count - shown) more") }
    }
  }

  private func failure(_ job: ReportedJob) -> String {
    let request = job.failure?.untoldRequest.map { ", request \(MarkdownText.code($0, most: 80))" } ?? ""
    let message = MarkdownText.code(job.failure?.message ?? "", most: 300)
    return "- \(MarkdownText.code(job.title, most: 200)): \(message)\(request)"
  }

  /// Jobs that were begun and are not over.
  private mutating func unfinished() {
    let groups = report.unfinishedGroups
    guard !groups.isEmpty else { return }
    text.line()
    text.line("### What was not over")
    text.line()
    var shown = 0
    for group in groups.prefix(Self.unfinishedMost) {
      let line = "- \(RunReport.jobs(group.jobs.count)): \(MarkdownText.code(group.why, most: 300))"
      guard text.line(line, leaving: Self.leftByFailures - 2_000) else { break }
      shown += 1
    }
    let left = groups.dropFirst(shown).reduce(0) { $0 + $1.jobs.count }
    if left > 0 { text.line("- and \(Count.words(left, "more job"))") }
  }

  /// Windows that are due and not there; apps and datasets of which the same are missing together.
  private mutating func missing() {
    let coverage = Coverage(report)
    let groups = coverage.alike.filter { $0[0].missing > 0 }
    guard !groups.isEmpty else { return }
    text.line()
    text.line("### What is missing")
    text.line()
    var shown = 0
    for group in groups.prefix(Self.missingMost) {
      guard text.line("- \(title(of: group)): \(spans(of: group[0], coverage))", leaving: Self.leftByMissing) else {
        break
      }
      shown += 1
    }
    let left = groups.dropFirst(shown).reduce(0) { $0 + $1.count }
    if left > 0 {
      text.line("- and windows of \(left == 1 ? "1 more dataset of an app" : "\(left) more datasets of apps")")
    }
  }

  private func title(of group: [Coverage.Series]) -> String {
    let first = MarkdownText.code(group[0].title, most: 200)
    return group.count == 1 ? first : "\(first) and \(group.count - 1) more like it"
  }

  private func spans(of series: Coverage.Series, _ coverage: Coverage) -> String {
    let missing = coverage.spans(of: series).filter { $0.status.isMissing }
    let words = missing.prefix(Self.spansMost).map { span in
      let last = span.windows == 1 ? "" : " to \(MarkdownText.code(span.last.label, most: 40))"
      return "\(MarkdownText.code(span.first.label, most: 40))\(last) \(span.status.word)"
    }
    let more = missing.count > Self.spansMost ? " and more" : ""
    return "\(Count.words(series.missing, "window")): \(words.joined(separator: ", "))\(more)"
  }

  private mutating func inputs() {
    let inputs = report.plan.plan.inputs
    text.line()
    text.line("<details><summary>Inputs of the plan</summary>")
    text.line()
    text.line("- plan: `\(report.plan.digest)`")
    var shown = 0
    for input in inputs {
      let line = "- \(MarkdownText.code(input.name, most: 200)): `\(input.digest)`"
      guard text.line(line, leaving: Self.leftByInputs) else { break }
      shown += 1
    }
    if inputs.count > shown { text.line("- and \(inputs.count - shown) more, in `report.json`") }
    text.line()
    text.line("</details>")
  }
}
