// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

/// A line of `events.ndjson`, with its end. What is written while a run goes on is the same as what is folded afterwards.
public enum EventLine {
  /// The first line: what the run set out to do.
  public static func began(_ header: RunHeader) -> [UInt8] {
    line([
      "at": .string(header.started.description), "due": .int(Int64(header.dues.count { $0.isDue })), "event": "began",
      "jobs": .int(Int64(header.dues.count)), "name": .string(header.name), "plan": .string(header.plan.description),
      "run": .string(header.id),
    ])
  }

  /// What every job goes through is written straight away.
  public static func event(_ event: JournalEvent) -> [UInt8] {
    var json = JSONWriter(capacity: 256)
    json.beginObject()
    json.member("at", event.at.description)
    func members(_ attempt: Int?, _ word: String) {
      if let attempt { json.member("attempt", attempt) }
      json.member("event", word)
      json.member("key", event.key.hex)
    }
    switch event.kind {
    case .queued: members(nil, "queued")
    case .running: members(nil, "running")
    case .intent(let attempt): members(attempt, "intent")
    case .succeeded(let attempt): members(attempt, "succeeded")
    case .verifying(let attempt): members(attempt, "verifying")
    case .submitted(let attempt, let task, let requestID):
      members(attempt, "submitted")
      json.member("request_id", requestID)
      json.member("task", task)
    case .verified(let attempt, let verification):
      members(attempt, "verified")
      json.member("verification", verification.json)
    default: return line(event.json)
    }
    json.endObject()
    return json.bytes + [UInt8(ascii: "\n")]
  }

  public static func note(_ note: RunNote) -> [UInt8] { line(note.json) }

  /// The last line.
  public static func ended(at instant: Instant, _ outcome: RunResult.Outcome, _ stop: Scheduler.StopReason?) -> [UInt8]
  {
    var members: [String: JSONValue] = [
      "at": .string(instant.description), "event": "ended", "outcome": .string(outcome.rawValue),
    ]
    members["stop"] = stop?.json
    return line(.object(members))
  }

  private static func line(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter(capacity: 192)
    writer.value(value)
    return writer.bytes + [UInt8(ascii: "\n")]
  }
}
