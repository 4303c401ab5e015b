// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Which part of a list is asked for, and in which order (contract.md, sections 1 and 1b).
struct ListQuery {
  var skip: Int
  /// `nil`: all there are.
  var top: Int?
  /// SQL's name of what it is ordered by.
  var column = "id"
  var isDescending = false

  /// - Parameters:
  ///   - columns: of what a list can be ordered by, by their names in lower case.
  ///   - top: of a request that says nothing of it.
  ///   - most: that may be asked for.
  init(_ query: CloudQuery, columns: [String: String], top: Int?, most: Int) throws(ManagementRefusal) {
    skip = try Self.number("$skip", query, in: 0...Int(Int32.max)) ?? 0
    self.top = try Self.number("$top", query, in: 1...most) ?? top
    guard let order = query["$orderby"] else { return }
    let words = order.split(separator: " ").map { $0.lowercased() }
    guard let first = words.first, words.count <= 2, let column = columns[first],
      words.count == 1 || ["asc", "desc"].contains(words[1])
    else {
      throw ManagementRefusal.bad(
        "'$orderby' takes one of \(columns.keys.sorted().joined(separator: ", ")), then asc or desc.")
    }
    (self.column, isDescending) = (column, words.last == "desc")
  }

  private static func number(
    _ name: String, _ query: CloudQuery, in range: ClosedRange<Int>
  ) throws(ManagementRefusal) -> Int? {
    guard let text = query[name] else { return nil }
    guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), range.contains(number) else {
      throw ManagementRefusal.bad("'\(name)' takes a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// As SQL; ties by id.
  var order: String {
    let direction = isDescending ? "DESC" : "ASC"
    switch column {
    // Tasks of one second keep the order in which they came.
    case "created": return "created \(direction), seq \(direction)"
    case "id": return "id \(direction)"
    default: return "\(column) \(direction), id"
    }
  }

  /// The address of the next page: absolute, with everything that this one was asked for.
  func next(of query: CloudQuery, base: String) -> String {
    let count = top ?? 0
    var items = ["api-version=\(ExportRoutes.version)", "$skip=\(skip + count)", "$top=\(count)"]
    for name in ["$orderby", "$filter", "$search"] {
      guard let value = query[name] else { continue }
      items.append("\(name)=" + (value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""))
    }
    return "\(base)?\(items.joined(separator: "&"))"
  }
}
