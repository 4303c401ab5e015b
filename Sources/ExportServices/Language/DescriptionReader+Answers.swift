// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// What answers mean: `formats:`, `facts:`, `refusals:`.
extension DescriptionReader {
  mutating func facts(_ node: YAMLNode) -> [String: Pick] {
    guard let reader = MappingReader(node, "'facts'", code: "D001", &problems) else { return [:] }
    var facts: [String: Pick] = [:]
    for pair in reader.members {
      facts[pair.key.text ?? ""] = pick(pair.value)
      declare(pair.key.text ?? "", in: "task")
    }
    return facts
  }

  mutating func formatWords(_ node: YAMLNode) -> [(word: String, wire: String)] {
    guard let reader = MappingReader(node, "'formats'", code: "D001", &problems) else { return [] }
    if reader.members.isEmpty {
      add("D001", "'formats' is empty", at: node.place, help: "write one such as {json: json}")
    }
    return reader.members.compactMap { pair in
      let word = pair.key.text ?? ""
      if !Expectation.formats.contains(word) {
        add(
          "D005", "files of the format '\(word)' cannot be read", at: pair.key.place,
          help: Suggestion.help(for: word, in: Expectation.formats) ?? "the formats are json, jsonl and csv")
      }
      return text(pair.value, "a format").map { (word, $0) }
    }
  }

  mutating func refusals(_ node: YAMLNode) -> [Refusal] {
    var coverage = RowCoverage()
    return elements(node, "'refusals'").compactMap { element in
      guard var reader = MappingReader(element, "a refusal", code: "D001", &problems) else { return nil }
      let whenNode = reader.optional("when")
      var when = whenNode.flatMap { condition($0, "'when'", takesStatus: true) }
      if whenNode == nil {
        when = Condition(statuses: Set(reader.required("status", &problems).map { httpStatuses($0, "'status'") } ?? []))
      } else if let node = reader.optional("status") {
        add("D001", "'status' stands inside 'when', where there is one", at: node.place)
      }
      let verbs = reader.optional("on").map { node in
        tellEmpty(node, "'on'", help: "leave it out for all requests")
        return elements(node, "'on'").compactMap { word($0, "request", Verb.self) }
      }
      let means = reader.required("means", &problems).flatMap { word($0, "class", Refusal.Meaning.self) }
      let wait = reader.optional("wait").flatMap { pick($0) }
      reader.finish(&problems)
      guard let when, let means else { return nil }
      tellUnreached(!coverage.add(when, Set(verbs ?? [])), "a refusal", at: element.place)
      return Refusal(when: when, verbs: Set(verbs ?? []), means: means, wait: wait)
    }
  }

  /// `{PICK: word, [word, …], present or absent}`; with `takesStatus` also `status: [400, …]`.
  mutating func condition(_ node: YAMLNode, _ noun: String, takesStatus: Bool = false) -> Condition? {
    guard let reader = MappingReader(node, noun, code: "D001", &problems) else { return nil }
    if reader.members.isEmpty { add("D001", "\(noun) is empty", at: node.place) }
    var condition = Condition()
    for pair in reader.members {
      if takesStatus, pair.key.text == "status" {
        condition.statuses = Set(httpStatuses(pair.value, "'status'"))
      } else if let pick = pick(pair.key), let wanted = wanted(pair.value, "a value of \(noun)") {
        condition.picks.append((pick, wanted))
      }
    }
    return condition
  }

  private mutating func wanted(_ node: YAMLNode, _ noun: String) -> Condition.Wanted? {
    if case .sequence(let elements) = node.kind {
      if elements.isEmpty { add("D001", "\(noun) is an empty list", at: node.place) }
      return .words(texts(node, noun).map { WordPattern($0) })
    }
    switch text(node, noun) {
    case "present"?: return .present
    case "absent"?: return .absent
    case let word?: return .words([WordPattern(word)])
    case nil: return nil
    }
  }
}
