// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// What a plan holds besides jobs and gates, as one JSON value, so that two can be held against each other.
enum PlanSettings {
  /// Leaves that are not the same, by path.
  static func difference(from old: Plan, to new: Plan) -> [PlanDifference.Setting] {
    var found: [PlanDifference.Setting] = []
    compare(json(of: old), json(of: new), at: [], &found)
    return found
  }

  private static func compare(
    _ old: JSONValue?, _ new: JSONValue?, at steps: [String], _ found: inout [PlanDifference.Setting]
  ) {
    guard old != new else { return }
    guard case .object(let before)? = old, case .object(let after)? = new else {
      found.append(.init(steps: steps, before: old?.canonicalText, after: new?.canonicalText))
      return
    }
    for name in Set(before.keys).union(after.keys).sorted() {
      compare(before[name], after[name], at: steps + [name], &found)
    }
  }

  private static func json(of plan: Plan) -> JSONValue {
    func named(_ entries: [(String, JSONValue)]) -> JSONValue {
      .object(Dictionary(entries, uniquingKeysWith: { first, _ in first }))
    }
    return [
      "name": .string(plan.name),
      "as_of": .string(plan.asOf.description),
      "apps": named(plan.apps.map { ($0.name, json(of: $0)) }),
      "destinations": named(plan.destinations.map { ($0.name, $0.kind.json) }),
      "exports": named(plan.exports.map { ($0.name, json(of: $0)) }),
      "inputs": named(plan.inputs.map { ($0.name, .string($0.digest.hex)) }),
      "notify": named(plan.notifications.map { ($0.name, $0.json) }),
      "secrets": .object(plan.secrets.mapValues(\.json)),
      "services": named(plan.services.map { ($0.name, json(of: $0)) }),
    ]
  }

  /// An app's parameters and labels, with the catalogues that name it.
  private static func json(of app: PlannedApp) -> JSONValue {
    func texts(_ labels: [String: String]) -> JSONValue { .object(labels.mapValues { .string($0) }) }
    var json: [String: JSONValue] = ["with": .object(app.parameters)]
    if !app.labels.isEmpty { json["labels"] = texts(app.labels) }
    if !app.found.isEmpty { json["found"] = .object(app.found.mapValues(texts)) }
    return .object(json)
  }

  private static func json(of export: PlannedExport) -> JSONValue {
    [
      "oldest": .object(export.oldest.mapValues { .string(DurationText.format($0)) }),
      "found": .object(export.found.mapValues { .object($0.mapValues { .object($0) }) }),
      "catch_up": export.catchUp.map { .int(Int64($0)) } ?? .null, "lookback": .int(Int64(export.lookback)),
      "limits": export.limits.json, "priority": .int(Int64(export.priority)), "verify": export.verify.json,
      "max_failures": export.maxFailures.map { .int(Int64($0)) } ?? .null,
      "options": .object(export.options.mapValues { .object($0) }), "retry": export.retry.json,
      "ripe_after": .string(DurationText.format(export.ripeAfter)), "timeouts": export.timeouts.json,
    ]
  }

  private static func json(of service: PlannedService) -> JSONValue {
    [
      "base": .string(service.base), "credential": service.credential.json,
      "description": .string(service.description), "limits": service.limits.json,
      "parameters": .object(service.parameters), "recovery": .string(service.recovery.rawValue),
      "revision": .int(Int64(service.revision)), "secrets": .object(service.secrets.mapValues { .string($0) }),
      "use": .string(service.use),
    ]
  }
}
