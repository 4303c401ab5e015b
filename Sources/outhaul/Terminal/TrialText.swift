// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// What a trial tells, for people: requests behind `>`, answers behind `<`.
enum TrialText {
  static func head(_ subject: TrialSubject) -> String {
    let job = subject.job
    let window = job.sent.map { ", window \($0.start) to \($0.end)" } ?? ""
    return "\(subject.service.description): \(job.dataset) as \(job.format)\(window)\nmark \(subject.mark)"
  }

  static func words(_ event: TrialEvent) -> String {
    switch event {
    case .wire(let event): wire(event)
    case .picked(let what, let pick, let value):
      "  \(what) '\(value.printable)'" + (pick.map { " from \($0)" } ?? ", as we chose")
    case .state(let phase): "  the task is \(words(phase))"
    case .pausing(let pause, let isAsked):
      "  next look in \(DurationText.format(.milliseconds(pause.milliseconds)))"
        + (isAsked ? ", as the service asks" : "")
    case .setback(let message): "  \(message.printable)"
    case .adopted(let task): "  the lost task is '\(task)': it is followed"
    case .tidied: "  the task was taken away at the service"
    }
  }

  static func words(_ verdict: TrialVerdict) -> String {
    switch verdict {
    case .good(let task, let result):
      let files = result.artifacts.map { "  \($0.name), \(Count.words($0.bytes, "byte"))" }
      let level =
        result.level == .verified ? "read whole and right" : "there, and could not be read with this signature"
      let count = Count.words(result.artifacts.count, "file")
      return (["good: task '\(task)' left \(count), \(Count.words(result.rows, "row")), \(level)"] + files)
        .joined(separator: "\n")
    case .failed(let task, let message): return "failed\(of(task)): \(message.printable)"
    case .stopped(let task?): return "stopped watching: task '\(task)' goes on at the service"
    case .stopped(nil): return "stopped: no task was made"
    case .lost(let message):
      return "lost: a task with the mark may go on at the service, and nobody knows its name: \(message.printable)"
    case .refused(let task, let message): return "refused\(of(task)): \(message.printable)"
    case .unreachable(let message): return "out of reach: \(message.printable)"
    }
  }

  private static func of(_ task: String?) -> String { task.map { " of task '\($0)'" } ?? "" }

  static func words(_ phase: TaskStatus.Phase) -> String {
    switch phase {
    case .queued: "queued"
    case .running: "running"
    case .succeeded: "done"
    case .failed: "failed"
    case .cancelled: "stopped at the service"
    case .unknown(let word): "in a state that the description does not name: '\(word.printable)'"
    }
  }

  // MARK: Requests and answers

  private static func wire(_ event: WatchedEvent) -> String {
    switch event {
    case .sent(let method, let url, let headers, let body):
      marked(">", ["\(method) \(url)"], headers, body)
    case .answered(let status, let headers, let body, let took):
      marked("<", ["\(status) after \(took.milliseconds) ms"], headers, body)
    case .failed(let message): "< no answer: \(message.printable)"
    }
  }

  private static func marked(
    _ sign: String, _ first: [String], _ headers: [(name: String, value: String)], _ body: WatchedBody?
  ) -> String {
    var lines = first.map(\.printable) + headers.map { "  \($0.name): \($0.value)".printable }
    if let body {
      if let text = body.text {
        lines.append("")
        lines += text.split(whereSeparator: \.isNewline).map { "  " + $0.printable }
        if body.isCut { lines.append("  … of \(Count.words(body.bytes, "byte"))") }
      } else {
        lines.append("  \(Count.words(body.bytes, "byte")) that are no text")
      }
    }
    return lines.map { $0.isEmpty ? sign : "\(sign) \($0)" }.joined(separator: "\n")
  }
}
