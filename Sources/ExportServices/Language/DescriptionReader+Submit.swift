// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `submit:`, one request or several.
extension DescriptionReader {
  /// A step as it was read; which one makes the task is said by `id`, or by the name that we chose.
  struct ReadStep {
    var step: SubmitRule.Step
    var id: IDRule?
    /// It has an id that was told to be wrong.
    var hasBrokenID = false
    var place: SourcePlace

    /// Names of `job` that it sends.
    var jobNames: Set<String> { Set(step.call.names.filter { $0.scope == "job" }.map(\.name)) }
  }

  mutating func submit(_ node: YAMLNode) -> [ReadStep] {
    guard case .sequence(let elements) = node.kind else {
      return step(node, "'submit'", takes: false).map { [$0] } ?? []
    }
    if elements.isEmpty { add("D001", "'submit' is empty", at: node.place) }
    _ = replaceScope("step", with: [])
    defer { _ = replaceScope("step", with: nil) }
    return elements.compactMap { step($0, "a step of 'submit'", takes: true) }
  }

  private mutating func step(_ node: YAMLNode, _ noun: String, takes: Bool) -> ReadStep? {
    guard var reader = MappingReader(node, noun, code: "D001", &problems) else { return nil }
    let request = self.request(&reader)
    let statuses = reader.required("expect", &problems).map { httpStatuses($0, "'expect'") } ?? []
    let take = takes ? reader.optional("take").map { self.stepTakes($0) } ?? [:] : [:]
    let idNode = reader.optional("id")
    let id = idNode.flatMap { idRule($0) }
    reader.finish(&problems)
    return request.map {
      ReadStep(
        step: SubmitRule.Step(call: $0, statuses: Set(statuses), take: take), id: id,
        hasBrokenID: idNode != nil && id == nil, place: reader.place)
    }
  }

  private mutating func stepTakes(_ node: YAMLNode) -> [String: Pick] {
    guard let reader = MappingReader(node, "'take'", code: "D001", &problems) else { return [:] }
    var takes: [String: Pick] = [:]
    for pair in reader.members {
      takes[pair.key.text ?? ""] = pick(pair.value)
      declare(pair.key.text ?? "", in: "step")
    }
    return takes
  }

  /// A pick, `{from: PICK, last: true}`, or a list of these.
  private mutating func idRule(_ node: YAMLNode) -> IDRule? {
    guard case .sequence(let elements) = node.kind else { return idSource(node).map { IDRule(sources: [$0]) } }
    if elements.isEmpty { add("D001", "'id' is an empty list", at: node.place) }
    let sources = elements.compactMap { idSource($0) }
    return sources.isEmpty ? nil : IDRule(sources: sources)
  }

  private mutating func idSource(_ node: YAMLNode) -> IDRule.Source? {
    guard case .mapping = node.kind else { return pick(node).map { IDRule.Source(pick: $0, isLastStep: false) } }
    guard var reader = MappingReader(node, "'id'", code: "D001", &problems) else { return nil }
    let from = reader.required("from", &problems).flatMap { pick($0) }
    let last = reader.required("last", &problems).map { flag($0, "'last'") } ?? false
    reader.finish(&problems)
    return from.map { IDRule.Source(pick: $0, isLastStep: last) }
  }
}
