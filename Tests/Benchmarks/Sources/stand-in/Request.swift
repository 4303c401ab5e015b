// SPDX-License-Identifier: Apache-2.0

/// A request that has arrived whole, as views of what was received.
struct Request {
  enum Method { case get, head, post, put, delete, other }

  let method: Method
  let path: View
  /// Without the question mark.
  let query: View
  let body: View
  /// With head and body.
  let length: Int

  /// Bytes of a head, and of a body, that are taken at most.
  static let lengthMax = 1 << 20

  /// `nil` while something is missing.
  init?(_ bytes: View) {
    guard let end = bytes.place(of: "\r\n\r\n"), let lineEnd = bytes.place(of: UInt8(ascii: "\r")) else { return nil }
    let line = bytes.upTo(lineEnd)
    guard let space = line.place(of: UInt8(ascii: " ")) else { return nil }
    let rest = line.from(space + 1)
    let target = rest.upTo(rest.place(of: UInt8(ascii: " ")) ?? rest.count)
    let question = target.place(of: UInt8(ascii: "?")) ?? target.count
    (path, query) = (target.upTo(question), target.from(question + 1))
    method = Self.method(line.upTo(space))
    let bodyLength = method == .get || method == .head ? 0 : Self.bodyLength(View(rebasing: bytes[lineEnd..<end]))
    length = end + 4 + bodyLength
    guard bytes.count >= length else { return nil }
    body = View(rebasing: bytes[(end + 4)..<length])
  }

  private static func method(_ text: View) -> Method {
    if text.starts(with: "GET") { return .get }
    if text.starts(with: "POST") { return .post }
    if text.starts(with: "HEAD") { return .head }
    if text.starts(with: "PUT") { return .put }
    return text.starts(with: "DELETE") ? .delete : .other
  }

  /// Of the lines of a head.
  private static func bodyLength(_ head: View) -> Int {
    var rest = head
    while let lineEnd = rest.place(of: UInt8(ascii: "\n")) {
      rest = rest.from(lineEnd + 1)
      guard rest.count > 15, rest[14] == UInt8(ascii: ":"), rest[0] | 32 == UInt8(ascii: "c"), isLength(rest.upTo(14))
      else { continue }
      var value = rest.from(15)
      while value.first == UInt8(ascii: " ") { value = value.from(1) }
      return min(value.number, lengthMax)
    }
    return 0
  }

  private static func isLength(_ name: View) -> Bool {
    let wanted: StaticString = "content-length"
    for place in 0..<14 where name[place] | 32 != wanted.utf8Start[place] { return false }
    return true
  }
}
