// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

/// A line of `events.ndjson`, with its end. What is written while a run goes on is the same as what is folded afterwards.
public enum EventLine {
  /// The first line: what the run set out to do.
  public static func began(_ header: RunHeader) -> [UInt8] { line { $0.began(header) } }

  public static func event(_ event: JournalEvent) -> [UInt8] { line { $0.event(event) } }

  public static func note(_ note: RunNote) -> [UInt8] { line { $0.note(note) } }

  /// The last line.
  public static func ended(at instant: Instant, _ outcome: RunResult.Outcome, _ stop: Scheduler.StopReason?) -> [UInt8]
  {
    line { $0.ended(at: instant, outcome, stop) }
  }

  private static func line(_ write: (inout EventLines) -> Void) -> [UInt8] {
    var lines = EventLines(JSONWriter(capacity: 256))
    write(&lines)
    return lines.json.bytes
  }
}

/// Lines of `events.ndjson`, one behind the other.
struct EventLines {
  var json: JSONWriter

  init(_ json: JSONWriter) { self.json = json }

  mutating func began(_ header: RunHeader) {
    line([
      "at": .string(header.started.description), "due": .int(Int64(header.dues.count { $0.isDue })), "event": "began",
      "jobs": .int(Int64(header.dues.count)), "name": .string(header.name), "plan": .string(header.plan.description),
      "run": .string(header.id),
    ])
  }

  /// What every job goes through is written straight away.
  mutating func event(_ event: JournalEvent) {
    switch event.kind {
    case .queued: begin(event, nil, "queued")
    case .running: begin(event, nil, "running")
    case .intent(let attempt): begin(event, attempt, "intent")
    case .succeeded(let attempt): begin(event, attempt, "succeeded")
    case .verifying(let attempt): begin(event, attempt, "verifying")
    case .submitted(let attempt, let task, let requestID):
      begin(event, attempt, "submitted")
      json.member("request_id", requestID)
      json.member("task", task)
    case .verified(let attempt, let verification):
      begin(event, attempt, "verified")
      json.key("verification")
      verification.write(to: &json)
    default: return line(event.json)
    }
    json.endObject()
    end()
  }

  mutating func note(_ note: RunNote) { line(note.json) }

  /// The last line.
  mutating func ended(at instant: Instant, _ outcome: RunResult.Outcome, _ stop: Scheduler.StopReason?) {
    var members: [String: JSONValue] = [
      "at": .string(instant.description), "event": "ended", "outcome": .string(outcome.rawValue),
    ]
    members["stop"] = stop?.json
    line(.object(members))
  }

  // MARK: Parts

  private mutating func begin(_ event: JournalEvent, _ attempt: Int?, _ word: String) {
    json.beginObject()
    json.member("at", event.at.description)
    if let attempt { json.member("attempt", attempt) }
    json.member("event", word)
    json.member("key", event.key.digest)
  }

  private mutating func line(_ value: JSONValue) {
    json.value(value)
    end()
  }

  private mutating func end() { json.closingNewline() }
}
