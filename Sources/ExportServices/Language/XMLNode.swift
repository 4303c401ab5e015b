// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An element of an answer in XML. Namespaces and attributes are not kept.
package struct XMLNode: Sendable, Equatable {
  package var name: String
  package var children: [XMLNode] = []
  /// What is written directly in it.
  package var text = ""

  /// Every element at a path, which begins with this element's own name; `*` is any name.
  func elements(at path: ArraySlice<String>) -> [XMLNode] {
    guard let step = path.first, step == "*" || step == name else { return [] }
    let rest = path.dropFirst()
    guard !rest.isEmpty else { return [self] }
    return children.flatMap { $0.elements(at: rest) }
  }

  /// As JSON: its text without white space at both ends, or its elements by name, the first of each.
  var json: JSONValue {
    guard !children.isEmpty else { return .string(text.trimmed) }
    return .object(Dictionary(children.map { ($0.name, $0.json) }) { first, _ in first })
  }
}
