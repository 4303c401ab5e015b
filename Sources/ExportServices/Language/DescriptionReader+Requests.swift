// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// The requests: `submit:`, `poll:`, `list:`, `cancel:`.
extension DescriptionReader {
  /// The first part of a request; the caller takes its own members and finishes the reader.
  /// - Parameter isWhole: the path begins at the base; nothing is put before it.
  mutating func request(_ reader: inout MappingReader, isWhole: Bool = false) -> RequestTemplate? {
    let method = reader.required("method", &problems).flatMap { text($0, "'method'") }
    let path = reader.optional("path").flatMap { template($0) }
    let urlNode = reader.optional("url")
    let url = urlNode.flatMap { template($0) }
    if let urlNode, path != nil { add("D001", "'url' stands in place of 'path'", at: urlNode.place) }
    let query = reader.optional("query").map { templates($0, "'query'") } ?? []
    let headers = reader.optional("headers").map { templates($0, "'headers'") } ?? []
    let body = body(&reader)
    guard let method else { return nil }
    let whole = Template(parts: (isWhole ? [] : root?.parts ?? []) + (path?.parts ?? []))
    return RequestTemplate(
      method: method, target: url.map { .url($0) } ?? .path(whole), query: query, headers: headers, body: body)
  }

  /// One of `json`, `form`, `xml` and `text`, or none.
  private mutating func body(_ reader: inout MappingReader) -> BodyTemplate? {
    var bodies: [BodyTemplate] = []
    if let node = reader.optional("json") { bodies.append(.json(json(node))) }
    if let node = reader.optional("form") { bodies.append(.form(templates(node, "'form'"))) }
    if let node = reader.optional("xml"), let text = template(node) { bodies.append(.xml(text)) }
    if let node = reader.optional("text"), let text = template(node) { bodies.append(.text(text)) }
    if bodies.count > 1 {
      add("D001", "a request has one body", at: reader.place, help: "keep one of json, form, xml and text")
    }
    return bodies.first
  }

  mutating func submit(_ node: YAMLNode) -> (request: RequestTemplate, statuses: Set<Int>, id: Pick?)? {
    guard var reader = MappingReader(node, "'submit'", code: "D001", &problems) else { return nil }
    let request = self.request(&reader)
    let statuses = reader.required("expect", &problems).map { ints($0, "'expect'") } ?? []
    let id = reader.optional("id").flatMap { pick($0) }
    reader.finish(later: Self.later, &problems)
    return request.map { ($0, Set(statuses), id) }
  }

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
      case .int(let whole) where whole >= 1: growth = Double(whole)
      case .double(let number) where number >= 1: growth = number
      default: add("D006", "'growth' is a number from 1 up", at: node.place)
      }
    }
    reader.finish(later: Self.later, &problems)
    guard let request, let every else { return nil }
    let rule = PollRule(first: first ?? every, every: every, growth: growth, most: most ?? every)
    return (request, task, rule, obey)
  }

  mutating func taskList(_ node: YAMLNode) -> TaskListRule? {
    guard var reader = MappingReader(node, "'list'", code: "D001", &problems) else { return nil }
    // One list is read for many tasks: it names none of them.
    let request = within([:]) { $0.request(&reader) }
    let each = reader.required("each", &problems).flatMap { pick($0) }
    let next = reader.optional("next").flatMap { pick($0) }
    let id = reader.required("id", &problems).flatMap { pointer($0) }
    let created = reader.optional("created").flatMap { pointer($0) }
    let isNewestFirst = reader.optional("newest_first").map { flag($0, "'newest_first'") } ?? true
    let page = reader.optional("page").flatMap { int($0, "'page'") }
    reader.finish(later: Self.later, &problems)
    guard let request, let each, let id else { return nil }
    return TaskListRule(
      call: request, each: each, next: next, id: id, created: created, isNewestFirst: isNewestFirst, page: page)
  }

  mutating func cancel(_ node: YAMLNode) -> CancelRule? {
    guard var reader = MappingReader(node, "'cancel'", code: "D001", &problems) else { return nil }
    let request = within(["task": ["id"]]) { $0.request(&reader) }
    let statuses = reader.required("expect", &problems).map { ints($0, "'expect'") } ?? []
    reader.finish(later: Self.later, &problems)
    return request.map { CancelRule(call: $0, statuses: Set(statuses)) }
  }
}
