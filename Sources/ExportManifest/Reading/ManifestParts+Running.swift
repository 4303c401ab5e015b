// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// What an export says of how its jobs are run and checked: `priority:`, `limits:`, `verify:`.
extension ManifestParts {
  static let priorities = -100...100

  mutating func priority(_ node: YAMLNode) -> Int? { number(node, "'priority'", in: Self.priorities) }

  /// `limits:` of an export: live tasks at once.
  mutating func exportLimits(_ node: YAMLNode) -> LimitSetting {
    var limits = LimitSetting()
    guard var reader = MappingReader(node, "'limits'", code: "M001", &problems) else { return limits }
    for (name, path) in [("active", \LimitSetting.active), ("active_per_app", \.activePerApp)] {
      guard let node = reader.optional(name) else { continue }
      limits[keyPath: path] = number(node, "'\(name)'", in: 1...100_000).map { Located($0, at: node.place) }
    }
    reader.finish(later: ManifestReader.later, &problems)
    return limits
  }

  mutating func verify(_ node: YAMLNode, over base: VerifySetting) -> VerifySetting {
    var verify = base
    guard var reader = MappingReader(node, "'verify'", code: "M001", &problems) else { return verify }
    if let node = reader.optional("min_rows"), let rows = number(node, "'min_rows'", in: 0...1_000_000_000_000) {
      verify.minRows = rows
    }
    for (name, path) in [("schema", \VerifySetting.schema), ("inside_window", \.insideWindow)] {
      guard let node = reader.optional(name), let flag = flag(node, "'\(name)'") else { continue }
      verify[keyPath: path] = flag
    }
    if let node = reader.optional("unique"), let flag = flag(node, "'unique'") { verify.unique = flag }
    reader.finish(later: ManifestReader.later, &problems)
    return verify
  }

  private mutating func flag(_ node: YAMLNode, _ noun: String) -> Bool? {
    if case .bool(let flag) = node.json { return flag }
    add("M005", "\(noun) is true or false, not \(node.shown)", at: node.place)
    return nil
  }
}
