// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// Requests: `poll:`, `cancel:`, `tidy:`, and what all of them have.
extension DescriptionReader {
  enum Method: String, CaseIterable { case GET, POST, PUT, PATCH, DELETE, HEAD }

  /// The first part of a request; the caller takes its own members and finishes the reader.
  /// - Parameter isWhole: the path begins at the base; nothing is put before it.
  mutating func request(_ reader: inout MappingReader, isWhole: Bool = false) -> RequestTemplate? {
    let method = reader.required("method", &problems).flatMap { word($0, "method", Method.self) }
    let root = isWhole ? nil : root
    let path = reader.optional("path").flatMap { node in
      withoutSecrets(.inURL) { $0.path(node, behind: root) }
    }
    let urlNode = reader.optional("url")
    let url = urlNode.flatMap { node in withoutSecrets(.inURL) { $0.needing(.address) { $0.template(node) } } }
    if let urlNode, path != nil { add("D001", "'url' stands in place of 'path'", at: urlNode.place) }
    let query = reader.optional("query").map { node in withoutSecrets(.inURL) { $0.templates(node, "'query'") } } ?? []
    let headers = reader.optional("headers").map { node in withSecrets { $0.headers(node) } } ?? []
    let body = withSecrets { $0.body(&reader) }
    guard let method else { return nil }
    let whole = Template(parts: (root?.parts ?? []) + (path?.parts ?? []))
    return RequestTemplate(
      method: method.rawValue, target: url.map { .url($0) } ?? .path(whole), query: query, headers: headers, body: body)
  }

  /// A path, or the beginning of one. What a value begins with could make another host of the base.
  /// - Parameter root: what stands before it.
  mutating func path(_ node: YAMLNode, behind root: Template? = nil) -> Template? {
    let template = needing(.address) { $0.template(node) }
    switch template?.parts.first {
    case .text(let text)? where !text.isEmpty && !text.hasPrefix("/"):
      add("D002", "a path begins with '/'", at: node.place, help: "write '/\(text.prefix(40))'")
    case .value? where root?.isEmpty ?? true:
      add(
        "D002", "a path begins with '/', not with a value: that could lead to another host", at: node.place,
        help: "write '/\((node.text ?? "").prefix(40))'")
    default: break
    }
    return template
  }

  /// One of `json`, `form`, `xml` and `text`, or none.
  private mutating func body(_ reader: inout MappingReader) -> BodyTemplate? {
    var bodies: [BodyTemplate] = []
    if let node = reader.optional("json") { bodies.append(.json(json(node))) }
    if let node = reader.optional("form") { bodies.append(.form(templates(node, "'form'"))) }
    if let node = reader.optional("xml"), let text = needing(.body, { $0.template(node) }) { bodies.append(.xml(text)) }
    if let node = reader.optional("text"), let text = needing(.body, { $0.template(node) }) {
      bodies.append(.text(text))
    }
    if bodies.count > 1 {
      add("D001", "a request has one body", at: reader.place, help: "keep one of json, form, xml and text")
    }
    return bodies.first
  }

  /// A pause that grows faster is a mistake.
  private static let growthMost: Int64 = 100

  mutating func poll(
    _ node: YAMLNode
  ) -> (request: RequestTemplate, task: Pick?, rule: PollRule, obey: Pick?)? {
    guard var reader = MappingReader(node, "'poll'", code: "D001", &problems) else { return nil }
    let request = within(["task": ["id"]]) { $0.request(&reader) }
    let task = reader.optional("task").flatMap { pick($0) }
    let every = reader.required("every", &problems).flatMap { duration($0) }
    let first = reader.optional("first").flatMap { duration($0) }
    let most = reader.optional("most").flatMap { duration($0) }
    let obey = reader.optional("obey").flatMap { pick($0) }
    var growth = 1.0
    if let node = reader.optional("growth") {
      switch node.json {
      case .int(let whole) where (1...Self.growthMost).contains(whole): growth = Double(whole)
      case .double(let number) where number >= 1 && number <= Double(Self.growthMost): growth = number
      default: add("D006", "'growth' is a number from 1 to \(Self.growthMost)", at: node.place)
      }
    }
    reader.finish(&problems)
    guard let request, let every else { return nil }
    let rule = PollRule(first: first ?? every, every: every, growth: growth, most: most ?? every)
    return (request, task, rule, obey)
  }

  /// `cancel:` and `tidy:`.
  mutating func taskCall(_ node: YAMLNode, _ noun: String) -> TaskCallRule? {
    guard var reader = MappingReader(node, noun, code: "D001", &problems) else { return nil }
    let request = within(["task": ["id"]]) { $0.request(&reader) }
    let statuses = reader.required("expect", &problems).map { httpStatuses($0, "'expect'") } ?? []
    reader.finish(&problems)
    return request.map { TaskCallRule(call: $0, statuses: Set(statuses)) }
  }
}
