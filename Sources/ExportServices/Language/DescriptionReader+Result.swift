// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `result:`.
extension DescriptionReader {
  mutating func result(_ node: YAMLNode) -> ResultRule? {
    guard var reader = MappingReader(node, "'result'", code: "D001", &problems) else { return nil }
    if let kind = reader.required("kind", &problems), kind.text != "container" {
      add(
        "D005", "unknown result kind '\(kind.text ?? kind.noun)'", at: kind.place,
        help: "this program knows 'container'")
    }
    let prefix = reader.optional("prefix").flatMap { template($0) }
    let manifest = reader.optional("manifest").flatMap { text($0, "'manifest'") }
    reader.finish(later: Self.later, &problems)
    return .container(ContainerResult(prefix: prefix, manifest: manifest))
  }
}
