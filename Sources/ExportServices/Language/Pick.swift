// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// Where a value of an answer comes from: `body:/json/pointer`, `xml:/Element/Path`, `header:Name` or `status:`. For
/// counts also `header:Name*`. Where a list is wanted, `*` in a path is every element.
package enum Pick: Sendable, Equatable {
  case body(pointer: String)
  /// The names of elements, the document's own first.
  case xml(path: [String])
  case header(String)
  /// The smallest number of all headers that begin so.
  case headers(prefix: String)
  case status

  package init?(_ text: String) {
    if text == "status:" {
      self = .status
    } else if text.hasPrefix("body:") {
      let pointer = String(text.dropFirst(5))
      guard Self.isPointer(pointer) else { return nil }
      self = .body(pointer: pointer)
    } else if text.hasPrefix("xml:/") {
      let path = text.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard path.allSatisfy({ Self.isElement($0) }) else { return nil }
      self = .xml(path: path)
    } else if text.hasPrefix("header:"), text.utf8.count > 7 {
      let name = String(text.dropFirst(7))
      guard HeaderName.isValid(name) else { return nil }
      self = name.hasSuffix("*") ? .headers(prefix: String(name.dropLast())) : .header(name)
    } else {
      return nil
    }
  }

  /// Of RFC 6901: nothing, or steps behind slashes in which `~` is the beginning of `~0` or `~1`.
  static func isPointer(_ text: String) -> Bool {
    let escapes = text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
    return (text.isEmpty || text.hasPrefix("/")) && escapes.allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") }
  }

  /// Namespaces are not kept, so no name has a prefix.
  private static func isElement(_ name: String) -> Bool {
    !name.isEmpty && !name.contains { ": <>&".contains($0) }
  }

  static let pointerHelp = "write /member; '~' in a name is written ~0, and '/' ~1"

  /// What to write where a text picks nothing.
  static func help(for text: String) -> String {
    if text.hasPrefix("body:/") { return "behind 'body:' \(pointerHelp)" }
    if text.hasPrefix("header:"), text.count > 7 { return HeaderName.help }
    if text.hasPrefix("xml:/") { return "names of elements stand between slashes, without what is before ':' in them" }
    return "write body:/pointer, xml:/Element/Path, header:Name or status:"
  }

  /// It is of the body, not of the head.
  package var isOfBody: Bool {
    switch self {
    case .body, .xml: true
    case .header, .headers, .status: false
    }
  }

  /// It may have several values.
  var hasStar: Bool {
    switch self {
    case .body(let pointer): pointer.split(separator: "/").contains("*")
    case .xml(let path): path.contains("*")
    case .header, .headers, .status: false
    }
  }

  package func value(in answer: Answer) -> JSONValue? {
    switch self {
    case .body(let pointer): answer.json?.at(pointer: pointer)
    case .xml: element(in: answer)?.json
    case .header(let name): answer.head.header(name).map { .string($0) }
    case .headers(let prefix): Self.smallest(answer.head, prefix).map { .int(Int64($0)) }
    case .status: .int(Int64(answer.head.status))
    }
  }

  /// `nil` for null as well.
  package func text(in answer: Answer) -> String? {
    guard let value = value(in: answer), value != .null else { return nil }
    return value.string ?? value.canonicalText
  }

  /// A whole number from 0 up.
  func count(in answer: Answer) -> Int? {
    text(in: answer).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  /// How long is to be waited, in seconds or as an HTTP date; at most a day.
  func wait(in answer: Answer, now: Instant) -> Duration? {
    guard let text = text(in: answer) else { return nil }
    return HTTPHead(status: 0, headers: [("Retry-After", text)]).retryAfter(now: now)
  }

  private static func smallest(_ head: HTTPHead, _ prefix: String) -> Int? {
    let prefix = prefix.lowercased()
    return head.headers.filter { $0.name.lowercased().hasPrefix(prefix) }
      .compactMap { Int($0.value.filter { $0 != " " }) }.filter { $0 >= 0 }.min()
  }
}

extension Pick {
  /// The part of the answer that is picked, which may have parts of its own.
  package func element(in answer: Answer) -> AnswerItem? {
    guard case .xml(let path) = self else { return value(in: answer).map { AnswerItem(json: $0) } }
    return answer.xml?.elements(at: path[...]).first.map { AnswerItem(xml: $0) }
  }

  /// Every element of what is picked: of an array, or every element of XML at the path.
  /// - Returns: `nil` when there is no list, which is not the same as an empty one.
  package func elements(in answer: Answer) -> [AnswerItem]? {
    switch self {
    case .body(let pointer):
      guard let whole = answer.json else { return nil }
      let steps = pointer.isEmpty ? [] : pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      let path = steps.contains("*") ? steps : steps + ["*"]
      return Self.elements(of: whole, at: path[...])?.map { AnswerItem(json: $0) }
    case .xml(let path):
      guard let root = answer.xml, path.count == 1 || !root.elements(at: path.dropLast()).isEmpty else { return nil }
      return root.elements(at: path[...]).map { AnswerItem(xml: $0) }
    case .header, .headers, .status: return nil
    }
  }

  /// What stands at a path in which `*` is every element of an array; `nil` when the first of these arrays is not there.
  private static func elements(of value: JSONValue, at path: ArraySlice<Substring>) -> [JSONValue]? {
    guard let star = path.firstIndex(of: "*") else { return value.at(path: path).map { [$0] } }
    guard let array = value.at(path: path[..<star])?.array else { return nil }
    return array.flatMap { elements(of: $0, at: path[(star + 1)...]) ?? [] }
  }
}

extension JSONValue {
  fileprivate func at(path: ArraySlice<Substring>) -> JSONValue? { at(pointer: path.map { "/\($0)" }.joined()) }
}
