// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices

/// What a request of a description looks like on the wire: what it says literally must be there, holes may hold anything.
struct RequestPattern: Sendable {
  private let template: RequestTemplate

  init(_ template: RequestTemplate) { self.template = template }

  /// How much of the request is what the description says; `nil`: it is another request. Of several patterns the one
  /// that fits best is meant.
  func likeness(to request: ScriptedServer.Request) -> Int? {
    guard request.method == template.method else { return nil }
    let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts[0])
    guard var likeness = Self.likeness(of: template.target.template, to: path, isWhole: isPath) else { return nil }
    let query = Self.pairs(parts.count > 1 ? String(parts[1]) : "")
    for (name, value) in template.query {
      guard let literal = value.literal else { continue }
      guard query.contains(where: { $0 == (name, literal) }) else { return nil }
      likeness += 1
    }
    for (name, value) in template.headers {
      guard let literal = value.literal else { continue }
      guard request.fields[name.lowercased()] == literal else { return nil }
      likeness += 1
    }
    guard let more = bodyLikeness(to: request.body) else { return nil }
    return likeness + more
  }

  private var isPath: Bool { if case .path = template.target { true } else { false } }

  private func bodyLikeness(to body: String) -> Int? {
    switch template.body {
    case .json(let template)?:
      guard let value = try? JSONValue(parsing: Array(body.utf8)) else { return nil }
      return template.likeness(to: value)
    case .form(let members)?:
      let pairs = Self.pairs(body)
      let literals = members.compactMap { member in member.value.literal.map { (member.name, $0) } }
      return literals.allSatisfy { literal in pairs.contains { $0 == literal } } ? literals.count : nil
    case .xml(let template)?, .text(let template)?:
      let literals = template.parts.compactMap { part in if case .text(let text) = part { text } else { nil } }
      return literals.allSatisfy { body.contains($0) } ? literals.count : nil
    case nil: return 0
    }
  }

  /// Texts of the template, in their order, with no `/` in what a hole holds.
  private static func likeness(of template: Template, to path: String, isWhole: Bool) -> Int? {
    var rest = path[...]
    var likeness = 0
    var isOpen = !isWhole
    for part in template.parts {
      switch part {
      case .value: isOpen = true
      case .text(let text):
        guard !text.isEmpty else { continue }
        if isOpen {
          guard let range = rest.firstRange(of: text), !rest[..<range.lowerBound].contains("/") || !isWhole else {
            return nil
          }
          rest = rest[range.upperBound...]
        } else {
          guard rest.hasPrefix(text) else { return nil }
          rest = rest.dropFirst(text.count)
        }
        isOpen = false
        likeness += text.count
      }
    }
    guard isOpen ? !rest.contains("/") || !isWhole : rest.isEmpty else { return nil }
    return likeness
  }

  private static func pairs(_ text: String) -> [(String, String)] {
    text.split(separator: "&").map { item in
      let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      func decoded(_ half: Substring?) -> String { half.flatMap { PercentEncoding.decode($0) } ?? "" }
      return (decoded(halves.first), decoded(halves.dropFirst().first))
    }
  }
}

extension Template {
  /// Its text, when it has no hole.
  var literal: String? {
    guard names.isEmpty else { return nil }
    return text { _ in nil }
  }
}

extension JSONTemplate {
  /// How many literal values of the template the value has; `nil`: it lacks one.
  func likeness(to value: JSONValue) -> Int? {
    switch self {
    case .literal(let literal): return literal == value ? 1 : nil
    case .template(let template):
      guard let literal = template.literal else { return 0 }
      return .string(literal) == value ? 1 : nil
    case .array(let elements):
      guard case .array(let values) = value, values.count >= elements.count else { return elements.isEmpty ? 0 : nil }
      return zip(elements, values).reduce(0 as Int?) { sum, pair in
        sum.flatMap { sum in pair.0.likeness(to: pair.1).map { sum + $0 } }
      }
    case .object(let members):
      guard case .object(let values) = value else { return nil }
      return members.reduce(0 as Int?) { sum, member in
        guard let sum else { return nil }
        // A member whose value is absent is left out.
        guard let value = values[member.name] else { return member.value.names.isEmpty ? nil : sum }
        return member.value.likeness(to: value).map { sum + $0 }
      }
    }
  }
}
