// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `state:`.
extension DescriptionReader {
  mutating func state(_ node: YAMLNode) -> StateRule? {
    guard var reader = MappingReader(node, "'state'", code: "D001", &problems) else { return nil }
    let rules = reader.optional("rules").map { stateRules($0) } ?? []
    // Rules may tell everything.
    let fromNode = rules.isEmpty ? reader.required("from", &problems) : reader.optional("from")
    let from = fromNode.flatMap { pick($0) }
    let folds = reader.optional("fold_case").map { flag($0, "'fold_case'") } ?? false
    let (words, hasWords) = stateWords(&reader, folds)
    let reason = reader.optional("reason").flatMap { pick($0) }
    let progress = reader.optional("progress").flatMap { pick($0) }
    let tooLarge = reader.optional("too_large").flatMap { condition($0, "'too_large'") }
    reader.finish(&problems)
    if !words.values.contains(.done), !rules.contains(where: { $0.is == .done }) {
      add("D001", "'state' needs 'done'", at: reader.place)
    }
    if fromNode == nil, !rules.isEmpty, hasWords {
      add("D001", "'state' has words and no 'from' that says where they stand", at: reader.place)
    }
    guard from != nil || !rules.isEmpty else { return nil }
    return StateRule(
      from: from, foldsCase: folds, words: words, reason: reason, progress: progress, tooLarge: tooLarge, rules: rules)
  }

  private mutating func stateWords(
    _ reader: inout MappingReader, _ folds: Bool
  ) -> (words: [String: StateRule.Class], isAny: Bool) {
    var words: [String: StateRule.Class] = [:]
    var isAny = false
    for kind in StateRule.Class.allCases {
      guard let node = reader.optional(kind.rawValue) else { continue }
      isAny = true
      for word in someTexts(node, "'\(kind.rawValue)'") {
        let key = folds ? word.lowercased() : word
        if let other = words[key] {
          add("D005", "the state '\(word)' is already '\(other.rawValue)'", at: node.place)
        }
        words[key] = kind
      }
    }
    return (words, isAny)
  }

  /// `[{when: CONDITION, is: CLASS}]`
  private mutating func stateRules(_ node: YAMLNode) -> [(when: Condition, is: StateRule.Class)] {
    let elements = elements(node, "'rules'")
    tellEmpty(node, "'rules'")
    var coverage = RowCoverage()
    return elements.compactMap { element in
      guard var reader = MappingReader(element, "a rule", code: "D001", &problems) else { return nil }
      let when = reader.required("when", &problems).flatMap { condition($0, "'when'", takesStatus: true) }
      let kind = reader.required("is", &problems).flatMap { word($0, "class", StateRule.Class.self) }
      reader.finish(&problems)
      guard let when, let kind else { return nil }
      tellUnreached(!coverage.add(when), "a rule", at: element.place)
      return (when, kind)
    }
  }
}
