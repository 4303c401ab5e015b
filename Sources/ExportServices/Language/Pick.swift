// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// Where a value of an answer comes from: `body:/json/pointer`, `header:Name` or `status:`. For counts also
/// `header:Name*`.
package enum Pick: Sendable, Equatable {
  case body(pointer: String)
  case header(String)
  /// The smallest number of all headers that begin so.
  case headers(prefix: String)
  case status

  init?(_ text: String) {
    if text == "status:" {
      self = .status
    } else if text.hasPrefix("body:") {
      let pointer = String(text.dropFirst(5))
      guard pointer.isEmpty || pointer.hasPrefix("/") else { return nil }
      self = .body(pointer: pointer)
    } else if text.hasPrefix("header:"), text.utf8.count > 7 {
      let name = String(text.dropFirst(7))
      self = name.hasSuffix("*") ? .headers(prefix: String(name.dropLast())) : .header(name)
    } else {
      return nil
    }
  }

  func value(in answer: Answer) -> JSONValue? {
    switch self {
    case .body(let pointer): answer.json?.at(pointer: pointer)
    case .header(let name): answer.head.header(name).map { .string($0) }
    case .headers(let prefix): Self.smallest(answer.head, prefix).map { .int(Int64($0)) }
    case .status: .int(Int64(answer.head.status))
    }
  }

  func text(in answer: Answer) -> String? {
    guard let value = value(in: answer), value != .null else { return nil }
    return value.string ?? value.canonicalText
  }

  /// A whole number from 0 up.
  func count(in answer: Answer) -> Int? {
    text(in: answer).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  private static func smallest(_ head: HTTPHead, _ prefix: String) -> Int? {
    let prefix = prefix.lowercased()
    return head.headers.filter { $0.name.lowercased().hasPrefix(prefix) }
      .compactMap { Int($0.value.filter { $0 != " " }) }.filter { $0 >= 0 }.min()
  }
}

/// An answer with its body read once. Items of a list are answers of their own.
package struct Answer: Sendable {
  var head: HTTPHead
  var json: JSONValue?
  /// The beginning of a body that is no JSON.
  var start: String

  init(_ response: HTTPResponse) {
    head = response.head
    json = response.json
    start = json == nil ? String(decoding: response.body.prefix(400), as: UTF8.self) : ""
  }

  init(item: JSONValue, head: HTTPHead) { (self.head, json, start) = (head, item, "") }
}
