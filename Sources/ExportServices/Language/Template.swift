// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What a template may name: `${scope.name}`.
package struct TemplateName: Sendable, Hashable {
  package var scope: String
  package var name: String

  package init(scope: String, name: String) { (self.scope, self.name) = (scope, name) }
}

/// A text with holes, taken apart once. `${scope.name|filter|filter}`; no conditions, no loops.
package struct Template: Sendable {
  package enum Part: Sendable {
    case text(String)
    case value(TemplateName, [Filter])
  }

  package let parts: [Part]

  package init(parts: [Part]) { self.parts = parts }

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
        let changed = filters.reduce(value) { $1.apply(to: $0) }
        result += changed.string ?? changed.canonicalText
      }
    }
    return result
  }

  /// The value: a lone hole keeps its value's type, or has the one that its filters make. `nil` when a value is absent.
  package func value(_ lookup: Lookup) -> JSONValue? {
    if parts.count == 1, case .value(let name, let filters) = parts[0] {
      return lookup(name).map { filters.reduce($0) { $1.apply(to: $0) } }
    }
    return text(lookup).map { .string($0) }
  }

  /// It as it is written, without its filters.
  package var outline: String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .value(let name, _): "${\(name.scope).\(name.name)}"
      }
    }.joined()
  }

  /// It says nothing.
  var isEmpty: Bool {
    parts.allSatisfy { part in
      if case .text("") = part { true } else { false }
    }
  }

  package var names: [TemplateName] {
    parts.compactMap { part in
      if case .value(let name, _) = part { name } else { nil }
    }
  }
}

extension Template {
  /// Takes a text apart.
  /// - Throws: what is wrong, in words, and where.
  package init(parsing text: String) throws(TemplateProblem) {
    var parts: [Part] = []
    for piece in try Self.pieces(of: text) { parts.append(piece.part) }
    self.init(parts: parts)
  }

  /// A part, and where it stands in the text.
  struct Piece {
    var part: Part
    var range: Range<String.Index>
  }

  static func pieces(of text: String) throws(TemplateProblem) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let start = rest.range(of: "${") {
      if start.lowerBound > rest.startIndex {
        let range = rest.startIndex..<start.lowerBound
        pieces.append(Piece(part: .text(String(rest[range])), range: range))
      }
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw TemplateProblem("'${' without '}'", at: rest[start.lowerBound...])
      }
      let range = start.lowerBound..<rest.index(after: end)
      pieces.append(Piece(part: try hole(rest[start.upperBound..<end], whole: rest[range]), range: range))
      rest = rest[range.upperBound...]
    }
    if !rest.isEmpty || pieces.isEmpty {
      pieces.append(Piece(part: .text(String(rest)), range: rest.startIndex..<rest.endIndex))
    }
    return pieces
  }

  private static func hole(_ text: Substring, whole: Substring) throws(TemplateProblem) -> Part {
    let words = text.split(separator: "|", omittingEmptySubsequences: false)
    let name = words[0].split(separator: ".", maxSplits: 1)
    guard name.count == 2 else {
      throw TemplateProblem("'${\(text)}' names nothing", at: whole, help: "write ${scope.name}")
    }
    var filters: [Filter] = []
    for word in words.dropFirst() { filters.append(try Filter(parsing: word)) }
    return .value(TemplateName(scope: String(name[0]), name: String(name[1])), filters)
  }
}

package struct TemplateProblem: Error {
  package var message: String
  package var help: String?
  /// In the template's text.
  package var range: Range<String.Index>

  init(_ message: String, at part: Substring, help: String? = nil) {
    (self.message, self.help, range) = (message, help, part.startIndex..<part.endIndex)
  }
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
