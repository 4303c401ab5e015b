// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// Where a value of an answer comes from: `body:/json/pointer`, `header:Name` or `status:`.
enum Pick: Sendable, Equatable {
  case body(pointer: String)
  case header(String)
  case status

  init?(_ text: String) {
    if text == "status:" {
      self = .status
    } else if text.hasPrefix("body:") {
      let pointer = String(text.dropFirst(5))
      guard pointer.isEmpty || pointer.hasPrefix("/") else { return nil }
      self = .body(pointer: pointer)
    } else if text.hasPrefix("header:"), text.utf8.count > 7 {
      self = .header(String(text.dropFirst(7)))
    } else {
      return nil
    }
  }

  func value(in answer: Answer) -> JSONValue? {
    switch self {
    case .body(let pointer): answer.json?.at(pointer: pointer)
    case .header(let name): answer.head.header(name).map { .string($0) }
    case .status: .int(Int64(answer.head.status))
    }
  }

  func text(in answer: Answer) -> String? {
    guard let value = value(in: answer), value != .null else { return nil }
    return value.string ?? value.canonicalText
  }
}

/// An answer with its body read once. Items of a list are answers of their own.
struct Answer: Sendable {
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
