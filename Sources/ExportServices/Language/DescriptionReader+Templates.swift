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
    var parts = ScalarParts(of: text, at: node.place)
    do {
      let pieces = try Template.pieces(of: text)
      for piece in pieces {
        guard case .value(let name, let filters) = piece.part else { continue }
        check(name, filters, at: parts.part(piece.range))
      }
      return Template(parts: pieces.map(\.part))
    } catch {
      add("D002", error.message, at: parts.part(error.range), help: error.help)
      return nil
    }
  }

  private mutating func check(_ name: TemplateName, _ filters: [Filter], at place: SourcePlace) {
    guard let known = scopes[name.scope] else {
      let help = Suggestion.help(for: name.scope, in: scopes.keys.sorted())
      return add("D003", "unknown scope '\(name.scope)' in a template", at: place, help: help)
    }
    named.insert(name)
    guard known.contains(name.name) else {
      let help = Suggestion.help(for: name.name, in: known.sorted())
      return add("D003", "nothing declares '\(name.scope).\(name.name)'", at: place, help: help)
    }
    let isGiven = name.scope == "option" && name.name == askingOption
    uses.append(
      Use(
        name: name, filters: filters, place: place, need: isGiven ? nil : need, dataset: datasetBeingRead,
        form: formBeingRead))
    if templates.contains(name), scopes["window"] == nil {
      return add(
        "D003", "'\(name.scope).\(name.name)' is completed by each job, and none is known here", at: place,
        help: "a template stands in 'submit', and in what tells a lost task")
    }
    if name.scope == "secret", let refusal = secretRefusal {
      add("D010", refusal.message, at: place, help: refusal.help)
    }
    guard let kind = kinds[name] else { return }
    for filter in filters where !filter.takes(kind) {
      add("D002", "a filter cannot change '\(name.scope).\(name.name)', which is \(kind.noun)", at: place)
    }
  }

  // MARK: Secrets

  /// Where a secret would be seen.
  enum SecretRefusal {
    case inURL, elsewhere
    /// In one that no request of the description has.
    case inAddress

    var message: String { self == .elsewhere ? "a secret cannot stand here" : "a secret cannot stand in a URL" }
    var help: String {
      switch self {
      case .inURL: "use auth: {kind: key-query}"
      case .inAddress: "addresses stand in logs: name nothing but parameters in it"
      case .elsewhere: "secrets stand in auth, headers and bodies of requests"
      }
    }
  }

  mutating func withoutSecrets<Value>(
    _ refusal: SecretRefusal = .elsewhere, _ body: (inout DescriptionReader) -> Value
  ) -> Value {
    let before = secretRefusal
    secretRefusal = refusal
    defer { secretRefusal = before }
    return body(&self)
  }

  mutating func withSecrets<Value>(_ body: (inout DescriptionReader) -> Value) -> Value {
    let before = secretRefusal
    secretRefusal = nil
    defer { secretRefusal = before }
    return body(&self)
  }

  /// Names of members are sent as they are.
  mutating func checkKey(_ key: YAMLNode) {
    guard let name = key.text, name.contains("${") else { return }
    add(
      "D002", "'\(name.prefix(60))' is a name, which is sent as it is: its hole would not be filled", at: key.place,
      help: "holes stand in values")
  }

  mutating func json(_ node: YAMLNode) -> JSONTemplate {
    switch node.kind {
    case .scalar(let text, _):
      guard text.contains("${"), let template = template(node) else { return .literal(node.json) }
      return .template(template)
    case .sequence(let elements): return .array(elements.map { json($0) })
    case .mapping(let pairs):
      return .object(
        pairs.map { pair in
          checkKey(pair.key)
          return (pair.key.text ?? "", json(pair.value))
        })
    }
  }
}

extension ParameterTraits.Kind {
  fileprivate var noun: String {
    switch self {
    case .text, .template: "a text"
    case .int: "a whole number"
    case .flag: "true or false"
    case .ints: "a list of whole numbers"
    case .choice: "one of several words"
    }
  }
}
