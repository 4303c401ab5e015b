// SPDX-License-Identifier: Apache-2.0
import ExportCore

// An event as a row of the journal: a word and a small JSON object. Readers accept what earlier versions wrote.
extension JournalEvent.Kind {
  /// The word that the journal keeps.
  var word: String {
    switch self {
    case .intent: "intent"
    case .submitted: "submitted"
    case .adopted: "adopted"
    case .absent: "absent"
    case .refused: "refused"
    case .queued: "queued"
    case .running: "running"
    case .held: "held"
    case .succeeded: "succeeded"
    case .taskFailed: "task_failed"
    case .verifying: "verifying"
    case .verified: "verified"
    case .rejected: "rejected"
    case .setback: "setback"
    case .failed: "failed"
    case .skipped: "skipped"
    case .abandoned: "abandoned"
    case .unknowable: "unknowable"
    case .cancelled: "cancelled"
    case .split: "split"
    case .wanted: "wanted"
    }
  }

  public var json: JSONValue {
    var members: [String: JSONValue] = ["event": .string(word)]
    switch self {
    case .intent(let attempt), .absent(let attempt), .succeeded(let attempt), .verifying(let attempt),
      .unknowable(let attempt), .cancelled(let attempt):
      members["attempt"] = .int(Int64(attempt))
    case .submitted(let attempt, let task, let requestID):
      members["attempt"] = .int(Int64(attempt))
      members["task"] = .string(task)
      members["request_id"] = requestID.map { .string($0) }
    case .adopted(let attempt, let task):
      members["attempt"] = .int(Int64(attempt))
      members["task"] = .string(task)
    case .refused(let attempt, let failure), .taskFailed(let attempt, let failure), .rejected(let attempt, let failure):
      members["attempt"] = .int(Int64(attempt))
      members["failure"] = failure.json
    case .verified(let attempt, let verification):
      members["attempt"] = .int(Int64(attempt))
      members["verification"] = verification.json
    case .setback(let step, let failure):
      members["step"] = .string(step.rawValue)
      members["failure"] = failure.json
    case .held(let state): members["state"] = .string(state)
    case .failed(let failure), .abandoned(let failure): members["failure"] = failure.json
    case .skipped(let key, let isStop):
      members["because"] = .string(key.hex)
      if isStop { members["stop"] = true }
    case .split(let attempt, let parts):
      members["attempt"] = .int(Int64(attempt))
      members["parts"] = .array(parts.map(\.json))
    case .wanted(let reason): members["reason"] = .string(reason.rawValue)
    case .queued, .running: break
    }
    return .object(members)
  }

  /// What the journal keeps: `json`, canonical. What every job goes through is written straight away.
  var canonicalBytes: [UInt8] {
    var json = JSONWriter(capacity: 128)
    json.beginObject()
    switch self {
    case .queued, .running: json.member("event", word)
    case .intent(let attempt), .succeeded(let attempt), .verifying(let attempt):
      json.member("attempt", attempt)
      json.member("event", word)
    case .submitted(let attempt, let task, let requestID):
      json.member("attempt", attempt)
      json.member("event", word)
      json.member("request_id", requestID)
      json.member("task", task)
    case .verified(let attempt, let verification):
      json.member("attempt", attempt)
      json.member("event", word)
      json.key("verification")
      verification.write(to: &json)
    default: return self.json.canonicalBytes
    }
    json.endObject()
    return json.bytes
  }

  /// As `canonicalBytes`, with the account that an intent is of: what counts the tasks of an account reads it.
  func bytes(of account: () -> String?) -> [UInt8] {
    guard case .intent = self, let account = account() else { return canonicalBytes }
    var members = json.object ?? [:]
    members["account"] = .string(account)
    return JSONValue.object(members).canonicalBytes
  }

  /// `nil` for a word or a shape that this program does not know.
  public init?(_ json: JSONValue) {
    let attempt = Int(json["attempt"]?.int ?? 0)
    let failure = json["failure"].flatMap { Failure($0) }
    switch (json["event"]?.string, failure) {
    case ("intent", _): self = .intent(attempt: attempt)
    case ("submitted", _):
      guard let task = json["task"]?.string else { return nil }
      self = .submitted(attempt: attempt, task: task, requestID: json["request_id"]?.string)
    case ("adopted", _):
      guard let task = json["task"]?.string else { return nil }
      self = .adopted(attempt: attempt, task: task)
    case ("absent", _): self = .absent(attempt: attempt)
    case ("unknowable", _): self = .unknowable(attempt: attempt)
    case ("cancelled", _): self = .cancelled(attempt: attempt)
    case ("split", _):
      guard let parts = json["parts"]?.array else { return nil }
      self = .split(attempt: attempt, parts.compactMap { JobPart($0) })
    case ("wanted", _):
      guard let reason = json["reason"]?.string.flatMap(Due.init) else { return nil }
      self = .wanted(reason)
    case ("refused", let failure?): self = .refused(attempt: attempt, failure)
    case ("queued", _): self = .queued
    case ("running", _): self = .running
    case ("held", _): self = .held(state: json["state"]?.string ?? "")
    case ("succeeded", _): self = .succeeded(attempt: attempt)
    case ("task_failed", let failure?): self = .taskFailed(attempt: attempt, failure)
    case ("verifying", _): self = .verifying(attempt: attempt)
    case ("verified", _):
      guard let verification = json["verification"].flatMap({ Verification($0) }) else { return nil }
      self = .verified(attempt: attempt, verification)
    case ("rejected", let failure?): self = .rejected(attempt: attempt, failure)
    case ("setback", let failure?):
      guard let step = json["step"]?.string.flatMap(JournalEvent.Step.init) else { return nil }
      self = .setback(step: step, failure)
    case ("failed", let failure?): self = .failed(failure)
    case ("skipped", _):
      guard let key = json["because"]?.string.flatMap({ JobKey(hex: $0) }) else { return nil }
      self = .skipped(because: key, isStop: json["stop"] == true)
    case ("abandoned", let failure?): self = .abandoned(failure)
    default: return nil
    }
  }
}

extension JournalEvent {
  /// A line of `events.ndjson`, versioned by `Schemas/events.schema.json`.
  public var json: JSONValue {
    var members = kind.json.object ?? [:]
    members["at"] = .string(at.description)
    members["key"] = .string(key.hex)
    return .object(members)
  }
}

extension JobPart {
  public var json: JSONValue {
    [
      "key": .string(key.hex), "label": .string(label),
      "sends": ["end": .string(sent.end), "start": .string(sent.start)],
      "window": [
        "end": .string(window.end.description), "start": .string(window.start.description),
        "zone": .string(window.zone),
      ],
    ]
  }

  public init?(_ json: JSONValue) {
    guard let key = json["key"]?.string.flatMap({ JobKey(hex: $0) }), let label = json["label"]?.string,
      let first = json["sends"]?["start"]?.string, let last = json["sends"]?["end"]?.string,
      let start = json["window"]?["start"]?.string.flatMap({ Instant($0) }),
      let end = json["window"]?["end"]?.string.flatMap({ Instant($0) }), let zone = json["window"]?["zone"]?.string
    else { return nil }
    self.init(
      key: key, window: Window(start: start, end: end, zone: zone), label: label,
      sent: SentWindow(start: first, end: last))
  }
}

extension Failure {
  public var json: JSONValue {
    .object(
      [
        "cause": .string(cause.rawValue), "message": .string(message), "request_id": requestID.map { .string($0) },
      ].compactMapValues { $0 })
  }

  public init?(_ json: JSONValue) {
    guard let cause = json["cause"]?.string.flatMap(Cause.init), let message = json["message"]?.string else {
      return nil
    }
    self.init(cause, message, requestID: json["request_id"]?.string)
  }
}
