// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `params:`, `app_params:`, and the options of datasets.
extension DescriptionReader {
  private enum Kind: String, CaseIterable { case text, template, int, flag, ints }

  /// A parameter as its description tells it.
  struct Parameter {
    var traits: ParameterTraits
    /// Words of people to words of the service.
    var wire: [String: String] = [:]
    /// Where the service is asked for the value.
    var finds: YAMLNode?
  }

  mutating func parameters(_ node: YAMLNode, scope: String) -> [ParameterTraits] {
    guard let reader = MappingReader(node, "parameters", code: "D001", &problems) else { return [] }
    return reader.members.compactMap { pair in
      let name = pair.key.text ?? ""
      declare(name, in: scope)
      guard let parameter = parameter(name, pair.value) else { return nil }
      if parameter.traits.kind == .template { templates.insert(TemplateName(scope: scope, name: name)) }
      if let finds = parameter.finds { add("D001", "'finds' belongs to an option of a dataset", at: finds.place) }
      return parameter.traits
    }
  }

  mutating func parameter(_ name: String, _ node: YAMLNode) -> Parameter? {
    guard var reader = MappingReader(node, "the parameter '\(name)'", code: "D001", &problems) else { return nil }
    let type = reader.optional("type").flatMap { word($0, "type", Kind.self) }
    let valuesNode = reader.optional("values")
    let isRequired = reader.optional("required").map { flag($0, "'required'") } ?? false
    let defaultNode = reader.optional("default")
    let patternNode = reader.optional("pattern")
    let finds = reader.optional("finds")
    reader.finish(&problems)
    let values = valuesNode.map { choices($0) }
    let kind: ParameterTraits.Kind = values.map { .choice($0.words) } ?? Self.kind(type ?? .text)
    var traits = ParameterTraits(name, kind, isRequired: isRequired, defaultValue: defaultNode?.json)
    if let patternNode { traits.pattern = pattern(patternNode, of: traits) }
    if let defaultNode { check(defaultNode, of: traits) }
    return Parameter(traits: traits, wire: values?.wire ?? [:], finds: finds)
  }

  private static func kind(_ type: Kind) -> ParameterTraits.Kind {
    switch type {
    case .text: .text
    case .template: .template
    case .int: .int
    case .flag: .flag
    case .ints: .ints
    }
  }

  /// Words of people with those of the service, or a list of words that both use.
  private mutating func choices(_ node: YAMLNode) -> (words: [String], wire: [String: String]) {
    if case .sequence(let elements) = node.kind {
      if elements.isEmpty { add("D001", "'values' is empty", at: node.place) }
      let words = elements.compactMap { text($0, "a value") }
      for (word, element) in zip(words, elements) where words.count(where: { $0 == word }) > 1 {
        add("D001", "the word '\(word)' stands twice in 'values'", at: element.place)
        break
      }
      return (words, [:])
    }
    guard let values = MappingReader(node, "'values'", code: "D001", &problems) else { return ([], [:]) }
    var (words, wire): ([String], [String: String]) = ([], [:])
    for pair in values.members {
      words.append(pair.key.text ?? "")
      wire[pair.key.text ?? ""] = text(pair.value, "a value")
    }
    return (words, wire)
  }

  /// Longer than any that a person could read.
  private static let patternLimit = 500

  private mutating func pattern(_ node: YAMLNode, of parameter: ParameterTraits) -> String? {
    guard let text = text(node, "'pattern'") else { return nil }
    guard parameter.kind == .text || parameter.kind == .template else {
      add("D001", "'pattern' belongs to a text", at: node.place, help: "other kinds have nothing to match")
      return nil
    }
    guard text.count <= Self.patternLimit, (try? Regex(text)) != nil else {
      add(
        "D020", "'\(text.prefix(60))' is no regular expression", at: node.place,
        help: "it is matched as a whole, such as '[a-z0-9-]{3,50}'")
      return nil
    }
    return text
  }

  /// What holds when nothing is given must be what could be given.
  private mutating func check(_ node: YAMLNode, of parameter: ParameterTraits) {
    if let problem = ParameterCheck(parameter).problem(with: node.json) {
      return add("D021", "the default of '\(parameter.name)': \(problem.message)", at: node.place, help: problem.help)
    }
    guard parameter.kind == .template, let text = node.text else { return }
    for hole in JobTemplate(text).holes where !isKnown(hole) {
      add(
        "D003", "nothing gives a job '\(hole.text)'", at: node.place,
        help: "a template may hold ${window.start}, ${window.end} and ${app.NAME}")
    }
  }

  private func isKnown(_ hole: JobTemplate.Hole) -> Bool {
    hole.scope == "app" || (hole.isOfWindow && JobTemplate.windowNames.contains(hole.name))
  }
}
