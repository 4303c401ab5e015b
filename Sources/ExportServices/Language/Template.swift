// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// What a template may name: `${scope.name}`.
package struct TemplateName: Sendable, Hashable {
  package var scope: String
  package var name: String
}

/// A text with holes, taken apart once. `${scope.name|filter|filter}`; no conditions, no loops.
package struct Template: Sendable {
  package enum Part: Sendable {
    case text(String)
    case value(TemplateName, [Filter])
  }

  package let parts: [Part]

  /// Values are given by scope and name; `nil` is an optional value that is absent.
  package typealias Lookup = (TemplateName) -> JSONValue?

  /// The text; `nil` when a value in it is absent.
  package func text(_ lookup: Lookup) -> String? {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .value(let name, let filters):
        guard let value = lookup(name) else { return nil }
        result += filters.reduce(value.string ?? value.canonicalText) { $1.apply(to: $0) }
      }
    }
    return result
  }

  /// The value: a lone hole keeps its value's type. `nil` when a value is absent.
  package func value(_ lookup: Lookup) -> JSONValue? {
    if parts.count == 1, case .value(let name, let filters) = parts[0], filters.isEmpty { return lookup(name) }
    return text(lookup).map { .string($0) }
  }

  package var names: [TemplateName] {
    parts.compactMap { part in
      if case .value(let name, _) = part { name } else { nil }
    }
  }
}

/// Changes a text in a template. The list is closed.
package enum Filter: String, Sendable, CaseIterable {
  /// Percent-encodes everything but unreserved characters, `/` included.
  case urlpath
  case lower
  /// An instant as `yyyyMMddTHHmmssZ`.
  case compact

  package func apply(to text: String) -> String {
    switch self {
    case .urlpath: PercentEncoding.encode(text)
    case .lower: text.lowercased()
    case .compact:
      Instant(text).map { Instant(seconds: $0.seconds).description.filter { $0 != "-" && $0 != ":" } } ?? text
    }
  }
}

extension Template {
  /// Takes a text apart.
  /// - Throws: what is wrong, in words.
  package init(parsing text: String) throws(TemplateProblem) {
    var parts: [Part] = []
    var rest = text[...]
    while let start = rest.range(of: "${") {
      if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw TemplateProblem(message: "'${' without '}'", help: nil)
      }
      parts.append(try Self.hole(rest[start.upperBound..<end]))
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
    self.parts = parts
  }

  private static func hole(_ text: Substring) throws(TemplateProblem) -> Part {
    let words = text.split(separator: "|", omittingEmptySubsequences: false)
    let name = words[0].split(separator: ".", maxSplits: 1)
    guard name.count == 2 else {
      throw TemplateProblem(message: "'${\(text)}' names nothing", help: "write ${scope.name}")
    }
    var filters: [Filter] = []
    for word in words.dropFirst() {
      guard let filter = Filter(rawValue: String(word)) else {
        throw TemplateProblem(
          message: "unknown filter '\(word)'",
          help: Suggestion.help(for: String(word), in: Filter.allCases.map(\.rawValue)))
      }
      filters.append(filter)
    }
    return .value(TemplateName(scope: String(name[0]), name: String(name[1])), filters)
  }
}

package struct TemplateProblem: Error {
  var message: String
  var help: String?
}

/// A JSON value with holes. A member whose value is absent is left out.
package indirect enum JSONTemplate: Sendable {
  case literal(JSONValue)
  case template(Template)
  case array([JSONTemplate])
  case object([(name: String, value: JSONTemplate)])

  package func value(_ lookup: Template.Lookup) -> JSONValue? {
    switch self {
    case .literal(let value): value
    case .template(let template): template.value(lookup)
    case .array(let elements): .array(elements.compactMap { $0.value(lookup) })
    case .object(let members):
      .object(
        Dictionary(
          members.compactMap { member in member.value.value(lookup).map { (member.name, $0) } },
          uniquingKeysWith: { _, last in last }))
    }
  }

  /// What it names.
  package var names: [TemplateName] {
    switch self {
    case .literal: []
    case .template(let template): template.names
    case .array(let elements): elements.flatMap(\.names)
    case .object(let members): members.flatMap(\.value.names)
    }
  }
}
