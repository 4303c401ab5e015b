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
      case .answer: resultCall(&reader).map { .answer($0) }
      }
    reader.finish(&problems)
    return rule
  }

  // MARK: Kinds

  private mutating func container(_ reader: inout MappingReader, _ sent: Set<String>) -> ContainerResult {
    var rule = ContainerResult()
    if let rights = reader.optional("rights").flatMap({ rights($0) }) { rule.rights = rights }
    rule.prefix = reader.optional("prefix").flatMap { node in
      withinResult { $0.needing(.fileName) { $0.template(node) } }
    }
    rule.manifest = reader.optional("manifest").flatMap { text($0, "'manifest'") }
    let namesNode = reader.optional("names")
    rule.names = namesNode.map { names($0, "'names'", sent, .fileName) } ?? []
    if let namesNode { tellEmpty(namesNode, "'names'") }
    if let node = reader.optional("optional") {
      rule.optional = names(node, "'optional'", sent, nil)
      if namesNode == nil { add("D001", "'optional' stands beside 'names'", at: node.place) }
    }
    rule.ignored = reader.optional("ignore").map { texts($0, "'ignore'").map { Glob($0) } } ?? []
    return rule
  }

  private mutating func links(_ reader: inout MappingReader) -> LinkResult? {
    let callNode = reader.optional("call")
    let call = callNode.flatMap { self.resultCall($0) }
    let each = reader.required("each", &problems).flatMap { anyPick($0) }
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
    let call = callNode.flatMap { self.resultCall($0, pages: true) }
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
    if let countNode, let count, !count.isHeader {
      add(
        "D004", "'count' is told before the page is read: by a header", at: countNode.place, help: "write header:Name")
    }
    let name = reader.optional("name").flatMap { node in withinResult(page: ["number"]) { $0.template(node) } }
    if let call, let callNode { checkCursor(call, at: callNode.place) }
    guard let call, let from else { return nil }
    return PageResult(call: call, cursor: from, ends: Set(ends), count: count, name: name)
  }
}
