// SPDX-License-Identifier: Apache-2.0

// Heads of answers. The length of a body that is still to be written is put in afterwards.
extension Bytes {
  /// Writes a whole answer.
  mutating func answer(_ status: StaticString, _ headers: StaticString = "", _ body: (inout Bytes) -> Void) {
    append("HTTP/1.1 ")
    append(status)
    append("\r\n")
    append(headers)
    append("Content-Length:           0\r\n\r\n")
    let end = count - 4
    let start = count
    body(&self)
    put(count - start, endingAt: end)
  }

  /// Of a request for a head alone: what it would be long.
  mutating func answerHead(_ headers: StaticString, length: Int) {
    append("HTTP/1.1 200 OK\r\n")
    append(headers)
    append("Content-Length: ")
    append(length)
    append("\r\n\r\n")
  }

  mutating func answerNothing(_ status: StaticString) { answer(status) { _ in } }
}
