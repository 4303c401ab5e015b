// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportRun

extension RunHistory {
  /// Versioned by `Schemas/runs.schema.json`.
  public var json: JSONValue {
    ["runs": 1, "at": .string(at.description), "list": .array(runs.map { $0.json(at: at) })]
  }
}

extension RunHistory.Run {
  fileprivate func json(at now: Instant) -> JSONValue {
    let counts = states.map { ($0.key.rawValue, JSONValue.int(Int64($0.value))) }
    return .object(
      [
        "run": .string(entry.id), "name": .string(entry.name), "plan": .string(entry.plan.description),
        "started": .string(entry.started.description), "ended": entry.ended.map { .string($0.description) },
        "outcome": .string(word), "milliseconds": took(at: now).map { .int($0.milliseconds) },
        "jobs": .int(Int64(jobs)), "due": .int(Int64(due)),
        "states": .object(Dictionary(uniqueKeysWithValues: counts)),
        "stop": entry.stop?.json,
      ].compactMapValues { $0 })
  }
}

extension RunHistory.Run {
  /// `running`, `broken`, or how it ended.
  public var word: String {
    switch phase {
    case .running: "running"
    case .broken: "broken"
    case .ended(_, let outcome): outcome
    }
  }
}
