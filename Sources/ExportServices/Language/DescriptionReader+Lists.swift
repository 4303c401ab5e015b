// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `list:`, and how every list goes on.
extension DescriptionReader {
  mutating func taskList(_ node: YAMLNode) -> TaskListRule? {
    guard var reader = MappingReader(node, "'list'", code: "D001", &problems) else { return nil }
    // One list is read for many tasks: it names none of them.
    let request = within([:]) { $0.request(&reader) }
    let each = reader.required("each", &problems).flatMap { listPick($0) }
    let next = reader.optional("next").flatMap { self.next($0, of: request) }
    let id = reader.required("id", &problems).flatMap { pointer($0) }
    let created = reader.optional("created").flatMap { pointer($0) }
    let isNewestFirst = reader.optional("newest_first").map { flag($0, "'newest_first'") } ?? true
    let page = reader.optional("page").flatMap { int($0, "'page'") }
    reader.finish(&problems)
    guard let request, let each, let id else { return nil }
    return TaskListRule(
      call: request, each: each, next: next, id: id, created: created, isNewestFirst: isNewestFirst, page: page)
  }

  /// A pick of the next page's address, or `{pick, into, ends}`.
  mutating func next(_ node: YAMLNode, of request: RequestTemplate?) -> NextRule? {
    guard case .mapping = node.kind else { return pick(node).map { .link($0) } }
    guard var reader = MappingReader(node, "'next'", code: "D001", &problems) else { return nil }
    let pick = reader.required("pick", &problems).flatMap { self.pick($0) }
    let intoNode = reader.required("into", &problems)
    let into = intoNode.flatMap { part($0, of: request) }
    let ends = reader.optional("ends").map { texts($0, "'ends'") } ?? []
    reader.finish(&problems)
    guard let pick, let into else { return nil }
    return .cursor(pick, into: into, ends: Set(ends))
  }

  /// `query.NAME`, `json.NAME`, `form.NAME`.
  mutating func part(_ node: YAMLNode, of request: RequestTemplate?) -> RequestPart? {
    guard let part = node.text.flatMap({ RequestPart($0) }) else {
      add(
        "D001", "\(node.shown) names no part of a request", at: node.place,
        help: "write query.NAME, json.NAME or form.NAME")
      return nil
    }
    if let request, !part.fits(request) {
      add(
        "D009", "\(node.shown) names a part that the request does not have", at: node.place,
        help: "add the body to the request, or write query.NAME")
    }
    return part
  }
}
