// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension ServiceSheet {
  /// One entry of `Schemas/service-list.schema.json`.
  var summary: JSONValue {
    .object(
      [
        "auth": .string(facts.auth), "base": .string(traits.base),
        "datasets": .array(traits.datasets.map { .string($0.name) }), "docs": docs.map { .string($0) },
        "formats": .array(traits.formats.map { .string($0) }), "name": .string(traits.name),
        "recovery": .string(traits.recovery.rawValue), "result": .string(facts.result),
        "retired": retired.map { .string("\($0)") }, "revision": .int(Int64(traits.revision)),
        "title": .string(title),
      ].compactMapValues { $0 })
  }

  /// The document of `Schemas/service-show.schema.json`.
  var json: JSONValue {
    var members = summary.object ?? [:]
    members["show"] = 1
    members["app_parameters"] = .array(traits.appParameters.map(\.json))
    members["cancels"] = .bool(traits.canCancel)
    members["catalogue"] = .bool(traits.hasCatalogue)
    members["datasets"] = .array(traits.datasets.map(\.json))
    members["keeps"] = keeps
    members["limits"] = traits.limitJSON
    members["list_page"] = traits.listPage.map { .int(Int64($0)) }
    members["parameters"] = .array(traits.parameters.map(\.json))
    members["polling"] = traits.polling.json
    members["proof"] = .string(traits.proof.rawValue)
    members["recovery"] = ["class": .string(traits.recovery.rawValue), "meaning": .string(traits.recoveryWords)]
    if case .container(let rights) = traits.delivery { members["rights"] = .string(rights) }
    members["secrets"] = .array(
      traits.secrets.map {
        ["about": .string($0.about), "name": .string($0.name), "required": .bool($0.isRequired)]
      })
    members["tidies"] = .bool(traits.tidies)
    return .object(members)
  }

  private var keeps: JSONValue? {
    let kept = ["result": facts.keepsResult, "task": facts.keepsTask].compactMapValues {
      $0.map { JSONValue.string($0) }
    }
    return kept.isEmpty ? nil : .object(kept)
  }
}

extension DatasetTraits {
  fileprivate var json: JSONValue {
    .object(
      [
        "aliases": .array(aliases.map { .string($0) }), "kind": .string(kind.rawValue), "name": .string(name),
        "needs": needs.map { .string($0) },
        "one_of": oneOf.isEmpty ? nil : .array(oneOf.map { .array($0.map { .string($0) }) }),
        "options": .array(options.map(\.json)), "window": window?.json,
      ].compactMapValues { $0 })
  }
}

extension PollRule {
  fileprivate var json: JSONValue {
    [
      "every": .string(DurationText.format(every)), "first": .string(DurationText.format(first)),
      "growth": .double(growth), "max": .string(DurationText.format(most)),
    ]
  }
}

extension ServiceTraits {
  fileprivate var limitJSON: JSONValue {
    .object(
      [
        "active": .int(Int64(limits.active)), "active_per_app": .int(Int64(limits.activePerApp)),
        "calls": limits.calls.isEmpty
          ? nil
          : .array(
            limits.calls.map {
              [
                "every": .string(DurationText.format($0.every)), "max": .int(Int64($0.most)),
                "on": .string($0.verb.rawValue),
              ]
            }),
        "calls_per_second": limits.callsPerSecond.map { .double($0) },
        "shared": sharedLimits.isEmpty
          ? nil
          : .array(
            sharedLimits.map {
              ["active": .int(Int64($0.active)), "by": .array($0.parameters.map { .string($0) })]
            }),
        "starts": limits.starts.isEmpty ? nil : .array(limits.starts.map(\.json)),
        "submits_per_second": limits.submitsPerSecond.map { .double($0) },
      ].compactMapValues { $0 })
  }
}

extension StartLimit {
  fileprivate var json: JSONValue {
    .object(
      [
        "every": .string(DurationText.format(every)), "max": .int(Int64(most)),
        "resets": resets.map { .string($0.words) },
      ].compactMapValues { $0 })
  }
}
