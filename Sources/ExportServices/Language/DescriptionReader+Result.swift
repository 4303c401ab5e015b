// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `result:`.
extension DescriptionReader {
  private enum ResultKind: String, CaseIterable { case container, links, pages, answer }

  /// - Parameter sent: names of `job` that the requests which make a task send.
  mutating func result(_ node: YAMLNode, sent: Set<String>) -> ResultRule? {
    guard var reader = MappingReader(node, "'result'", code: "D001", &problems) else { return nil }
    let kindNode = reader.required("kind", &problems)
    guard let kind = kindNode.flatMap({ word($0, "result kind", ResultKind.self) }) else {
      // Which members belong here is not known.
      for pair in reader.members { _ = reader.optional(pair.key.text ?? "") }
      reader.finish(&problems)
      return nil
    }
    if kind != .container, sent.contains("delivery") {
      add(
        "D003", "'${job.delivery}' is sent, and there is no container where results are fetched", at: node.place,
        help: "take it out of 'submit', or write kind: container")
    }
    let rule: ResultRule? =
      switch kind {
      case .container: .container(container(&reader, sent))
      case .links: links(&reader).map { .links($0) }
      case .pages: pages(&reader).map { .pages($0) }
      case .answer: call(&reader).map { .answer($0) }
      }
    reader.finish(later: Self.later, &problems)
    return rule
  }

  // MARK: Kinds

  private mutating func container(_ reader: inout MappingReader, _ sent: Set<String>) -> ContainerResult {
    var rule = ContainerResult()
    if let rights = reader.optional("rights").flatMap({ rights($0) }) { rule.rights = rights }
    rule.prefix = reader.optional("prefix").flatMap { node in withinResult { $0.template(node) } }
    rule.manifest = reader.optional("manifest").flatMap { text($0, "'manifest'") }
    let namesNode = reader.optional("names")
    rule.names = namesNode.map { names($0, "'names'", sent) } ?? []
    if let namesNode, rule.names.isEmpty { add("D001", "'names' is empty", at: namesNode.place) }
    if let node = reader.optional("optional") {
      rule.optional = names(node, "'optional'", sent)
      if namesNode == nil { add("D001", "'optional' stands beside 'names'", at: node.place) }
    }
    rule.ignored = reader.optional("ignore").map { texts($0, "'ignore'").map { Glob($0) } } ?? []
    return rule
  }

  private mutating func links(_ reader: inout MappingReader) -> LinkResult? {
    let callNode = reader.optional("call")
    let call = callNode.flatMap { self.call($0) }
    let each = reader.required("each", &problems).flatMap { pick($0) }
    let link = reader.optional("link").map { pointer($0) ?? "" } ?? ""
    var told = LinkResult.Told()
    told.name = reader.optional("name").flatMap { pointer($0) }
    told.bytes = reader.optional("bytes").flatMap { pointer($0) }
    told.md5 = reader.optional("md5").flatMap { pointer($0) }
    told.sha256 = reader.optional("sha256").flatMap { pointer($0) }
    told.rows = reader.optional("rows").flatMap { pointer($0) }
    let proof = reader.optional("auth").flatMap { word($0, "proof", LinkResult.Proof.self) }
    let hosts = reader.optional("hosts").map { self.hosts($0) } ?? []
    guard let each, callNode == nil || call != nil else { return nil }
    return LinkResult(call: call, each: each, link: link, told: told, proof: proof, hosts: hosts)
  }

  private mutating func pages(_ reader: inout MappingReader) -> PageResult? {
    let callNode = reader.required("call", &problems)
    let call = callNode.flatMap { self.call($0, pages: true) }
    var from: Pick?
    var ends: [String] = []
    if let node = reader.required("cursor", &problems),
      var cursor = MappingReader(node, "'cursor'", code: "D001", &problems)
    {
      let fromNode = cursor.required("from", &problems)
      from = fromNode.flatMap { pick($0) }
      if let from, let fromNode, !from.isStreamed { tellUnstreamed("'from'", at: fromNode.place) }
      ends = cursor.optional("ends").map { words($0) } ?? []
      cursor.finish(&problems)
    }
    let countNode = reader.optional("count")
    let count = countNode.flatMap { pick($0) }
    if let countNode, let count, !count.isOfHead {
      add("D004", "'count' is told before the page: a header", at: countNode.place, help: "write header:Name")
    }
    let name = reader.optional("name").flatMap { node in withinResult(page: ["number"]) { $0.template(node) } }
    if let call, let callNode { checkCursor(call, at: callNode.place) }
    guard let call, let from else { return nil }
    return PageResult(call: call, cursor: from, ends: Set(ends), count: count, name: name)
  }

  /// The first page has no cursor: a member is left out then, and an address or a text cannot be.
  private mutating func checkCursor(_ call: RequestTemplate, at place: SourcePlace) {
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

  // MARK: Parts

  private mutating func call(_ reader: inout MappingReader) -> RequestTemplate? {
    reader.required("call", &problems).flatMap { call($0) }
  }

  private mutating func call(_ node: YAMLNode, pages: Bool = false) -> RequestTemplate? {
    guard var reader = MappingReader(node, "'call'", code: "D001", &problems) else { return nil }
    let request = withinResult(page: pages ? ["cursor", "number"] : nil) { $0.request(&reader) }
    reader.finish(later: Self.later, &problems)
    return request
  }

  /// The task, what it said of itself, and all that it was made with apart from where files go.
  private mutating func withinResult<Value>(
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
  private mutating func names(_ node: YAMLNode, _ noun: String, _ sent: Set<String>) -> [Template] {
    elements(node, noun).compactMap { element in
      guard let name = withinResult({ $0.template(element) }) else { return nil }
      checkTelling(name, of: noun, sent, at: element.place)
      return name
    }
  }

  private mutating func checkTelling(_ name: Template, of noun: String, _ sent: Set<String>, at place: SourcePlace) {
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
  private mutating func rights(_ node: YAMLNode) -> String? {
    guard let text = text(node, "'rights'") else { return nil }
    let known = "racwdl"
    guard Set(text).isSubset(of: known), Set(text).count == text.count else {
      add(
        "D005", "'\(text)' are no rights of a container's signature", at: node.place,
        help: "write letters of '\(known)', each once, such as wl")
      return nil
    }
    return String(known.filter { text.contains($0) })
  }

  private mutating func hosts(_ node: YAMLNode) -> [HostPattern] {
    elements(node, "'hosts'").compactMap { element in
      guard let text = text(element, "a host") else { return nil }
      if let host = HostPattern(text) { return host }
      add(
        "D005", "'\(text)' is no host", at: element.place, help: "write files.example.com, or *.example.com for all below")
      return nil
    }
  }

  /// As `texts`; empty ones may stand here.
  private mutating func words(_ node: YAMLNode) -> [String] {
    elements(node, "'ends'").compactMap { element in
      if let text = element.text { return text }
      add("D001", "an element of 'ends' must be a text, not \(element.noun)", at: element.place)
      return nil
    }
  }

  private mutating func tellUnstreamed(_ noun: String, at place: SourcePlace) {
    add(
      "D004", "\(noun) is not read while a page goes through", at: place,
      help: "write header:Name, or body:/pointer to one value of JSON")
  }
}

extension Pick {
  /// Known before the body is read.
  var isOfHead: Bool {
    switch self {
    case .header, .status: true
    default: false
    }
  }

  /// Known when the body has gone through, without keeping it.
  var isStreamed: Bool {
    if case .body(let pointer) = self { return !pointer.isEmpty && !pointer.contains("*") }
    return isOfHead
  }
}
