// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `rows:` of a dataset.
extension DescriptionReader {
  mutating func rows(_ node: YAMLNode) -> RowRule {
    guard var reader = MappingReader(node, "'rows'", code: "D001", &problems) else { return RowRule() }
    let each = reader.required("each", &problems).flatMap { rowPath($0) } ?? "/*"
    let required = reader.optional("required").map { texts($0, "'required'") } ?? []
    let times = reader.optional("times").map { texts($0, "'times'") } ?? []
    let fields = reader.optional("fields").map { self.fields($0) } ?? []
    let aboveNode = reader.optional("above")
    let above = aboveNode.map { self.fields($0, "'above'") } ?? []
    let unique = reader.optional("unique").map { texts($0, "'unique'") } ?? []
    reader.finish(&problems)
    var rule = RowRule(
      path: each.dropFirst().split(separator: "/").map(String.init), required: required, times: times)
    (rule.fields, rule.above, rule.unique) = (fields, above, unique)
    if let aboveNode, !rule.path.contains(where: { $0 != "*" }) {
      add("D001", "no object stands above rows at '\(each)'", at: aboveNode.place, help: "leave 'above' out")
    }
    return rule
  }

  /// As a pointer, with `*` for every element.
  private mutating func rowPath(_ node: YAMLNode) -> String? {
    if let text = node.text, text.hasPrefix("/") { return text }
    add("D004", "'\(node.text ?? node.noun)' is no JSON pointer", at: node.place, help: "write /* or /*/member/*")
    return nil
  }

  /// `{NAME: {type: …, values: […], null: true}}`
  private mutating func fields(_ node: YAMLNode, _ what: String = "'fields'") -> [FieldRule] {
    guard let reader = MappingReader(node, what, code: "D001", &problems) else { return [] }
    return reader.members.compactMap { pair in pair.key.text.flatMap { field($0, pair.value) } }
  }

  private mutating func field(_ name: String, _ node: YAMLNode) -> FieldRule? {
    guard var reader = MappingReader(node, "the field '\(name)'", code: "D001", &problems) else { return nil }
    let kind = reader.required("type", &problems).flatMap { word($0, "type", FieldRule.Kind.self) }
    let valuesNode = reader.optional("values")
    let values = valuesNode.map { texts($0, "'values'") } ?? []
    let mayBeNull = reader.optional("null").map { flag($0, "'null'") } ?? false
    reader.finish(&problems)
    guard let kind else { return nil }
    if let valuesNode {
      if kind != .text, kind != .list { add("D001", "'values' are words of a text or a list", at: valuesNode.place) }
      if values.isEmpty { add("D001", "'values' is empty", at: valuesNode.place) }
    }
    return FieldRule(name, kind, values: values, mayBeNull: mayBeNull)
  }
}
