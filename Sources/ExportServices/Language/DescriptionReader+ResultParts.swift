// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// What `result:` is made of.
extension DescriptionReader {
  /// The first page has no cursor: a member is left out then, and an address or a text cannot be.
  mutating func checkCursor(_ call: RequestTemplate, at place: SourcePlace) {
    let cursor = TemplateName(scope: "page", name: "cursor")
    var members = (call.query + call.headers).flatMap(\.value.names)
    var whole = call.target.template.names
    switch call.body {
    case .json?, .form?: members += call.body?.names ?? []
    case .xml?, .text?: whole += call.body?.names ?? []
    case nil: break
    }
    if whole.contains(cursor) {
      add(
        "D003", "the first page has no '${page.cursor}', and an address or a text cannot leave it out", at: place,
        help: "put it into 'query', 'headers', 'json' or 'form'")
    } else if !members.contains(cursor) {
      add(
        "D003", "nothing of 'call' sends '${page.cursor}'", at: place,
        help: "put it into 'query', 'headers', 'json' or 'form'")
    }
  }

  mutating func resultCall(_ reader: inout MappingReader) -> RequestTemplate? {
    reader.required("call", &problems).flatMap { resultCall($0) }
  }

  mutating func resultCall(_ node: YAMLNode, pages: Bool = false) -> RequestTemplate? {
    guard var reader = MappingReader(node, "'call'", code: "D001", &problems) else { return nil }
    let request = withinResult(page: pages ? ["cursor", "number"] : nil) { $0.request(&reader) }
    reader.finish(&problems)
    return request
  }

  /// The task, what it said of itself, and all that it was made with apart from where files go.
  mutating func withinResult<Value>(
    page: Set<String>? = nil, _ body: (inout DescriptionReader) -> Value
  ) -> Value {
    var only = [
      "job": Self.jobNames, "window": ["start", "end"], "option": everyOption, "dataset": scopes["dataset"] ?? [],
      "task": scopes["task"] ?? [],
    ]
    only["page"] = page
    return within(only, body)
  }

  /// Names of files: each is another one for every attempt, so that no task writes over another's.
  /// - Parameter need: `nil`: a file whose name cannot be made is not looked for.
  mutating func names(_ node: YAMLNode, _ noun: String, _ sent: Set<String>, _ need: Need?) -> [Template] {
    elements(node, noun).compactMap { element in
      guard let name = withinResult({ $0.needing(need) { $0.template(element) } }) else { return nil }
      checkTelling(name, of: noun, sent, at: element.place)
      return name
    }
  }

  mutating func checkTelling(_ name: Template, of noun: String, _ sent: Set<String>, at place: SourcePlace) {
    guard !name.names.contains(TemplateName(scope: "task", name: "id")) else { return }
    let told = Set(name.names.filter { $0.scope == "job" }.map(\.name))
    guard !told.isDisjoint(with: TaskMark.tellingNames) || told.isSuperset(of: ["key", "attempt"]) else {
      return add(
        "D007", "a name of \(noun) is the same for several attempts: each would write over the other", at: place,
        help: "put ${job.name} into it and into 'submit', or ${task.id}")
    }
    for name in told.subtracting(sent).sorted() {
      add("D007", "no request sends '${job.\(name)}'", at: place, help: "put it into 'submit'")
    }
  }

  /// Letters of a container's signature, in the order in which it has them.
  mutating func rights(_ node: YAMLNode) -> String? {
    let known = "racwdl"
    guard let text = node.json.string, !text.isEmpty, Set(text).isSubset(of: known), Set(text).count == text.count
    else {
      add(
        "D005", "\(node.shown) is no rights of a container's signature", at: node.place,
        help: "write letters of '\(known)', each once, such as wl")
      return nil
    }
    return String(known.filter { text.contains($0) })
  }

  mutating func hosts(_ node: YAMLNode) -> [HostPattern] {
    elements(node, "'hosts'").compactMap { element in
      if let host = element.json.string.flatMap({ HostPattern($0) }) { return host }
      add(
        "D005", "\(element.shown) is no host", at: element.place,
        help: "write files.example.com, or *.example.com for all below")
      return nil
    }
  }

  /// As `texts`; empty ones may stand here.
  mutating func words(_ node: YAMLNode) -> [String] {
    elements(node, "'ends'").compactMap { element in
      if let text = element.text { return text }
      add("D001", "an element of 'ends' must be a text, not \(element.noun)", at: element.place)
      return nil
    }
  }

  mutating func tellUnstreamed(_ noun: String, at place: SourcePlace) {
    add(
      "D004", "\(noun) is not read while a page goes through", at: place,
      help: "write header:Name, or body:/pointer to one value of JSON")
  }
}

extension Pick {
  var isHeader: Bool { if case .header = self { true } else { false } }

  /// Known when the body has gone through, without keeping it.
  var isStreamed: Bool {
    if case .body(let pointer) = self { return !pointer.isEmpty }
    return isHeader
  }
}
