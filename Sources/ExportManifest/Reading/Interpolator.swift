// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// Puts variables into a manifest's values. There is no logic in text: `${var.x}` is a value, `${env.X}` one of the
/// environment (in `variables:` only), and `${secret.x}` stays as it is for the places where a secret is taken. So do
/// `${window.x}` and `${app.x}`, for the parameters that each job completes.
struct Interpolator {
  private var variables: [String: DeclaredValue] = [:]
  /// False when variables may be missing because a file could not be had.
  private let isWhole: Bool
  /// Variables whose own value could not be had: that was told.
  private var unreadVariables: Set<String> = []
  /// Where values stand that could not be put in.
  private(set) var unread: Set<SourcePlace> = []
  /// What each job completes, by the place of the text that it stands in. It stays as it is.
  private(set) var holes: [SourcePlace: [LocatedHole]] = [:]
  /// Where each variable of the manifest has its name, as long as no value refers to it.
  private(set) var unused: [String: SourcePlace] = [:]

  /// Reads `variables:` and what overrides them: files in their order, then the command line.
  init(
    _ root: YAMLNode, overrides: VariableValues, environment: [String: String], isWhole: Bool,
    _ problems: inout DiagnosticList
  ) {
    self.isWhole = isWhole
    let given = overrides.read(&problems)
    guard case .mapping(let pairs) = root.kind else { return }
    if let node = pairs.first(where: { $0.key.text == "variables" })?.value,
      let reader = MappingReader(node, "'variables'", code: "M001", &problems)
    {
      var anchors = AnchorSearch()
      for pair in reader.members {
        guard let name = pair.key.text else { continue }
        // What has an anchor may be used by an alias.
        if !anchors.isIn(pair.value) { unused[name] = pair.key.place }
        let told = problems.count
        variables[name] = Self.value(pair.value, environment, isReplaced: given[name] != nil, &problems)
        if problems.count > told { unreadVariables.insert(name) }
      }
    }
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let known = variables[name] else {
        guard isWhole else { continue }
        let help = Suggestion.help(for: name, in: variables.keys) ?? "add it to 'variables'"
        problems.add(Diagnostic(code: "M017", "the manifest has no variable '\(name)'", at: value.key, help: help))
        continue
      }
      variables[name] = .known(Self.typed(value, as: known.json, name, &problems))
    }
  }

  /// A variable has the type of its value in the manifest; one without a value there takes any.
  private static func typed(
    _ given: VariableValues.Value, as known: JSONValue, _ name: String, _ problems: inout DiagnosticList
  ) -> JSONValue {
    switch (known, given.json) {
    case (.string, .string): return given.json
    case (.string, .int), (.string, .double), (.string, .bool): return .string(given.text)
    case (.int, .int), (.bool, .bool), (.double, .double), (.double, .int), (.null, _), (.array, .array),
      (.object, .object):
      return given.json
    default:
      problems.add(
        Diagnostic(
          code: "M020", "the variable '\(name)' is \(noun(known)), and '\(given.text)' is not", at: given.place,
          help: "the value in the manifest is \(known.canonicalText)"))
      return known
    }
  }

  private static func noun(_ value: JSONValue) -> String {
    switch value {
    case .string: "a text"
    case .int: "a whole number"
    case .double: "a number"
    case .bool: "true or false"
    case .array: "a list"
    default: "a mapping"
    }
  }

  private static func value(
    _ node: YAMLNode, _ environment: [String: String], isReplaced: Bool, _ problems: inout DiagnosticList
  ) -> DeclaredValue {
    guard let text = node.text else { return .written(.init(node)) }
    guard text.contains("${") else { return .known(node.json) }
    let value =
      Self.replace(in: text, at: node.place, &problems) { scope, name, place, problems in
        guard scope == "env" else {
          return Self.refuse(
            "'${\(scope).\(name)}' cannot stand in a variable", "only ${env.NAME} can", place, &problems)
        }
        if let value = environment[name] { return .string(value) }
        // A variable that the command line replaces needs no environment.
        if isReplaced { return "" }
        return Self.refuse("the environment has no '\(name)'", "set it, or use --var", place, &problems)
      }
    return .known(.string(value.string ?? ""))
  }

  private static func refuse(
    _ message: String, _ help: String, _ place: SourcePlace, _ problems: inout DiagnosticList
  ) -> JSONValue? {
    problems.add(Diagnostic(code: "M018", message, at: place, help: help))
    return nil
  }

  /// The node with every variable replaced by its value.
  mutating func fill(_ node: YAMLNode, _ problems: inout DiagnosticList) -> YAMLNode {
    filled(node, &problems) ?? node
  }

  /// `nil` when there is nothing to replace: what stays as it is is not made again.
  private mutating func filled(_ node: YAMLNode, _ problems: inout DiagnosticList) -> YAMLNode? {
    switch node.kind {
    case .sequence(var elements):
      var isChanged = false
      for index in elements.indices {
        guard let element = filled(elements[index], &problems) else { continue }
        elements[index] = element
        isChanged = true
      }
      return isChanged ? YAMLNode(.sequence(elements), at: node.place) : nil
    case .mapping(var pairs):
      var isChanged = false
      // Variables do not refer to each other.
      for index in pairs.indices where pairs[index].key.text != "variables" {
        guard let value = filled(pairs[index].value, &problems) else { continue }
        pairs[index].value = value
        isChanged = true
      }
      return isChanged ? YAMLNode(.mapping(pairs), at: node.place) : nil
    case .scalar(let text, _):
      guard text.utf8.contains(UInt8(ascii: "$")), text.contains("${") else { return nil }
      let (variables, unreadVariables, isWhole) = (variables, unreadVariables, isWhole)
      let told = problems.count
      var isMissed = false
      var used: Set<String> = []
      var holes: [LocatedHole] = []
      let value = Self.replace(in: text, at: node.place, &problems) { scope, name, place, problems in
        if scope == "secret" { return .string("${secret.\(name)}") }
        if scope == "window" || scope == "app" {
          holes.append(LocatedHole(hole: .init(scope: scope, name: name), place: place))
          return .string("${\(scope).\(name)}")
        }
        guard scope == "var" else {
          let near = Suggestion.nearest(to: scope, in: ["var", "secret"])
          let help =
            scope == "env"
            ? "put it into 'variables'"
            : near.map { "did you mean '${\($0).\(name)}'?" }
              ?? "write ${var.NAME}, ${secret.NAME} where a secret is taken, or ${env.NAME} in 'variables'"
          return Self.refuse("'${\(scope).\(name)}' cannot stand here", help, place, &problems)
        }
        used.insert(name)
        if unreadVariables.contains(name) || (!isWhole && variables[name] == nil) {
          isMissed = true
          return nil
        }
        if let value = variables[name]?.json, value != .null { return value }
        if variables[name] != nil {
          return Self.refuse(
            "the variable '\(name)' has no value", "give it one with --var \(name)=…", place, &problems)
        }
        let help = Suggestion.help(for: name, in: variables.keys) ?? "add it to 'variables'"
        return Self.refuse("unknown variable '\(name)'", help, place, &problems)
      }
      for name in used { unused[name] = nil }
      if !holes.isEmpty { self.holes[node.place] = holes }
      if isMissed || problems.count > told { unread.insert(node.place) }
      return YAMLNode(value, at: node.place)
    }
  }

  /// Replaces each `${scope.name}`. A lone one keeps the type of its value.
  private static func replace(
    in text: String, at place: SourcePlace, _ problems: inout DiagnosticList,
    _ value: (_ scope: String, _ name: String, _ place: SourcePlace, inout DiagnosticList) -> JSONValue?
  ) -> JSONValue {
    let first = TextReference.first(in: text[...])
    var parts = ScalarParts(of: text, at: place)
    if let lone = first, lone.range == text.startIndex..<text.endIndex {
      return value(lone.scope, lone.name, parts.part(lone.range), &problems) ?? ""
    }
    var result = ""
    var rest = text[...]
    var next = first
    while let match = next {
      let before = rest[..<match.range.lowerBound]
      refuseHalf(before, of: &parts, &problems)
      result += before
      let part = parts.part(match.range)
      let found = value(match.scope, match.name, part, &problems) ?? ""
      switch found {
      case .array, .object:
        let help = "write \"${\(match.scope).\(match.name)}\" alone"
        problems.add(
          Diagnostic(code: "M018", "\(noun(found)) cannot stand inside a text", at: part, help: help))
      default: result += found.string ?? found.canonicalText
      }
      rest = rest[match.range.upperBound...]
      next = TextReference.first(in: rest)
    }
    refuseHalf(rest, of: &parts, &problems)
    return .string(result + rest)
  }

  /// Tells `${` that is no reference.
  private static func refuseHalf(
    _ piece: Substring, of parts: inout ScalarParts, _ problems: inout DiagnosticList
  ) {
    guard let begin = piece.range(of: "${") else { return }
    let inside = piece[begin.upperBound...]
    let isClosed = inside.contains("}")
    let name = inside.prefixMatch(of: #/[A-Za-z_]+\.[A-Za-z0-9_.\-]+/#)
    let end = isClosed ? inside.firstIndex(of: "}").map { inside.index(after: $0) } : name?.range.upperBound
    problems.add(
      Diagnostic(
        code: "M018", isClosed ? "'${' without a name" : "'${' without its '}'",
        at: parts.part(begin.lowerBound..<(end ?? begin.upperBound)),
        help: isClosed ? "write ${var.NAME}" : "write ${\(name?.output ?? "var.NAME")}"))
  }
}
