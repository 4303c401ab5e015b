// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Scheduler.Notice {
  /// The word that the journal keeps.
  public var word: String {
    switch self {
    case .unanswered: "unanswered"
    case .answers: "answers"
    case .throttled: "throttled"
    case .limited: "limited"
    case .spent: "spent"
    }
  }

  public var service: String {
    switch self {
    case .unanswered(let service, _), .answers(let service, _), .throttled(let service, _), .limited(let service, _),
      .spent(let service, _):
      service
    }
  }

  public var json: JSONValue {
    var members: [String: JSONValue] = ["event": .string(word), "service": .string(service)]
    switch self {
    case .unanswered(_, let failure): members["failure"] = failure.json
    case .answers(_, let after): members["milliseconds"] = .int(after.milliseconds)
    case .throttled(_, let active), .limited(_, let active): members["active"] = .int(Int64(active))
    case .spent(_, let until): members["until"] = .string(until.description)
    }
    return .object(members)
  }

  /// `nil` for a word or a shape that this program does not know.
  public init?(_ json: JSONValue) {
    guard let service = json["service"]?.string else { return nil }
    let active = json["active"]?.int.map { Int($0) }
    switch (json["event"]?.string, active) {
    case ("unanswered", _):
      guard let failure = json["failure"].flatMap({ Failure($0) }) else { return nil }
      self = .unanswered(service: service, failure)
    case ("answers", _):
      guard let after = json["milliseconds"]?.int else { return nil }
      self = .answers(service: service, after: .milliseconds(after))
    case ("throttled", let active?): self = .throttled(service: service, active: active)
    case ("limited", let active?): self = .limited(service: service, active: active)
    case ("spent", _):
      guard let until = json["until"]?.string.flatMap({ Instant($0) }) else { return nil }
      self = .spent(service: service, until: until)
    default: return nil
    }
  }
}

extension RunNote {
  /// A line of `events.ndjson`.
  public var json: JSONValue {
    var members = notice.json.object ?? [:]
    members["at"] = .string(at.description)
    return .object(members)
  }
}

extension Scheduler.StopReason {
  /// What the journal keeps.
  public var json: JSONValue {
    switch self {
    case .interrupted: ["reason": "interrupted"]
    case .timeIsUp: ["reason": "time_is_up"]
    case .halted(let failure): ["reason": "halted", "failure": failure.json]
    }
  }

  /// `nil` for a word that this program does not know.
  public init?(_ json: JSONValue) {
    switch (json["reason"]?.string, json["failure"].flatMap({ Failure($0) })) {
    case ("interrupted", _): self = .interrupted
    case ("time_is_up", _): self = .timeIsUp
    case ("halted", let failure?): self = .halted(failure)
    default: return nil
    }
  }
}
