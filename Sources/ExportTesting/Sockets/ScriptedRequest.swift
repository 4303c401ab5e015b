// SPDX-License-Identifier: Apache-2.0

/// A request of HTTP/1.1 as it came over a socket.
public struct ScriptedRequest: Sendable {
  /// Such as `GET /path?query HTTP/1.1`.
  public var line: String
  /// Names in lower case.
  public var fields: [String: String]
  public var body: String

  public var method: String { word(0) }
  /// Path and query, as they were sent; of `CONNECT` host and port.
  public var target: String { word(1) }
  public var path: String { String(target.prefix { $0 != "?" }) }
  public var query: String { String(target.dropFirst(path.count).dropFirst()) }

  private func word(_ index: Int) -> String {
    let words = line.split(separator: " ")
    return words.indices.contains(index) ? String(words[index]) : ""
  }

  /// Takes the next request of a connection; what follows it stays in `bytes`. `nil` when the connection ends before.
  public static func read(from descriptor: Int32, _ bytes: inout [UInt8]) -> ScriptedRequest? {
    let blank = Array("\r\n\r\n".utf8)
    while true {
      guard let end = bytes.firstRange(of: blank) else {
        guard LoopbackSocket.receive(descriptor, &bytes) else { return nil }
        continue
      }
      let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").map(String.init)
      var fields: [String: String] = [:]
      for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].drop { $0 == " " }.description
      }
      let whole = end.upperBound + (fields["content-length"].flatMap { Int($0) } ?? 0)
      while bytes.count < whole {
        guard LoopbackSocket.receive(descriptor, &bytes) else { return nil }
      }
      let body = String(decoding: bytes[end.upperBound..<whole], as: UTF8.self)
      bytes.removeFirst(whole)
      return ScriptedRequest(line: lines.first ?? "", fields: fields, body: body)
    }
  }
}
