// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// The jobs of a report as the page's script reads them: a column for each fact, texts by number, and milliseconds from
/// the beginning of the run.
struct PageData {
  /// Of more jobs than these, files are only counted.
  private static let filesMost = 30_000
  /// Of a job.
  private static let filesShown = 5

  private let report: RunReport
  private let plan: Plan
  private let sink: ReportFormat.Sink
  private var json = JSONWriter(capacity: ReportFormat.pieceLength + 4096)
  private var messages = MessageTable()
  private var windows = TextTable<NamedWindow>()
  private var sends = TextTable<String>()
  private var titles = TextTable<String>()
  private var formats = TextTable<String>()
  private var datasets = TextTable<String>()
  private var states = TextTable<String>()

  init(_ report: RunReport, to sink: @escaping ReportFormat.Sink) {
    (self.report, plan, self.sink) = (report, report.plan.plan, sink)
  }

  /// Writes JSON that may stand in a script element: it holds no `<`.
  mutating func write() throws {
    json.beginObject()
    json.member("start", report.header.started.milliseconds)
    json.member("took", max(0, report.duration.milliseconds))
    try writeJobs()
    try writeTries()
    try list("exports", plan.exports.map(\.name))
    try list("apps", plan.apps.map(\.name))
    try list("dues", Due.allCases.map(\.rawValue))
    try list("endings", ReportedAttempt.Ending.allCases.map(\.words))
    try rows("causes", Failure.Cause.allCases.map { [RunReport.words($0), RunReport.advice($0)] })
    try numbers("tells", tellsFormats)
    try list("states", states.texts)
    try list("looks", states.texts.map { ReportedJob.look(ofState: $0) })
    try list("datasets", datasets.texts)
    try list("formats", formats.texts)
    try list("patterns", messages.patterns.texts)
    try writeMessages()
    try list("sends", sends.texts)
    try list("titles", titles.texts)
    try rows(
      "windows",
      windows.texts.map { [$0.label, $0.window.start.description, $0.window.end.description, $0.window.zone] })
    json.endObject()
    try sink(Self.escaped(json.take()))
  }

  private mutating func flush() throws {
    if json.bytes.count >= ReportFormat.pieceLength { try sink(Self.escaped(json.take())) }
  }

  private static func escaped(_ piece: [UInt8]) -> [UInt8] {
    let sign = UInt8(ascii: "<")
    guard piece.contains(sign) else { return piece }
    return piece.reduce(into: []) { $1 == sign ? $0.append(contentsOf: #"\u003c"#.utf8) : $0.append($1) }
  }

  /// By export: 1 where titles tell the format.
  private var tellsFormats: [Int] {
    var found = [Int](repeating: 0, count: plan.exports.count)
    for job in report.jobs where report.table.titles.tellFormats(of: job.export) { found[job.export] = 1 }
    return found
  }

  // MARK: Jobs

  private mutating func writeJobs() throws {
    let jobs = report.jobs
    json.key("jobs")
    json.beginObject()
    try numbers("export", jobs.lazy.map(\.export))
    try numbers("app", jobs.lazy.map(\.app))
    try numbers("dataset", jobs.map { datasets.number(of: $0.dataset) })
    try numbers("format", jobs.map { formats.number(of: $0.job.format) })
    try numbers(
      "window",
      jobs.map { job in
        let job = job.job
        return windows.number(of: NamedWindow(window: job.window, label: job.label))
      })
    try numbers("sent", jobs.map { sends.number(of: $0.sentText) })
    try numbers("state", jobs.map { states.number(of: $0.stateWord) })
    try numbers("due", jobs.lazy.map { Due.allCases.firstIndex(of: $0.due) ?? -1 })
    try numbers("cause", jobs.map(cause))
    try numbers("message", jobs.map { messages.number(of: $0.failure?.message) })
    try numbers("waited", jobs.map { titles.number(of: $0.skippedBecause) })
    try numbers("stopped", jobs.lazy.map { $0.isStopped ? 1 : 0 })
    try numbers("tries", report.attempts.lazy.map(\.count))
    try numbers("over", jobs.lazy.map { $0.times.ended == nil ? 0 : 1 })
    try numbers("rows", jobs.lazy.map { Int($0.sums?.rows ?? -1) })
    try numbers("bytes", jobs.lazy.map { Int($0.sums?.bytes ?? -1) })
    try numbers("artifacts", jobs.lazy.map { $0.sums?.files ?? 0 })
    try list("key", jobs.lazy.map { $0.job.key.digest.bytes.base64Unpadded })
    try writeFileNumbers(jobs)
    json.endObject()
    try writePutOff(jobs)
    try writeFiles(jobs)
  }

  /// Few have any: by place.
  private mutating func writePutOff(_ jobs: [ReportedJob]) throws {
    json.key("putOff")
    json.beginObject()
    for job in jobs where job.putOff > 0 {
      json.member("\(job.place)", job.putOff)
      try flush()
    }
    json.endObject()
  }

  private func cause(_ job: ReportedJob) -> Int {
    guard job.isFailure, let cause = job.failure?.cause else { return -1 }
    return Failure.Cause.allCases.firstIndex(of: cause) ?? -1
  }

  private func hasFiles(_ job: ReportedJob) -> Bool {
    report.jobs.count <= Self.filesMost && job.sums?.files ?? 0 > 0
  }

  private mutating func writeFileNumbers(_ jobs: [ReportedJob]) throws {
    var next = -1
    try numbers(
      "files",
      jobs.map { job in
        guard hasFiles(job) else { return -1 }
        next += 1
        return next
      })
  }

  private mutating func writeFiles(_ jobs: [ReportedJob]) throws {
    json.key("files")
    json.beginArray()
    for job in jobs where hasFiles(job) {
      json.beginArray()
      for file in job.verification?.artifacts.prefix(Self.filesShown) ?? [] {
        let folder = folder(of: job)
        let isInFolder = file.name.hasPrefix(folder)
        json.beginArray()
        json.string(isInFolder ? String(file.name.dropFirst(folder.count)) : file.name)
        json.int(file.bytes)
        json.int(file.rows ?? -1)
        if isInFolder { json.int(1) }
        json.endArray()
      }
      json.endArray()
      try flush()
    }
    json.endArray()
  }

  /// Where files of a job usually are: what the page knows of it otherwise.
  private func folder(of job: ReportedJob) -> String {
    let job = job.job
    return [plan.exports[job.export].name, plan.apps[job.app].name, job.dataset, job.format, job.label, ""]
      .joined(separator: "/")
  }

  // MARK: Attempts

  private mutating func writeTries() throws {
    let names = [
      "began", "made", "running", "done", "over", "number", "ending", "bad", "message", "task", "request",
    ]
    // All columns at once: attempts are folded when they are asked for.
    var columns = names.map { _ in JSONWriter() }
    for index in columns.indices { columns[index].beginArray() }
    let start = report.header.started
    for attempt in report.attempts.joined() {
      let begin = attempt.firstSeen ?? start
      let moments = [attempt.submitted, attempt.running, attempt.succeeded ?? attempt.verifying, attempt.ended]
      columns[0].int(max(0, start.duration(to: begin).milliseconds))
      for (column, moment) in zip(1..., moments) {
        columns[column].int(moment.map { max(0, begin.duration(to: $0).milliseconds) } ?? -1)
      }
      columns[5].int(attempt.number)
      columns[6].int(ReportedAttempt.Ending.allCases.firstIndex(of: attempt.ending) ?? -1)
      columns[7].int(attempt.isBad ? 1 : 0)
      columns[8].int(messages.number(of: attempt.failure?.message))
      columns[9].string(PackedID.text(attempt.task ?? ""))
      columns[10].string(PackedID.text(attempt.requestID ?? attempt.failure?.requestID ?? ""))
    }
    json.key("tries")
    json.beginObject()
    for (index, name) in names.enumerated() {
      columns[index].endArray()
      json.key(name)
      json.raw(columns[index].take())
      try flush()
    }
    json.endObject()
    json.key("setbacks")
    json.beginObject()
    for (index, attempt) in report.attempts.joined().enumerated() where !attempt.setbacks.isEmpty {
      let begin = attempt.firstSeen ?? start
      json.key("\(index)")
      json.beginArray()
      for setback in attempt.setbacks.prefix(20) {
        json.beginArray()
        json.int(max(0, begin.duration(to: setback.at).milliseconds))
        json.int(messages.number(of: "\(setback.step.rawValue): \(setback.failure.message)"))
        json.endArray()
      }
      json.endArray()
      try flush()
    }
    json.endObject()
  }

  /// The number of the words, or a list of it and of what stands in their holes.
  private mutating func writeMessages() throws {
    json.key("messages")
    json.beginArray()
    for message in messages.messages {
      guard !message.ids.isEmpty else {
        json.int(message.pattern)
        continue
      }
      json.beginArray()
      json.int(message.pattern)
      for id in message.ids { json.string(PackedID.text(id)) }
      json.endArray()
      try flush()
    }
    json.endArray()
  }

  // MARK: Columns

  private mutating func numbers(_ name: String, _ numbers: some Sequence<Int>) throws {
    json.key(name)
    json.beginArray()
    for number in numbers {
      json.int(number)
      try flush()
    }
    json.endArray()
  }

  private mutating func list(_ name: String, _ texts: some Sequence<String>) throws {
    json.key(name)
    json.beginArray()
    for text in texts {
      json.string(text)
      try flush()
    }
    json.endArray()
  }

  private mutating func rows(_ name: String, _ rows: [[String]]) throws {
    json.key(name)
    json.beginArray()
    for row in rows {
      json.beginArray()
      for text in row { json.string(text) }
      json.endArray()
      try flush()
    }
    json.endArray()
  }
}
