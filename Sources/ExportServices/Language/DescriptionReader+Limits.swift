// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `limits:`.
extension DescriptionReader {
  struct Limits {
    var limits: ServiceLimits
    var shared: [SharedLimit]
    var remaining: Pick?
  }

  mutating func limits(_ node: YAMLNode, _ appParameters: [ParameterTraits]) -> Limits? {
    guard var reader = MappingReader(node, "'limits'", code: "D001", &problems) else { return nil }
    let active = reader.required("active", &problems).flatMap { int($0, "'active'") }
    let perApp = reader.optional("active_per_app").flatMap { int($0, "'active_per_app'") }
    let submits = reader.optional("submits").flatMap { rate($0) }
    let calls = reader.optional("calls").map { callLimits($0) }
    let starts = reader.optional("starts").map { node in
      elements(node, "'starts'").compactMap { startLimit($0) }
    }
    let shared = reader.optional("shared").map { node in
      elements(node, "'shared'").compactMap { sharedLimit($0, appParameters.map(\.name)) }
    }
    let remaining = reader.optional("remaining").flatMap { countPick($0) }
    reader.finish(&problems)
    guard let active else { return nil }
    var limits = ServiceLimits(
      active: active, activePerApp: perApp ?? active, submitsPerSecond: submits, callsPerSecond: calls?.rate)
    (limits.calls, limits.starts) = (calls?.limits ?? [], starts ?? [])
    return Limits(limits: limits, shared: shared ?? [], remaining: remaining)
  }

  /// `{active: 8, by: [region]}`
  private mutating func sharedLimit(_ node: YAMLNode, _ known: [String]) -> SharedLimit? {
    guard var reader = MappingReader(node, "a shared limit", code: "D001", &problems) else { return nil }
    let active = reader.required("active", &problems).flatMap { int($0, "'active'") }
    let byNode = reader.required("by", &problems)
    let names = byNode.map { texts($0, "'by'") } ?? []
    reader.finish(&problems)
    if let byNode, case .sequence(let elements) = byNode.kind {
      if elements.isEmpty { add("D001", "'by' is empty", at: byNode.place) }
      for element in elements {
        guard let name = element.text, !name.isEmpty, !known.contains(name) else { continue }
        add("D003", "nothing declares 'app.\(name)'", at: element.place, help: Suggestion.help(for: name, in: known))
      }
    }
    return active.map { SharedLimit(active: $0, parameters: names) }
  }
}
