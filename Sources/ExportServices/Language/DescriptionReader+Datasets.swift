// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `datasets:`.
extension DescriptionReader {
  mutating func datasets(_ node: YAMLNode) -> [(traits: DatasetTraits, rule: DatasetRule)] {
    guard let reader = MappingReader(node, "'datasets'", code: "D001", &problems) else { return [] }
    if reader.members.isEmpty { add("D001", "'datasets' is empty", at: node.place, help: "tell what can be exported") }
    let names = reader.members.compactMap(\.key.text)
    var owners = Dictionary(names.map { ($0, $0) }) { first, _ in first }
    return reader.members.compactMap { pair in
      guard let name = pair.key.text else { return nil }
      return dataset(name, pair.value, &owners)
    }
  }

  /// - Parameter owners: the datasets of all names so far.
  private mutating func dataset(
    _ name: String, _ node: YAMLNode, _ owners: inout [String: String]
  ) -> (traits: DatasetTraits, rule: DatasetRule)? {
    guard var reader = MappingReader(node, "the dataset '\(name)'", code: "D001", &problems) else { return nil }
    datasetBeingRead = name
    defer { datasetBeingRead = nil }
    let kind = reader.required("kind", &problems).flatMap { word($0, "kind", DatasetKind.self) }
    var traits = DatasetTraits(name: name, kind: kind == .snapshot ? .snapshot : .historical)
    traits.aliases = reader.optional("aliases").map { aliases($0, of: name, &owners) } ?? []
    traits.needs = reader.optional("needs").flatMap { needed($0) }
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
      rule.forms = forms(node, of: name, traits.options)
    }
    setOptions([])
    reader.finish(&problems)
    if kind == .historical, traits.window == nil {
      add("D001", "the historical dataset '\(name)' needs 'window'", at: reader.place)
    }
    return kind == nil ? nil : (traits, rule)
  }

  private enum DatasetKind: String, CaseIterable { case snapshot, historical }

  /// Each name leads to one dataset.
  private mutating func aliases(
    _ node: YAMLNode, of dataset: String, _ owners: inout [String: String]
  ) -> [String] {
    for element in elements(node, "'aliases'") {
      guard let alias = element.text, !alias.isEmpty else { continue }
      if let owner = owners[alias], owner != dataset {
        add(
          "D015", "the alias '\(alias)' already means the dataset '\(owner)'", at: element.place,
          help: "give '\(dataset)' another one, or none")
      }
      owners[alias] = owners[alias] ?? dataset
    }
    return texts(node, "'aliases'")
  }

  /// A flag of the service.
  private mutating func needed(_ node: YAMLNode) -> String? {
    guard let name = text(node, "'needs'") else { return nil }
    if kinds[TemplateName(scope: "param", name: name)] == .flag { return name }
    let flags = kinds.filter { $0.key.scope == "param" && $0.value == .flag }.map(\.key.name).sorted()
    add(
      "D003", "'needs' names '\(name)', which is no flag among 'params'", at: node.place,
      help: Suggestion.help(for: name, in: flags) ?? "declare it: \(name): {type: flag, default: false}")
    return nil
  }
}
