// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// What a trial tells, for machines: a document on each line, with `event` as its kind.
enum TrialJSON {
  static func head(_ subject: TrialSubject) -> JSONValue {
    line(
      "trial",
      [
        "dataset": .string(subject.job.dataset), "format": .string(subject.job.format),
        "mark": .string(subject.mark.description), "service": .string(subject.service.description),
        "window": subject.job.sent.map { ["end": .string($0.end), "start": .string($0.start)] },
      ])
  }

  static func line(_ event: TrialEvent) -> JSONValue {
    switch event {
    case .wire(let event): wire(event)
    case .picked(let what, let pick, let value):
      line("picked", ["at": pick.map { .string($0) }, "value": .string(value), "what": .string(what)])
    case .state(let phase): line("state", ["phase": .string(TrialText.words(phase))])
    case .pausing(let pause, let isAsked):
      line("pause", ["asked": .bool(isAsked), "milliseconds": .int(pause.milliseconds)])
    case .setback(let message): line("setback", ["message": .string(message)])
    case .adopted(let task): line("adopted", ["task": .string(task)])
    case .tidied: line("tidied", [:])
    }
  }

  static func line(_ verdict: TrialVerdict) -> JSONValue {
    switch verdict {
    case .good(let task, let result): end("good", task, nil, result.json)
    case .failed(let task, let message): end("failed", task, message)
    case .stopped(let task): end("stopped", task, nil)
    case .lost(let message): end("lost", nil, message)
    case .refused(let task, let message): end("refused", task, message)
    case .unreachable(let message): end("unreachable", nil, message)
    }
  }

  private static func end(
    _ verdict: String, _ task: String?, _ message: String?, _ verification: JSONValue? = nil
  ) -> JSONValue {
    line(
      "verdict",
      [
        "message": message.map { .string($0) }, "task": task.map { .string($0) }, "verdict": .string(verdict),
        "verification": verification,
      ])
  }

  static func line(_ request: DryTrial.Request) -> JSONValue {
    var members = wire(request.event).object ?? [:]
    members["purpose"] = .string(request.purpose)
    return .object(members)
  }

  private static func wire(_ event: WatchedEvent) -> JSONValue {
    switch event {
    case .sent(let method, let url, let headers, let body):
      line("sent", ["body": json(body), "headers": json(headers), "method": .string(method), "url": .string(url)])
    case .answered(let status, let headers, let body, let took):
      line(
        "answered",
        [
          "body": json(body), "headers": json(headers), "milliseconds": .int(took.milliseconds),
          "status": .int(Int64(status)),
        ])
    case .failed(let message): line("unanswered", ["message": .string(message)])
    }
  }

  private static func json(_ headers: [(name: String, value: String)]) -> JSONValue {
    .array(headers.map { ["name": .string($0.name), "value": .string($0.value)] })
  }

  private static func json(_ body: WatchedBody?) -> JSONValue? {
    body.map { body in
      .object(
        ["bytes": .int(Int64(body.bytes)), "cut": .bool(body.isCut), "text": body.text.map { .string($0) }]
          .compactMapValues { $0 })
    }
  }

  private static func line(_ event: String, _ members: [String: JSONValue?]) -> JSONValue {
    var members = members.compactMapValues { $0 }
    members["event"] = .string(event)
    members["try"] = 1
    return .object(members)
  }
}
