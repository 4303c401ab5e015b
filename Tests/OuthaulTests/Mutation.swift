// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A document with one small mistake, or with a change that is none; which one follows from the random numbers.
struct Mutation {
  enum Kind: String { case removed, renamed, retyped, ranged, reworded, emptied, referred }

  var kind: Kind
  /// Members and elements on the way to what was changed.
  var path: [String]
  var before: JSONValue
  /// `nil` when it was removed.
  var after: JSONValue?
  var document: JSONValue

  var description: String {
    "\(kind.rawValue) /\(path.joined(separator: "/")) (\(before.canonicalText.prefix(60))"
      + " → \(after.map { String($0.canonicalText.prefix(60)) } ?? "nothing"))"
  }

  /// - Parameter withVariables: also puts in nothing, or a variable.
  init?(of document: JSONValue, using random: inout some RandomNumberGenerator, withVariables: Bool = false) {
    let paths = Self.paths(of: document).dropFirst()
    guard let path = paths.randomElement(using: &random), let last = path.last, let here = Self.value(document, path)
    else { return nil }
    (self.path, before) = (path, here)
    switch Int.random(in: 0..<(withVariables ? 8 : 6), using: &random) {
    case 0: kind = .removed
    case 1:
      guard Int(last) == nil else { return nil }
      kind = .renamed
    case 2, 3:
      kind = .retyped
      let others: [JSONValue] = [7, "x", true, [], [:], ["x"], ["x": 1], .double(1.5)]
      after = others.filter { $0 != here }.randomElement(using: &random)
    case 4:
      guard here.int != nil else { return nil }
      kind = .ranged
      after = [0, -1, 10_000_000, .double(2.5)].randomElement(using: &random)
    case 6: (kind, after) = (.emptied, .null)
    case 7: (kind, after) = (.referred, "${var.x}")
    default:
      guard let text = here.string else { return nil }
      kind = .reworded
      after = .string(text + "x")
    }
    if kind == .renamed {
      let name = last + (Bool.random(using: &random) ? "x" : " !")
      let without = Self.replacing(document, path[...], with: nil)
      self.document = Self.replacing(without, (path.dropLast() + [name])[...], with: here)
      after = .string(name)
    } else {
      self.document = Self.replacing(document, path[...], with: after)
    }
  }

  private static func paths(of value: JSONValue) -> [[String]] {
    switch value {
    case .object(let members):
      [[]] + members.sorted { $0.key < $1.key }.flatMap { name, member in paths(of: member).map { [name] + $0 } }
    case .array(let elements):
      [[]] + elements.enumerated().flatMap { index, element in paths(of: element).map { ["\(index)"] + $0 } }
    default: [[]]
    }
  }

  private static func value(_ value: JSONValue, _ path: [String]) -> JSONValue? {
    path.reduce(value as JSONValue?) { here, step in here?[step] ?? here?.array?[Int(step) ?? 0] }
  }

  private static func replacing(_ value: JSONValue, _ path: ArraySlice<String>, with new: JSONValue?) -> JSONValue {
    guard let step = path.first else { return new ?? value }
    let rest = path.dropFirst()
    switch value {
    case .object(var members):
      members[step] = rest.isEmpty ? new : replacing(members[step] ?? [:], rest, with: new)
      return .object(members)
    case .array(var elements):
      guard let index = Int(step), elements.indices.contains(index) else { return value }
      if rest.isEmpty, new == nil {
        elements.remove(at: index)
      } else {
        elements[index] = replacing(elements[index], rest, with: new)
      }
      return .array(elements)
    default: return value
    }
  }
}
