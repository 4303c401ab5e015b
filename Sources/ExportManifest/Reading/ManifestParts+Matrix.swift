// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `include:` and `exclude:` of an export.
extension ManifestParts {
  mutating func matches(_ node: YAMLNode, _ noun: String) -> [MatrixMatch] {
    guard case .sequence(let elements) = node.kind else {
      add(
        "M019", "\(noun) must be a list, not \(node.noun)", at: node.place,
        help: "write [{app: NAME, dataset: NAME, window: 2016-01-01..2016-01-31}]")
      return []
    }
    return elements.compactMap { match($0, noun) }
  }

  private mutating func match(_ node: YAMLNode, _ noun: String) -> MatrixMatch? {
    guard var reader = MappingReader(node, "an entry of \(noun)", code: "M001", &problems) else { return nil }
    var match = MatrixMatch(place: node.place)
    match.apps = reader.optional("app").map { node in words(node, "'app'").map { Glob($0.value) } }
    match.datasets = reader.optional("dataset").map { words($0, "'dataset'") }
    match.formats = reader.optional("format").map { words($0, "'format'") }
    if let labels = reader.optional("labels").flatMap({ selector($0) }) { match.labels = labels }
    if let node = reader.optional("window") { match.windows = range(node) }
    reader.finish(later: ManifestReader.later, &problems)
    if reader.members.isEmpty {
      add("M019", "an entry of \(noun) that says nothing matches every job", at: node.place, help: "leave it out")
      return nil
    }
    return match
  }

  private mutating func range(_ node: YAMLNode) -> WindowRange? {
    if let range = node.text.flatMap({ WindowRange($0) }) { return range }
    add(
      "M019", "\(node.shown) is not a range of windows", at: node.place,
      help: "write a day, or 2016-01-01..2016-01-31")
    return nil
  }
}
