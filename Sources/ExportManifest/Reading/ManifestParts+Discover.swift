// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// `discover:` under `apps:`.
extension ManifestParts {
  /// A service's name, a mapping that says more, or a list of these.
  mutating func discoveries(_ node: YAMLNode) -> [DiscoverySetting] {
    guard case .sequence(let elements) = node.kind else { return discovery(node).map { [$0] } ?? [] }
    if elements.isEmpty { add("M040", "'discover' is empty", at: node.place, help: "write the name of a service") }
    return elements.compactMap { discovery($0) }
  }

  private mutating func discovery(_ node: YAMLNode) -> DiscoverySetting? {
    guard case .mapping(let pairs) = node.kind else {
      guard let text = node.text, !text.isEmpty else {
        add("M040", "'discover' must be the name of a service, not \(node.noun)", at: node.place)
        return nil
      }
      return DiscoverySetting(service: Located(text, at: node.place))
    }
    if let with = pairs.first(where: { $0.key.text == "with" }) {
      add(
        "M040", "an app cannot be called 'discover'", at: with.key.place,
        help: "give it another name; 'discover' names a service whose apps are asked for")
      return nil
    }
    guard var reader = MappingReader(node, "'discover'", code: "M001", &problems) else { return nil }
    let service = reader.required("service", &problems).flatMap { located($0, "'service'") }
    let match = reader.optional("match").map { words($0, "'match'").map { Glob($0.value) } } ?? []
    let labels = self.labels(reader.optional("labels"))
    reader.finish(later: ManifestReader.later, &problems)
    return service.map { DiscoverySetting(service: $0, match: match, labels: labels) }
  }
}
