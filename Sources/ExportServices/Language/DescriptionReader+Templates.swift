// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// Texts with holes, and what may stand in them.
extension DescriptionReader {
  mutating func declare(_ name: String, in scope: String) { scopes[scope, default: []].insert(name) }

  /// Names of one dataset only, while its parts are read.
  mutating func setOptions(_ names: [String]) {
    scopes["option"] = Set(names)
    everyOption.formUnion(names)
  }

  /// What templates may name in a scope, for as long as a part is read; `nil`: there is no such scope.
  /// - Returns: what it was before.
  mutating func replaceScope(_ name: String, with names: Set<String>?) -> Set<String>? {
    defer { scopes[name] = names }
    return scopes[name]
  }

  /// Templates may name nothing but these scopes while `body` reads; what the catalogue and datasets declared stays
  /// known.
  mutating func within<Value>(
    _ only: [String: Set<String>], _ body: (inout DescriptionReader) -> Value
  ) -> Value {
    let outside = scopes
    scopes = only.merging(scopes.filter { ["param", "app", "secret"].contains($0.key) }) { own, _ in own }
    defer { scopes = outside }
    return body(&self)
  }

  mutating func template(_ node: YAMLNode) -> Template? {
    guard let text = node.text else {
      add("D001", "a template must be a text, not \(node.noun)", at: node.place)
      return nil
    }
    do {
      let template = try Template(parsing: text)
      for name in template.names { check(name, at: node.place) }
      return template
    } catch {
      add("D002", error.message, at: node.place, help: error.help)
      return nil
    }
  }

  private mutating func check(_ name: TemplateName, at place: SourcePlace) {
    guard let known = scopes[name.scope] else {
      let help = Suggestion.help(for: name.scope, in: scopes.keys.sorted())
      return add("D003", "unknown scope '\(name.scope)' in a template", at: place, help: help)
    }
    named.insert(name)
    guard !known.contains(name.name) else {
      guard templates.contains(name), scopes["window"] == nil else { return }
      return add(
        "D003", "'\(name.scope).\(name.name)' is completed by each job, and none is known here", at: place,
        help: "a template stands in 'submit', and in what tells a lost task")
    }
    let help = Suggestion.help(for: name.name, in: known.sorted())
    add("D003", "nothing declares '\(name.scope).\(name.name)'", at: place, help: help)
  }

  mutating func json(_ node: YAMLNode) -> JSONTemplate {
    switch node.kind {
    case .scalar(let text, _):
      guard text.contains("${"), let template = template(node) else { return .literal(node.json) }
      return .template(template)
    case .sequence(let elements): return .array(elements.map { json($0) })
    case .mapping(let pairs): return .object(pairs.map { ($0.key.text ?? "", json($0.value)) })
    }
  }
}
