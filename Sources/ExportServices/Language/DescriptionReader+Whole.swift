// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// What a description says of itself: `base:`, `docs:`, `retired:`, `keeps:`.
extension DescriptionReader {
  /// What a parameter may be that names a host or a part of one.
  static let hostPattern = "[A-Za-z0-9.-]+"

  /// An address that may have holes for parameters.
  /// - Returns: it as it is written, and the parameters in it.
  mutating func base(_ node: YAMLNode) -> (text: String, names: Set<String>)? {
    guard let text = text(node, "'base'") else { return nil }
    let isSafe = text.hasPrefix("https://") || text.starts(with: #/http://(127\.0\.0\.1|localhost)([:\/]|$)/#)
    let isPlain = text.behindHTTP.map { rest in
      !rest.isEmpty && rest.last != "/" && !rest.contains { "?#@".contains($0) || $0.isWhitespace }
    }
    if !isSafe || isPlain != true {
      add(
        "D001", "'\(text)' is no base for requests", at: node.place,
        help: "write https://HOST or https://HOST/PATH, without a query and without a slash at its end")
    }
    let template = withoutSecrets(.inAddress) {
      $0.within(["app": [], "param": $0.scopes["param"] ?? []]) { $0.needing(.address) { $0.template(node) } }
    }
    let names = template?.names ?? []
    return (text, Set(names.filter { $0.scope == "param" }.map(\.name)))
  }

  mutating func docs(_ node: YAMLNode) -> String? {
    guard let text = text(node, "'docs'") else { return nil }
    if text.behindHTTP.map({ $0.isEmpty || $0.contains(where: \.isWhitespace) }) ?? true {
      add("D001", "'\(text)' is no URL", at: node.place, help: "write https://…")
    }
    return text
  }

  mutating func retired(_ node: YAMLNode) -> CivilDate? {
    if let day = node.text.flatMap({ CivilDate($0) }) { return day }
    add("D006", "\(node.shown) is no day", at: node.place, help: "write one such as 2018-03-31")
    return nil
  }

  mutating func keeps(_ node: YAMLNode) -> KeepRule {
    guard var reader = MappingReader(node, "'keeps'", code: "D001", &problems) else { return KeepRule() }
    let job = reader.optional("job").flatMap { duration($0) }
    let result = reader.optional("result").flatMap { duration($0) }
    reader.finish(&problems)
    return KeepRule(job: job, result: result)
  }
}
