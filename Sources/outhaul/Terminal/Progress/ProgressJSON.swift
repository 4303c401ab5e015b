// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// How a run goes on, for machines: the lines of `Schemas/progress.schema.json`.
enum ProgressJSON {
  /// Nothing is told for longer.
  static let silence: Duration = .seconds(10)

  static func began(_ header: RunHeader, due: Int) -> JSONValue {
    line(
      "began", at: header.started,
      [
        "due": .int(Int64(due)), "jobs": .int(Int64(header.dues.count)), "name": .string(header.name),
        "plan": .string(header.plan.description), "run": .string(header.id),
      ])
  }

  static func change(_ change: ProgressChange) -> JSONValue {
    line(
      "change", at: change.at,
      [
        "bytes": change.bytes.map { .int($0) }, "change": .string(change.kind.rawValue),
        "failure": change.failure?.json, "job": .string(change.title), "key": .string(change.key.hex),
        "rows": change.rows.map { .int($0) }, "words": .string(change.words),
      ])
  }

  static func notice(_ words: String, at now: Instant) -> JSONValue {
    line("notice", at: now, ["words": .string(words)])
  }

  static func heartbeat(_ model: ProgressModel, at now: Instant) -> JSONValue {
    let left = model.left(at: now)
    return line(
      "heartbeat", at: now,
      [
        "done": .int(Int64(model.done)), "due": .int(Int64(model.due)),
        "ends": left.map {
          ["about": .string(now.advanced(by: $0.duration).description), "basis": .string($0.basis.rawValue)]
        },
        "services": .array(services(model)), "states": states(model.dueStates),
      ])
  }

  static func ended(_ outcome: RunResult.Outcome, _ model: ProgressModel, at now: Instant) -> JSONValue {
    line(
      "ended", at: now,
      [
        "due": .int(Int64(model.due)), "outcome": .string(outcome.rawValue),
        "run": model.header.map { .string($0.id) }, "states": states(model.dueStates),
      ])
  }

  // MARK: Parts

  private static func line(_ kind: String, at instant: Instant, _ members: [String: JSONValue?]) -> JSONValue {
    var all = members.compactMapValues { $0 }
    all["progress"] = 1
    all["kind"] = .string(kind)
    all["at"] = .string(instant.description)
    return .object(all)
  }

  private static func states(_ states: [JobState: Int]) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: states.map { ($0.key.rawValue, .int(Int64($0.value))) }))
  }

  private static func services(_ model: ProgressModel) -> [JSONValue] {
    guard let outlook = model.outlook else { return [] }
    return outlook.gauges.map { gauge in
      var members = gauge.json.object ?? [:]
      members["paused_until"] = outlook.paused[gauge.service].map { .string($0.description) }
      members["spent_until"] = outlook.spent[gauge.service].map { .string($0.description) }
      members["unanswered_since"] = outlook.unanswered[gauge.service].map { .string($0.description) }
      return .object(members)
    }
  }
}
