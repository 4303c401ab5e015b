// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// Reads a description and checks it whole. Codes: D001 form, D002 template, D003 a name that nothing declares,
/// D004 a pick, D005 a word of a closed list, D006 a number or duration.
struct DescriptionReader {
  /// Keys of the full language that this program does not know yet.
  static let later: Set<String> = [
    "auth", "secrets", "keeps", "cancel", "tidy", "form", "xml", "text", "steps", "links", "pages", "answer",
    "lookalike", "progress", "lag", "oldest", "max", "starts", "calls", "find", "same",
  ]

  var problems: DiagnosticList
  private let file: SourceFile
  /// What templates may name, by scope; filled while reading.
  private var scopes: [String: Set<String>] = [
    "job": ["mark", "delivery", "format", "key"], "window": ["start", "end"], "task": ["id"],
  ]
  private var root: Template?

  init(_ file: SourceFile, _ problems: DiagnosticList) { (self.file, self.problems) = (file, problems) }

  mutating func read(_ node: YAMLNode) -> ServiceDescription? {
    guard var top = MappingReader(node, "the description", code: "D001", &problems) else { return nil }
    let name = top.required("service", &problems).flatMap { text($0, "'service'") }
    let revision = top.required("revision", &problems).flatMap { int($0, "'revision'") }
    let title = top.optional("title").flatMap { text($0, "'title'") } ?? name ?? ""
    let base = top.required("base", &problems).flatMap { text($0, "'base'") }
    let parameters = top.optional("params").map { self.parameters($0, scope: "param") } ?? []
    let appParameters = top.optional("app_params").map { self.parameters($0, scope: "app") } ?? []
    let formats = top.required("formats", &problems).map { formatWords($0) } ?? []
    let limits = top.required("limits", &problems).flatMap { self.limits($0) }
    // Facts come before the templates that name them.
    let facts = top.optional("facts").map { self.facts($0) } ?? [:]
    root = top.optional("root").flatMap { template($0) }
    let datasetNodes = top.required("datasets", &problems)
    let datasets = datasetNodes.map { self.datasets($0) } ?? []
    let catalogue = top.optional("catalogue").flatMap { self.catalogue($0, appParameters) }
    let submit = top.required("submit", &problems).flatMap { self.submit($0) }
    let poll = top.required("poll", &problems).flatMap { self.poll($0) }
    let state = top.required("state", &problems).flatMap { self.state($0) }
    let refusals = top.required("refusals", &problems).map { self.refusals($0) } ?? []
    let result = top.required("result", &problems).flatMap { self.result($0) }
    let recovery = top.required("recover", &problems).flatMap { self.recovery($0) }
    top.finish(later: Self.later, &problems)
    guard let name, let revision, let base, let limits, let submit, let poll, let state, let result, let recovery else {
      return nil
    }
    var traits = ServiceTraits(
      name: name, revision: revision, digest: Digest(of: file.bytes), base: base, parameters: parameters,
      appParameters: appParameters, datasets: datasets.map(\.traits), formats: formats.map(\.word), limits: limits,
      recovery: .marked, polling: poll.rule)
    traits.hasCatalogue = catalogue != nil
    return ServiceDescription(
      traits: traits, title: title, formats: Dictionary(formats.map { ($0.word, $0.wire) }) { a, _ in a },
      datasets: Dictionary(datasets.map { ($0.traits.name, $0.rule) }) { a, _ in a }, submit: submit.request,
      submitStatuses: submit.statuses, taskID: submit.id, poll: poll.request, obey: poll.obey, state: state,
      facts: facts, refusals: refusals, recovery: recovery, result: result, catalogue: catalogue)
  }

  // MARK: Values

  mutating func add(_ code: String, _ message: String, at place: SourcePlace, help: String? = nil) {
    problems.add(Diagnostic(code: code, message, at: place, help: help))
  }

  mutating func text(_ node: YAMLNode, _ noun: String) -> String? {
    if let text = node.text, !text.isEmpty { return text }
    add("D001", "\(noun) must be a text, not \(node.noun)", at: node.place)
    return nil
  }

  mutating func int(_ node: YAMLNode, _ noun: String) -> Int? {
    if let number = node.json.int, number > 0 { return Int(number) }
    add("D006", "'\(node.text ?? node.noun)' is not a whole number for \(noun)", at: node.place)
    return nil
  }

  mutating func flag(_ node: YAMLNode, _ noun: String) -> Bool {
    if let flag = node.json.bool { return flag }
    add("D001", "\(noun) must be true or false, not \(node.text.map { "'\($0)'" } ?? node.noun)", at: node.place)
    return false
  }

  mutating func duration(_ node: YAMLNode) -> Duration? {
    if let duration = node.text.flatMap({ DurationText.parse($0) }) { return duration }
    add("D006", "'\(node.text ?? node.noun)' is not a duration", at: node.place, help: "write one such as 30s or 5m")
    return nil
  }

  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ node: YAMLNode, _ noun: String, _ type: Word.Type
  ) -> Word? where Word.RawValue == String {
    let found = node.text ?? node.noun
    if let word = Word(rawValue: found) { return word }
    let help = Suggestion.help(for: found, in: Word.allCases.map(\.rawValue))
    add("D005", "unknown \(noun) '\(found)'", at: node.place, help: help)
    return nil
  }

  mutating func elements(_ node: YAMLNode, _ noun: String) -> [YAMLNode] {
    if case .sequence(let elements) = node.kind { return elements }
    add("D001", "\(noun) must be a list, not \(node.noun)", at: node.place)
    return []
  }

  mutating func texts(_ node: YAMLNode, _ noun: String) -> [String] {
    elements(node, noun).compactMap { text($0, "an element of \(noun)") }
  }

  mutating func ints(_ node: YAMLNode, _ noun: String) -> [Int] {
    elements(node, noun).compactMap { int($0, noun) }
  }

  mutating func pick(_ node: YAMLNode) -> Pick? {
    if let text = node.text, let pick = Pick(text) { return pick }
    add(
      "D004", "'\(node.text ?? node.noun)' picks nothing", at: node.place,
      help: "write body:/pointer, header:Name or status:")
    return nil
  }

  mutating func pointer(_ node: YAMLNode) -> String? {
    if let text = node.text, text.hasPrefix("/") { return text }
    add("D004", "'\(node.text ?? node.noun)' is no JSON pointer", at: node.place, help: "write /member")
    return nil
  }

  // MARK: Templates

  mutating func declare(_ name: String, in scope: String) { scopes[scope, default: []].insert(name) }

  /// Names of one dataset only, while its parts are read.
  mutating func setOptions(_ names: [String]) { scopes["option"] = Set(names) }

  /// What templates may name in a scope, for as long as a part is read; `nil`: there is no such scope.
  /// - Returns: what it was before.
  mutating func replaceScope(_ name: String, with names: Set<String>?) -> Set<String>? {
    defer { scopes[name] = names }
    return scopes[name]
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
    guard !known.contains(name.name) else { return }
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

  // MARK: Sections

  private mutating func facts(_ node: YAMLNode) -> [String: Pick] {
    guard let reader = MappingReader(node, "'facts'", code: "D001", &problems) else { return [:] }
    var facts: [String: Pick] = [:]
    for pair in reader.members {
      facts[pair.key.text ?? ""] = pick(pair.value)
      declare(pair.key.text ?? "", in: "task")
    }
    return facts
  }

  private mutating func formatWords(_ node: YAMLNode) -> [(word: String, wire: String)] {
    guard let reader = MappingReader(node, "'formats'", code: "D001", &problems) else { return [] }
    return reader.members.compactMap { pair in text(pair.value, "a format").map { (pair.key.text ?? "", $0) } }
  }

  private mutating func limits(_ node: YAMLNode) -> ServiceLimits? {
    guard var reader = MappingReader(node, "'limits'", code: "D001", &problems) else { return nil }
    let active = reader.required("active", &problems).flatMap { int($0, "'active'") }
    let perApp = reader.optional("active_per_app").flatMap { int($0, "'active_per_app'") }
    reader.finish(later: Self.later, &problems)
    return active.map { ServiceLimits(active: $0, activePerApp: perApp ?? $0) }
  }

  /// The first part of a request; the caller takes its own members and finishes the reader.
  /// - Parameter isWhole: the path begins at the base; nothing is put before it.
  mutating func request(_ reader: inout MappingReader, isWhole: Bool = false) -> RequestTemplate? {
    let method = reader.required("method", &problems).flatMap { text($0, "'method'") }
    let path = reader.optional("path").flatMap { template($0) }
    let json = reader.optional("json").map { self.json($0) }
    var query: [(String, Template)] = []
    if let node = reader.optional("query"), let members = MappingReader(node, "'query'", code: "D001", &problems) {
      for pair in members.members {
        if let value = template(pair.value) { query.append((pair.key.text ?? "", value)) }
      }
    }
    guard let method else { return nil }
    let whole = Template(parts: (isWhole ? [] : root?.parts ?? []) + (path?.parts ?? []))
    return RequestTemplate(method: method, path: whole, query: query, json: json)
  }

  private mutating func submit(_ node: YAMLNode) -> (request: RequestTemplate, statuses: Set<Int>, id: Pick)? {
    guard var reader = MappingReader(node, "'submit'", code: "D001", &problems) else { return nil }
    let request = self.request(&reader)
    let statuses = reader.required("expect", &problems).map { ints($0, "'expect'") } ?? []
    let id = reader.required("id", &problems).flatMap { pick($0) }
    reader.finish(later: Self.later, &problems)
    guard let request, let id else { return nil }
    return (request, Set(statuses), id)
  }

  private mutating func poll(_ node: YAMLNode) -> (request: RequestTemplate, rule: PollRule, obey: Pick?)? {
    guard var reader = MappingReader(node, "'poll'", code: "D001", &problems) else { return nil }
    let request = self.request(&reader)
    let every = reader.required("every", &problems).flatMap { duration($0) }
    let first = reader.optional("first").flatMap { duration($0) }
    let most = reader.optional("most").flatMap { duration($0) }
    let obey = reader.optional("obey").flatMap { pick($0) }
    var growth = 1.0
    if let node = reader.optional("growth") {
      switch node.json {
      case .int(let whole) where whole >= 1: growth = Double(whole)
      case .double(let number) where number >= 1: growth = number
      default: add("D006", "'growth' is a number from 1 up", at: node.place)
      }
    }
    reader.finish(later: Self.later, &problems)
    guard let request, let every else { return nil }
    return (request, PollRule(first: first ?? every, every: every, growth: growth, most: most ?? every), obey)
  }

  private mutating func state(_ node: YAMLNode) -> StateRule? {
    guard var reader = MappingReader(node, "'state'", code: "D001", &problems) else { return nil }
    let from = reader.required("from", &problems).flatMap { pick($0) }
    let folds = reader.optional("fold_case").map { flag($0, "'fold_case'") } ?? false
    var words: [String: StateRule.Class] = [:]
    for kind in StateRule.Class.allCases {
      guard let node = reader.optional(kind.rawValue) else { continue }
      for word in texts(node, "'\(kind.rawValue)'") {
        let key = folds ? word.lowercased() : word
        if let other = words[key] {
          add("D005", "the state '\(word)' is already '\(other.rawValue)'", at: node.place)
        }
        words[key] = kind
      }
    }
    let reason = reader.optional("reason").flatMap { pick($0) }
    reader.finish(later: Self.later, &problems)
    if !words.values.contains(.done) { add("D001", "'state' needs 'done'", at: reader.place) }
    return from.map { StateRule(from: $0, foldsCase: folds, words: words, reason: reason) }
  }

  private mutating func refusals(_ node: YAMLNode) -> [Refusal] {
    elements(node, "'refusals'").compactMap { element in
      guard var reader = MappingReader(element, "a refusal", code: "D001", &problems) else { return nil }
      let statuses = reader.required("status", &problems).map { ints($0, "'status'") } ?? []
      let verbs = reader.optional("on").map { node in
        elements(node, "'on'").compactMap { word($0, "request", Verb.self) }
      }
      let means = reader.required("means", &problems).flatMap { word($0, "class", ErrorClass.self) }
      let wait = reader.optional("wait").flatMap { pick($0) }
      reader.finish(later: Self.later, &problems)
      return means.map { Refusal(statuses: Set(statuses), verbs: Set(verbs ?? []), means: $0, wait: wait) }
    }
  }

  private mutating func result(_ node: YAMLNode) -> ResultRule? {
    guard var reader = MappingReader(node, "'result'", code: "D001", &problems) else { return nil }
    if let kind = reader.required("kind", &problems), kind.text != "container" {
      add(
        "D005", "unknown result kind '\(kind.text ?? kind.noun)'", at: kind.place,
        help: "this program knows 'container'")
    }
    let prefix = reader.optional("prefix").flatMap { template($0) }
    let manifest = reader.optional("manifest").flatMap { text($0, "'manifest'") }
    reader.finish(later: Self.later, &problems)
    return ResultRule(prefix: prefix, manifest: manifest)
  }

  private mutating func recovery(_ node: YAMLNode) -> RecoveryRule? {
    guard var reader = MappingReader(node, "'recover'", code: "D001", &problems) else { return nil }
    if let kind = reader.required("class", &problems), kind.text != "marked" {
      add(
        "D005", "unknown recovery class '\(kind.text ?? kind.noun)'", at: kind.place,
        help: "this program knows 'marked'")
    }
    var request: RequestTemplate?
    if let node = reader.required("list", &problems), var list = MappingReader(node, "'list'", code: "D001", &problems)
    {
      request = self.request(&list)
      list.finish(later: Self.later, &problems)
    }
    let each = reader.required("each", &problems).flatMap { pick($0) }
    let next = reader.optional("next").flatMap { pick($0) }
    let mark = reader.required("mark", &problems).flatMap { pointer($0) }
    let id = reader.required("id", &problems).flatMap { pointer($0) }
    let created = reader.optional("created").flatMap { pointer($0) }
    reader.finish(later: Self.later, &problems)
    guard let request, let each, let mark, let id else { return nil }
    return RecoveryRule(list: request, each: each, next: next, mark: mark, id: id, created: created)
  }
}
