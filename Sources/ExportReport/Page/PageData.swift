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
  private let attempts: [[ReportedAttempt]]
  private var json = JSONWriter(capacity: 1 << 18)
  private var messages = MessageTable()
  private var windows = TextTable<NamedWindow>()
  private var sends = TextTable<String>()
  private var titles = TextTable<String>()
  private var formats = TextTable<String>()
  private var datasets = TextTable<String>()
  private var states = TextTable<String>()

  init(_ report: RunReport) { (self.report, plan, attempts) = (report, report.plan.plan, report.attempts) }

  /// JSON that may stand in a script element: it holds no `<`.
  mutating func write(to sink: ReportFormat.Sink) throws {
    write()
    let bytes = json.take()
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(ReportFormat.pieceLength)
      rest = rest[piece.endIndex...]
      try sink(Self.escaped(piece))
    }
  }

  private static func escaped(_ piece: ArraySlice<UInt8>) -> [UInt8] {
    let sign = UInt8(ascii: "<")
    guard piece.contains(sign) else { return Array(piece) }
    return piece.reduce(into: []) { $1 == sign ? $0.append(contentsOf: #"\u003c"#.utf8) : $0.append($1) }
  }

  private mutating func write() {
    json.beginObject()
    json.member("start", report.header.started.milliseconds)
    json.member("took", max(0, report.duration.milliseconds))
    writeJobs()
    writeTries()
    list("exports", plan.exports.map(\.name))
    list("apps", plan.apps.map(\.name))
    list("dues", Due.allCases.map(\.rawValue))
    list("endings", ReportedAttempt.Ending.allCases.map(\.words))
    rows("causes", Failure.Cause.allCases.map { [RunReport.words($0), RunReport.advice($0)] })
    numbers("tells", tellsFormats)
    list("states", states.texts)
    list("looks", states.texts.map { ReportedJob.look(ofState: $0) })
    list("datasets", datasets.texts)
    list("formats", formats.texts)
    list("patterns", messages.patterns.texts)
    writeMessages()
    list("sends", sends.texts)
    list("titles", titles.texts)
    rows(
      "windows",
      windows.texts.map { [$0.label, $0.window.start.description, $0.window.end.description, $0.window.zone] })
    json.endObject()
  }

  /// By export: 1 where titles tell the format.
  private var tellsFormats: [Int] {
    var found = [Int](repeating: 0, count: plan.exports.count)
    for job in report.jobs where job.title.hasSuffix("/\(job.job.dataset)/\(job.job.format)/\(job.job.label)") {
      found[job.job.export] = 1
    }
    return found
  }

  // MARK: Jobs

  private mutating func writeJobs() {
    let jobs = report.jobs
    json.key("jobs")
    json.beginObject()
    numbers("export", jobs.map(\.job.export))
    numbers("app", jobs.map(\.job.app))
    numbers("dataset", jobs.map { datasets.number(of: $0.job.dataset) })
    numbers("format", jobs.map { formats.number(of: $0.job.format) })
    numbers("window", jobs.map { windows.number(of: NamedWindow(window: $0.job.window, label: $0.job.label)) })
    numbers("sent", jobs.map { sends.number(of: $0.sentText) })
    numbers("state", jobs.map { states.number(of: $0.stateWord) })
    numbers("due", jobs.map { Due.allCases.firstIndex(of: $0.due) ?? -1 })
    numbers("cause", jobs.map(cause))
    numbers("message", jobs.map { messages.number(of: $0.failure?.message) })
    numbers("waited", jobs.map { titles.number(of: $0.skippedBecause) })
    numbers("stopped", jobs.map { $0.isStopped ? 1 : 0 })
    numbers("tries", attempts.map(\.count))
    numbers("over", jobs.map { $0.times.ended == nil ? 0 : 1 })
    numbers("rows", jobs.map { Int($0.verification?.rows ?? -1) })
    numbers("bytes", jobs.map { Int($0.verification?.bytes ?? -1) })
    numbers("artifacts", jobs.map { $0.verification?.artifacts.count ?? 0 })
    list("key", jobs.map { $0.job.key.digest.bytes.base64Unpadded })
    writeFileNumbers(jobs)
    json.endObject()
    writeFiles(jobs)
  }

  private func cause(_ job: ReportedJob) -> Int {
    guard job.isFailure, let cause = job.failure?.cause else { return -1 }
    return Failure.Cause.allCases.firstIndex(of: cause) ?? -1
  }

  private func hasFiles(_ job: ReportedJob) -> Bool {
    report.jobs.count <= Self.filesMost && job.verification?.artifacts.isEmpty == false
  }

  private mutating func writeFileNumbers(_ jobs: [ReportedJob]) {
    var next = -1
    numbers(
      "files",
      jobs.map { job in
        guard hasFiles(job) else { return -1 }
        next += 1
        return next
      })
  }

  private mutating func writeFiles(_ jobs: [ReportedJob]) {
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

  private mutating func writeTries() {
    let all = attempts.joined()
    let start = report.header.started
    let begins = all.map { $0.firstSeen ?? start }
    func times(_ name: String, _ moment: (ReportedAttempt) -> Instant?) {
      numbers(
        name,
        zip(all, begins).map { attempt, begin in
          moment(attempt).map { Int(max(0, begin.duration(to: $0).milliseconds)) } ?? -1
        })
    }
    json.key("tries")
    json.beginObject()
    numbers("began", begins.map { Int(max(0, start.duration(to: $0).milliseconds)) })
    times("made", \.submitted)
    times("running", \.running)
    times("done") { $0.succeeded ?? $0.verifying }
    times("over", \.ended)
    numbers("number", all.map(\.number))
    numbers("ending", all.map { ReportedAttempt.Ending.allCases.firstIndex(of: $0.ending) ?? -1 })
    numbers("bad", all.map { $0.isBad ? 1 : 0 })
    numbers("message", all.map { messages.number(of: $0.failure?.message) })
    list("task", all.map { PackedID.text($0.task ?? "") })
    list("request", all.map { PackedID.text($0.requestID ?? $0.failure?.requestID ?? "") })
    json.endObject()
    json.key("setbacks")
    json.beginObject()
    for (index, (attempt, begin)) in zip(all, begins).enumerated() where !attempt.setbacks.isEmpty {
      json.key("\(index)")
      json.beginArray()
      for setback in attempt.setbacks.prefix(20) {
        json.beginArray()
        json.int(max(0, begin.duration(to: setback.at).milliseconds))
        json.int(messages.number(of: "\(setback.step.rawValue): \(setback.failure.message)"))
        json.endArray()
      }
      json.endArray()
    }
    json.endObject()
  }

  /// The number of the words, or a list of it and of what stands in their holes.
  private mutating func writeMessages() {
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
    }
    json.endArray()
  }

  // MARK: Columns

  private mutating func numbers(_ name: String, _ numbers: [Int]) {
    json.key(name)
    json.beginArray()
    for number in numbers { json.int(number) }
    json.endArray()
  }

  private mutating func list(_ name: String, _ texts: [String]) {
    json.key(name)
    json.beginArray()
    for text in texts { json.string(text) }
    json.endArray()
  }

  private mutating func rows(_ name: String, _ rows: [[String]]) {
    json.key(name)
    json.beginArray()
    for row in rows {
      json.beginArray()
      for text in row { json.string(text) }
      json.endArray()
    }
    json.endArray()
  }
}
