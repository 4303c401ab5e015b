// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Which apps are meant, by their labels: `{tier: [gold, silver], env: "!test", platform: "ios*", owner: "*"}`.
///
/// Every label that is named must fit. It fits when its value fits one of the patterns, if there are any, and none of
/// the ones behind `!`. A pattern knows `*` and `?`; `"*"` asks only that the label is there, `"!*"` that it is not.
/// A label that is missing fits no pattern, and so fits where there are only ones behind `!`.
public struct LabelSelector: Sendable {
  /// What is said of one label.
  public struct Requirement: Sendable {
    public var label: String
    public var values: [Pattern]
    /// Where the label was written; `nil` when nowhere.
    public var place: SourcePlace?

    public init(label: String, values: [Pattern], place: SourcePlace? = nil) {
      (self.label, self.values, self.place) = (label, values, place)
    }
  }

  /// One pattern.
  public struct Pattern: Sendable {
    /// As written.
    public var text: String
    public var isNegated: Bool
    public var glob: Glob
    public var place: SourcePlace?

    public init(_ text: String, at place: SourcePlace? = nil) {
      (self.text, self.place) = (text, place)
      isNegated = text.hasPrefix("!")
      glob = Glob(isNegated ? String(text.dropFirst()) : text)
    }
  }

  public var requirements: [Requirement]

  public init(_ requirements: [Requirement]) { self.requirements = requirements }

  /// Whether an app with these labels is meant.
  public func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { $0.isMet(by: labels[$0.label]) }
  }
}

extension LabelSelector.Requirement {
  /// - Parameter value: of the label; `nil` when the app has no such label.
  func isMet(by value: String?) -> Bool {
    guard let value else { return values.allSatisfy(\.isNegated) }
    var (asks, fits) = (false, false)
    for wanted in values {
      let matches = wanted.glob.matches(value)
      if wanted.isNegated, matches { return false }
      if !wanted.isNegated { (asks, fits) = (true, fits || matches) }
    }
    return fits || !asks
  }
}

extension LabelSelector: ExpressibleByDictionaryLiteral {
  /// One pattern for each label.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Requirement(label: $0.0, values: [Pattern($0.1)]) })
  }
}

extension LabelSelector: CustomStringConvertible {
  /// As it is written in a manifest: `{tier: [gold, silver], env: !test}`.
  public var description: String {
    let parts = requirements.map { requirement in
      let texts = requirement.values.map(\.text)
      return "\(requirement.label): " + (texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]")
    }
    return "{\(parts.joined(separator: ", "))}"
  }
}
