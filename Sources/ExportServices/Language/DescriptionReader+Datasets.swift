// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `datasets:`.
extension DescriptionReader {
  mutating func datasets(_ node: YAMLNode) -> [(traits: DatasetTraits, rule: DatasetRule)] {
    guard let reader = MappingReader(node, "'datasets'", code: "D001", &problems) else { return [] }
    return reader.members.compactMap { pair in
      guard let name = pair.key.text else { return nil }
      return dataset(name, pair.value)
    }
  }

  private mutating func dataset(_ name: String, _ node: YAMLNode) -> (traits: DatasetTraits, rule: DatasetRule)? {
    guard var reader = MappingReader(node, "the dataset '\(name)'", code: "D001", &problems) else { return nil }
    let kind = reader.required("kind", &problems).flatMap { word($0, "kind", DatasetKind.self) }
    var traits = DatasetTraits(name: name, kind: kind == .snapshot ? .snapshot : .historical)
    traits.aliases = reader.optional("aliases").map { texts($0, "'aliases'") } ?? []
    traits.needs = reader.optional("needs").flatMap { text($0, "'needs'") }
    traits.window = reader.optional("window").flatMap { window($0) }
    if let node = reader.optional("rows") { traits.rows = rows(node) }
    var rule = DatasetRule(forms: [], wire: [:])
    var searches: [(option: String, node: YAMLNode)] = []
    if let node = reader.optional("options"), let options = MappingReader(node, "'options'", code: "D001", &problems) {
      for pair in options.members {
        guard let option = pair.key.text, let parameter = parameter(option, pair.value) else { continue }
        traits.options.append(parameter.traits)
        if !parameter.wire.isEmpty { rule.wire[option] = parameter.wire }
        if let finds = parameter.finds { searches.append((option, finds)) }
      }
    }
    setOptions(traits.options.map(\.name))
    traits.oneOf = reader.optional("one_of").map { oneOf($0, options: traits.options) } ?? []
    for search in searches {
      guard let found = self.search(search.node, options: traits.options) else { continue }
      rule.searches[search.option] = found
      traits.searches[search.option] = found.fills
    }
    if let node = reader.required("forms", &problems) {
      rule.forms = elements(node, "'forms'").compactMap { form($0) }
    }
    setOptions([])
    reader.finish(later: Self.later, &problems)
    if kind == .historical, traits.window == nil {
      add("D001", "the historical dataset '\(name)' needs 'window'", at: reader.place)
    }
    return kind == nil ? nil : (traits, rule)
  }

  private enum DatasetKind: String, CaseIterable { case snapshot, historical }

  private mutating func form(_ node: YAMLNode) -> DatasetRule.Form? {
    guard var reader = MappingReader(node, "a form", code: "D001", &problems) else { return nil }
    let option = reader.optional("when").flatMap { text($0, "'when'") }
    var values: [String: String] = [:]
    if let node = reader.optional("values"), let members = MappingReader(node, "'values'", code: "D001", &problems) {
      for pair in members.members {
        values[pair.key.text ?? ""] = text(pair.value, "a value")
        declare(pair.key.text ?? "", in: "dataset")
      }
    }
    let json = reader.optional("json").map { self.json($0) }
    reader.finish(later: Self.later, &problems)
    return DatasetRule.Form(option: option, values: values, json: json)
  }
}
