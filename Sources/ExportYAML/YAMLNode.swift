// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A piece of YAML and where it stands. Aliases and merges are resolved; what they brought keeps its own place.
public struct YAMLNode: Sendable {
  public enum Kind: Sendable {
    /// `isPlain`: written without quotes, so that it may mean a number, a flag or nothing.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// In the order of the text; keys are scalars and unique.
    case mapping([Pair])
  }

  public struct Pair: Sendable {
    public var key: YAMLNode
    public var value: YAMLNode

    public init(key: YAMLNode, value: YAMLNode) { (self.key, self.value) = (key, value) }
  }

  public var kind: Kind
  public var place: SourcePlace

  public init(_ kind: Kind, at place: SourcePlace) { (self.kind, self.place) = (kind, place) }

  /// The text of a scalar, whatever it means.
  public var text: String? {
    guard case .scalar(let text, _) = kind else { return nil }
    return text
  }

  /// Nothing stands there, or a plain word that means nothing.
  public var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = kind else { return false }
    return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
  }

  /// What kind of thing it is, as people say it.
  public var noun: String {
    switch kind {
    case .scalar("", isPlain: false): "an empty text"
    case .scalar: json == .null ? "nothing" : "a value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// What was found, for messages: the text in quotes, else what kind of thing it is.
  public var shown: String {
    if let text, json != .null { return "'\(text)'" }
    return noun
  }

  /// A value as a node that stands at one place.
  public init(_ value: JSONValue, at place: SourcePlace) {
    switch value {
    case .string(let text): self.init(.scalar(text, isPlain: false), at: place)
    case .array(let elements): self.init(.sequence(elements.map { YAMLNode($0, at: place) }), at: place)
    case .object(let members):
      let pairs = members.sorted { $0.key < $1.key }.map { name, value in
        Pair(key: YAMLNode(.string(name), at: place), value: YAMLNode(value, at: place))
      }
      self.init(.mapping(pairs), at: place)
    default: self.init(.scalar(value.canonicalText, isPlain: true), at: place)
    }
  }

  /// The value by the core schema of YAML 1.2: plain `null`, `true`, `12`, `1.5` mean what they say.
  public var json: JSONValue {
    switch kind {
    case .scalar(let text, let isPlain): isPlain ? Self.core(text) : .string(text)
    case .sequence(let elements): .array(elements.map(\.json))
    case .mapping(let pairs):
      .object(Dictionary(pairs.map { ($0.key.text ?? "", $0.value.json) }, uniquingKeysWith: { first, _ in first }))
    }
  }

  private static func core(_ text: String) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: break
    }
    guard let first = text.utf8.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first) else {
      return .string(text)
    }
    if let whole = Int64(text) { return .int(whole) }
    if isDecimal(text), let number = Double(text) { return .double(number) }
    return .string(text)
  }

  /// Digits with or without a point, which may come first or last, and an exponent: `1.5`, `-.5`, `2.`, `1e-3`.
  private static func isDecimal(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func skipSign() { if let first = rest.first, "+-".utf8.contains(first) { rest.removeFirst() } }
    func skipDigits() -> Bool {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest.removeFirst(count)
      return count > 0
    }
    skipSign()
    var hasDigits = skipDigits()
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      // Not the other way round: those behind the point have to be passed in any case.
      hasDigits = skipDigits() || hasDigits
    }
    guard hasDigits else { return false }
    if let first = rest.first, "eE".utf8.contains(first) {
      rest.removeFirst()
      skipSign()
      guard skipDigits() else { return false }
    }
    return rest.isEmpty
  }
}
