// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `catalogue:`, and `finds:` of an option.
extension DescriptionReader {
  /// - Parameter appParameters: what `with` of an app must hold.
  mutating func catalogue(_ node: YAMLNode, _ appParameters: [ParameterTraits]) -> CatalogueRule? {
    // There is no app yet while apps are looked for, and no job.
    let outside = scopes
    scopes = scopes.filter { ["param", "secret"].contains($0.key) }
    scopes["found"] = []
    defer { scopes = outside }
    guard var reader = MappingReader(node, "'catalogue'", code: "D001", &problems) else { return nil }
    let stepsNode = reader.required("steps", &problems)
    let steps = stepsNode.map { elements($0, "'steps'").compactMap { step($0) } } ?? []
    if let stepsNode, steps.isEmpty { add("D001", "'steps' is empty", at: stepsNode.place) }
    let appNode = reader.required("app", &problems)
    reader.finish(&problems)
    guard let appNode, var found = MappingReader(appNode, "'app' of the catalogue", code: "D001", &problems) else {
      return nil
    }
    let name = found.required("name", &problems).flatMap { template($0) }
    let group = found.optional("group").flatMap { template($0) }
    let withNode = found.required("with", &problems)
    let parameters = withNode.map { templates($0, "'with'") } ?? []
    let labels = found.optional("labels").map { templates($0, "'labels'") } ?? []
    found.finish(&problems)
    if let withNode { check(parameters.map(\.name), against: appParameters, at: withNode.place) }
    return name.map { CatalogueRule(steps: steps, name: $0, group: group, parameters: parameters, labels: labels) }
  }

  private mutating func check(_ given: [String], against parameters: [ParameterTraits], at place: SourcePlace) {
    let known = parameters.map(\.name)
    for name in given where !known.contains(name) {
      add("D003", "nothing declares 'app.\(name)'", at: place, help: Suggestion.help(for: name, in: known))
    }
    for parameter in parameters where parameter.isRequired && !given.contains(parameter.name) {
      add("D001", "'with' of the catalogue needs '\(parameter.name)'", at: place)
    }
  }

  private mutating func step(_ node: YAMLNode) -> ListRule? {
    guard var reader = MappingReader(node, "a step", code: "D001", &problems) else { return nil }
    let list = self.list(&reader)
    reader.finish(&problems)
    return list
  }

  /// `call`, `each`, `next`, `take` and `keep`; the caller takes its own members and finishes the reader.
  private mutating func list(_ reader: inout MappingReader) -> ListRule? {
    var request: RequestTemplate?
    if let node = reader.required("call", &problems), var call = MappingReader(node, "'call'", code: "D001", &problems)
    {
      request = self.request(&call, isWhole: true)
      call.finish(&problems)
    }
    let each = reader.required("each", &problems).flatMap { listPick($0) }
    let next = reader.optional("next").flatMap { self.next($0, of: request) }
    let takes = reader.optional("take").map { self.takes($0) } ?? [:]
    let keep = reader.optional("keep").map { templates($0, "'keep'") } ?? []
    for (name, _) in keep where takes[name] == nil {
      add("D003", "'keep' looks at '\(name)', which is not taken", at: reader.place, help: "add it to 'take'")
    }
    guard let request, let each else { return nil }
    return ListRule(
      call: request, each: each, next: next, take: takes, keep: Dictionary(keep, uniquingKeysWith: { a, _ in a }))
  }

  private mutating func takes(_ node: YAMLNode) -> [String: Take] {
    guard let reader = MappingReader(node, "'take'", code: "D001", &problems) else { return [:] }
    var takes: [String: Take] = [:]
    for pair in reader.members {
      let name = pair.key.text ?? ""
      declare(name, in: "found")
      takes[name] = take(pair.value)
    }
    return takes
  }

  /// `/pointer`, or `{from: /pointer, behind: STEP}`.
  private mutating func take(_ node: YAMLNode) -> Take? {
    guard case .mapping = node.kind else { return pointer(node).map { Take(pointer: $0) } }
    guard var reader = MappingReader(node, "a value to take", code: "D001", &problems) else { return nil }
    let from = reader.required("from", &problems).flatMap { pointer($0) }
    let behind = reader.required("behind", &problems).flatMap { text($0, "'behind'") }
    reader.finish(&problems)
    return from.map { Take(pointer: $0, behind: behind) }
  }

  mutating func templates(_ node: YAMLNode, _ noun: String) -> [(name: String, value: Template)] {
    guard let reader = MappingReader(node, noun, code: "D001", &problems) else { return [] }
    return reader.members.compactMap { pair in
      checkKey(pair.key)
      return template(pair.value).map { (pair.key.text ?? "", $0) }
    }
  }

  // MARK: Options that ask

  /// - Parameter options: of the dataset.
  mutating func search(_ node: YAMLNode, options: [ParameterTraits]) -> SearchRule? {
    // There is no job yet while a plan is made.
    let outside = scopes
    scopes = scopes.filter { ["param", "app", "secret", "option"].contains($0.key) }
    scopes["found"] = []
    defer { scopes = outside }
    guard var reader = MappingReader(node, "'finds'", code: "D001", &problems) else { return nil }
    let fillsNode = reader.required("fills", &problems)
    let fills = fillsNode.flatMap { text($0, "'fills'") }
    let words = reader.optional("words").map { self.words($0) } ?? [:]
    _ = replaceScope("word", with: Set(words.keys))
    let list = self.list(&reader)
    let value = reader.required("value", &problems).flatMap { pointer($0) }
    reader.finish(&problems)
    for name in words.keys.sorted() where !options.contains(where: { $0.name == name }) {
      add("D003", "nothing declares 'option.\(name)'", at: reader.place)
    }
    guard let fillsNode, let fills, let list, let value else { return nil }
    guard options.contains(where: { $0.name == fills && $0.kind == .ints }) else {
      add(
        "D003", "'fills' names '\(fills)', which is no option of the kind 'ints'", at: fillsNode.place,
        help: Suggestion.help(for: fills, in: options.filter { $0.kind == .ints }.map(\.name)))
      return nil
    }
    return SearchRule(fills: fills, words: words, list: list, value: value)
  }

  /// By option: its words, and how the list spells each.
  private mutating func words(_ node: YAMLNode) -> [String: [String: String]] {
    guard let reader = MappingReader(node, "'words'", code: "D001", &problems) else { return [:] }
    var words: [String: [String: String]] = [:]
    for pair in reader.members {
      guard let spellings = MappingReader(pair.value, "words of an option", code: "D001", &problems) else { continue }
      for spelling in spellings.members {
        words[pair.key.text ?? "", default: [:]][spelling.key.text ?? ""] = text(spelling.value, "a word")
      }
    }
    return words
  }

  /// Groups of options of which one at most may be given.
  mutating func oneOf(_ node: YAMLNode, options: [ParameterTraits]) -> [[String]] {
    let known = options.map(\.name)
    return elements(node, "'one_of'").map { group in
      let names = texts(group, "a group of 'one_of'")
      for name in names where !known.contains(name) {
        add("D003", "nothing declares 'option.\(name)'", at: group.place, help: Suggestion.help(for: name, in: known))
      }
      return names
    }
  }
}
