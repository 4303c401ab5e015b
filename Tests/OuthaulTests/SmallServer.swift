// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Glibc

/// Answers requests over a socket on 127.0.0.1. One request for a connection.
final class SmallServer: Sendable {
  struct Request: Sendable {
    /// Such as `GET /path HTTP/1.1`.
    var line: String
    var body: String
  }

  struct Answer: Sendable {
    var status: Int
    var headers: [String: String] = [:]
    var body: [UInt8]

    static func json(_ status: Int, _ body: JSONValue) -> Answer {
      Answer(status: status, headers: ["Content-Type": "application/json"], body: Array(body.canonicalText.utf8))
    }
  }

  private let listener: Int32
  private let port: UInt16

  var url: String { "http://127.0.0.1:\(port)" }

  /// Listens; nobody is answered before `serve`.
  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && getsockname(listener, generic, &length) == 0
      }
    }
    guard listener >= 0, isBound, listen(listener, 64) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
  }

  /// Until `stop`.
  func serve(_ answer: @escaping @Sendable (Request) -> Answer) {
    Thread.detachNewThread { [listener] in
      while case let connection = Glibc.accept(listener, nil, nil), connection >= 0 {
        Thread.detachNewThread {
          if let request = Self.read(connection) { Self.write(answer(request), to: connection) }
          close(connection)
        }
      }
    }
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    while true {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
      let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
      let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
        .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
      guard bytes.count >= end.upperBound + (length ?? 0) else { continue }
      return Request(line: lines[0], body: String(decoding: bytes[end.upperBound...], as: UTF8.self))
    }
  }

  private static func write(_ answer: Answer, to connection: Int32) {
    var head = "HTTP/1.1 \(answer.status) Small\r\nContent-Length: \(answer.body.count)\r\nConnection: close\r\n"
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    let bytes = Array((head + "\r\n").utf8) + answer.body
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      sent += count
    }
  }
}
