// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A list of a service that is read to its end, and what is kept of each item.
package struct ListRule: Sendable {
  package var call: RequestTemplate
  /// The items.
  package var each: Pick
  /// How it goes on; `nil`: it has one page.
  package var next: NextRule?
  /// `${found.NAME}`.
  package var take: [String: Take]
  /// Items of which a taken value is not as said here, whatever the case of its letters, are left out.
  package var keep: [String: Template]
}

/// A value of an item: a JSON pointer, or the step of a path behind a named one.
package struct Take: Sendable, Equatable {
  package var pointer: String
  /// `/a/NAME/value/…` gives `value`; names are compared without case.
  package var behind: String?

  func value(in item: JSONValue) -> JSONValue? {
    guard let value = item.at(pointer: pointer), value != .null else { return nil }
    guard let behind else { return value }
    let steps = (value.string ?? "").split(separator: "/")
    guard let index = steps.firstIndex(where: { $0.lowercased() == behind.lowercased() }),
      case let next = steps.index(after: index), next < steps.endIndex
    else { return nil }
    return .string(String(steps[next]))
  }
}

/// `catalogue:` Lists that lead to the apps, each read for every item of the one before.
package struct CatalogueRule: Sendable {
  package var steps: [ListRule]
  package var name: Template
  package var group: Template?
  package var parameters: [(name: String, value: Template)]
  package var labels: [(name: String, value: Template)]
}

/// `finds:` of an option: the list whose items give the values of another option.
package struct SearchRule: Sendable {
  /// The option that is filled.
  package var fills: String
  /// `${word.OPTION}`: an option's value as this list spells it.
  package var words: [String: [String: String]]
  package var list: ListRule
  /// The value in an item.
  package var value: String
}
