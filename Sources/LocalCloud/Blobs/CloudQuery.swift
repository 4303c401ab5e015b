// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A request's query, decoded, in order.
struct CloudQuery: Sendable {
  let items: [(name: String, value: String)]

  /// - Parameter plus: whether `+` is a blank in the value of that name.
  init(_ text: String?, plus: (_ name: String) -> Bool = { _ in false }) {
    items = (text ?? "").split(separator: "&").map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0]).removingPercentEncoding ?? String(parts[0])
      let sent = parts.count > 1 ? String(parts[1]) : ""
      let value = plus(name) ? sent.replacing("+", with: " ") : sent
      return (name, value.removingPercentEncoding ?? value)
    }
  }

  /// Of a request to storage: clients write a blank as `+`, but for signatures and their times, which have signs of their
  /// own.
  init(storage text: String?) {
    self.init(text) { !["sig", "st", "se", "skt", "ske"].contains($0.lowercased()) }
  }

  subscript(name: String) -> String? { items.first { $0.name.lowercased() == name.lowercased() }?.value }

  /// Empty when it is not there, as strings to sign want it.
  func text(_ name: String) -> String { self[name] ?? "" }
}
