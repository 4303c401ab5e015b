// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Reads the members of a mapping by name, and collects every problem instead of stopping at the first.
///
/// Ask for each member once, then call `finish`: keys that nobody asked for are unknown, and told with a suggestion.
public struct MappingReader {
  /// Where the mapping stands.
  public let place: SourcePlace
  private let pairs: [YAMLNode.Pair]
  private let noun: String
  private let code: String
  private var asked: [String] = []
  private var missing: [String] = []

  /// - Parameters:
  ///   - noun: what the mapping is, for messages: "the service 'x'".
  ///   - code: of problems of form, such as `M001`.
  /// - Returns: `nil`, with a problem, when the node is no mapping.
  public init?(_ node: YAMLNode, _ noun: String, code: String, _ problems: inout DiagnosticList) {
    guard case .mapping(let pairs) = node.kind else {
      problems.add(Diagnostic(code: code, "\(noun) must be a mapping, not \(node.noun)", at: node.place))
      return nil
    }
    (place, self.pairs, self.noun, self.code) = (node.place, pairs, noun, code)
  }

  /// Every member, for mappings whose keys are names.
  public var members: [YAMLNode.Pair] { pairs }

  /// The member, when it is there. An empty value counts as not there.
  public mutating func optional(_ name: String) -> YAMLNode? {
    asked.append(name)
    guard let index = pairs.firstIndex(where: { $0.key.text == name }), !pairs[index].value.isNull else { return nil }
    return pairs[index].value
  }

  /// The member; when it is missing, `finish` tells it.
  public mutating func required(_ name: String, _ problems: inout DiagnosticList) -> YAMLNode? {
    if let value = optional(name) { return value }
    missing.append(name)
    return nil
  }

  /// A key that is no member so far is near the name: it may be meant.
  public func misspells(_ name: String) -> Bool {
    pairs.contains { pair in
      guard let key = pair.key.text, key != name, !asked.contains(key) else { return false }
      return Suggestion.nearest(to: key, in: [name]) != nil
    }
  }

  /// Tells members that are missing, and unknown keys; a missing one that an unknown key seems to mean is told as that
  /// key only. `later` are keys that this program does not know yet, with no guess at a typing error.
  public func finish(later: Set<String> = [], _ problems: inout DiagnosticList) {
    let unknown = pairs.compactMap { $0.key.text }.filter { !asked.contains($0) && !later.contains($0) }
    let meant = missing.isEmpty ? [] : Set(unknown.prefix(1_000).compactMap { Suggestion.nearest(to: $0, in: asked) })
    for name in missing where !meant.contains(name) {
      if let key = pairs.first(where: { $0.key.text == name })?.key {
        problems.add(Diagnostic(code: code, "\(noun) needs a value for '\(name)'", at: key.place))
      } else {
        problems.add(Diagnostic(code: code, "\(noun) needs '\(name)'", at: place))
      }
    }
    for pair in pairs {
      guard let name = pair.key.text, !asked.contains(name) else { continue }
      // What is not shown is only counted.
      let guess = problems.isFull ? nil : Suggestion.help(for: name, in: asked)
      let help = later.contains(name) ? "not supported yet" : guess
      problems.add(Diagnostic(code: code, "unknown key '\(name)' in \(noun)", at: pair.key.place, help: help))
    }
  }
}
