// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A request's query, decoded, in order.
struct CloudQuery: Sendable {
  let items: [(name: String, value: String)]

  init(_ text: String?) {
    items = (text ?? "").split(separator: "&").map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? String(parts[1]) : ""
      return (String(parts[0]).removingPercentEncoding ?? String(parts[0]), value.removingPercentEncoding ?? value)
    }
  }

  subscript(name: String) -> String? { items.first { $0.name.lowercased() == name.lowercased() }?.value }

  /// Empty when it is not there, as strings to sign want it.
  func text(_ name: String) -> String { self[name] ?? "" }
}
