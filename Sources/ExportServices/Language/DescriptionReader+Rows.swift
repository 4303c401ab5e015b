// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `rows:` of a dataset.
extension DescriptionReader {
  mutating func rows(_ node: YAMLNode) -> RowRule {
    guard var reader = MappingReader(node, "'rows'", code: "D001", &problems) else { return RowRule() }
    let each = reader.required("each", &problems).flatMap { pointer($0) } ?? "/*"
    let required = reader.optional("required").map { texts($0, "'required'") } ?? []
    let times = reader.optional("times").map { texts($0, "'times'") } ?? []
    reader.finish(later: Self.later, &problems)
    return RowRule(path: each.dropFirst().split(separator: "/").map(String.init), required: required, times: times)
  }
}
