// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// Labels of apps, and what picks apps by them.
extension ManifestParts {
  mutating func labels(_ node: YAMLNode?) -> [String: String] {
    guard let node, let reader = MappingReader(node, "'labels'", code: "M001", &problems) else { return [:] }
    var labels: [String: String] = [:]
    for pair in reader.members { labels[pair.key.text ?? ""] = text(pair.value, "a label") }
    return labels
  }

  /// `{tier: [gold, silver], env: "!test"}`; `nil` when it could not be read.
  mutating func selector(_ node: YAMLNode) -> LabelSelector? {
    guard let reader = MappingReader(node, "'labels'", code: "M001", &problems) else { return nil }
    if reader.members.isEmpty { add("M001", "'labels' is empty", at: node.place, help: "name a label") }
    var isRead = !reader.members.isEmpty
    let requirements = reader.members.map { pair in
      let label = pair.key.text ?? ""
      let values = words(pair.value, "the label '\(label)'")
      if values.isEmpty { isRead = false }
      for value in values where value.value == "!" {
        isRead = false
        add("M004", "nothing stands behind '!'", at: value.place, help: "write \"!VALUE\", or \"!*\" for no such label")
      }
      return LabelSelector.Requirement(
        label: label, values: values.map { LabelSelector.Pattern($0.value, at: $0.place) }, place: pair.key.place)
    }
    return isRead ? LabelSelector(requirements) : nil
  }
}
