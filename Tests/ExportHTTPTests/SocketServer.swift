// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Synchronization

/// A small HTTP server on 127.0.0.1 that keeps connections open, counts them, and can send without an end.
final class SocketServer: Sendable {
  struct Request: Sendable {
    /// `GET`
    var method: String
    /// As sent: `/path?query`, or `host:port` of `CONNECT`.
    var target: String
    /// Names in lower case.
    var fields: [String: String]
    var body: String

    var path: String { String(target.prefix { $0 != "?" }) }
    var query: String { String(target.dropFirst(path.count).dropFirst()) }
  }

  enum Reply: Sendable {
    case answer(Int, [(String, String)] = [], [UInt8] = [])
    /// A head, then these bytes again and again until nobody takes them.
    case endless([UInt8])
    /// A head, then a byte now and then until nobody takes it.
    case trickle
    /// The connection to this port, from now on.
    case tunnel(UInt16)
    case hang

    static func json(_ text: String, _ status: Int = 200, _ fields: [(String, String)] = []) -> Reply {
      .answer(status, fields + [("Content-Type", "application/json")], Array(text.utf8))
    }
  }

  private struct Seen {
    var requests: [Request] = []
    var connections = 0
    var sent = 0
    var open: Set<Int32> = []
    var isStopped = false
  }

  let port: UInt16
  private let listener: Int32
  private let script: @Sendable (Request) -> Reply
  private let seen = Mutex(Seen())

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { seen.withLock { $0.requests } }
  /// Connections that were accepted.
  var connections: Int { seen.withLock { $0.connections } }
  /// Bytes of bodies without an end that were taken.
  var sent: Int { seen.withLock { $0.sent } }

  struct SocketFailure: Error { var code: Int32 }

  private init(_ script: @escaping @Sendable (Request) -> Reply) throws {
    self.script = script
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && getsockname(listener, generic, &length) == 0
      }
    }
    guard listener >= 0, isBound, listen(listener, 64) == 0 else { throw SocketFailure(code: errno) }
    (self.listener, port) = (listener, UInt16(bigEndian: address.sin_port))
  }

  /// Serves while `body` runs.
  static func with<Value>(
    _ script: @escaping @Sendable (Request) -> Reply, _ body: (SocketServer) async throws -> Value
  ) async throws -> Value {
    let server = try SocketServer(script)
    Thread.detachNewThread { server.accept() }
    defer { server.stop() }
    return try await body(server)
  }

  private func stop() {
    Glibc.shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    seen.withLock { seen in
      seen.isStopped = true
      for connection in seen.open { Glibc.shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { return }
      let isStopped = seen.withLock { seen in
        seen.connections += 1
        seen.open.insert(connection)
        return seen.isStopped
      }
      if isStopped { Glibc.shutdown(connection, Int32(SHUT_RDWR)) }
      Thread.detachNewThread { [self] in
        serve(connection)
        seen.withLock { _ = $0.open.remove(connection) }
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    var bytes: [UInt8] = []
    while let request = Self.read(connection, &bytes) {
      seen.withLock { $0.requests.append(request) }
      switch script(request) {
      case .answer(let status, let fields, let body):
        var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        let isHead = request.method == "HEAD"
        guard write(Array((head + "\r\n").utf8) + (isHead ? [] : body), to: connection) else { return }
      case .endless(let piece):
        guard write(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), to: connection) else { return }
        while write(piece, to: connection) { seen.withLock { $0.sent += piece.count } }
        return
      case .trickle:
        guard write(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), to: connection) else { return }
        while write([65], to: connection) { usleep(20_000) }
        return
      case .tunnel(let port):
        guard write(Array("HTTP/1.1 200 OK\r\n\r\n".utf8), to: connection) else { return }
        return Self.join(connection, port)
      case .hang:
        // Ends when the other side or the server does.
        var buffer = [UInt8](repeating: 0, count: 1)
        while recv(connection, &buffer, 1, 0) > 0 {}
        return
      }
    }
  }

  // MARK: Bytes

  private static func read(_ connection: Int32, _ bytes: inout [UInt8]) -> Request? {
    let blank = Array("\r\n\r\n".utf8)
    while true {
      if let end = bytes.firstRange(of: blank) {
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n").map(String.init)
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
          guard let colon = line.firstIndex(of: ":") else { continue }
          fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        let whole = end.upperBound + (fields["content-length"].flatMap { Int($0) } ?? 0)
        while bytes.count < whole {
          guard receive(connection, &bytes) else { return nil }
        }
        let words = (lines.first ?? "").split(separator: " ").map(String.init)
        let body = String(decoding: bytes[end.upperBound..<whole], as: UTF8.self)
        bytes.removeFirst(whole)
        guard words.count == 3 else { return nil }
        return Request(method: words[0], target: words[1], fields: fields, body: body)
      }
      guard receive(connection, &bytes) else { return nil }
    }
  }

  private static func receive(_ connection: Int32, _ bytes: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    bytes += buffer[..<count]
    return true
  }

  private func write(_ bytes: [UInt8], to connection: Int32) -> Bool { Self.write(bytes, to: connection) }

  private static func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Carries bytes both ways until one side ends.
  private static func join(_ connection: Int32, _ port: UInt16) {
    let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(other) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = port.bigEndian
    let isOpen = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isOpen else { return }
    let back = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      carry(other, connection)
      Glibc.shutdown(connection, Int32(SHUT_RDWR))
      back.signal()
    }
    carry(connection, other)
    Glibc.shutdown(other, Int32(SHUT_RDWR))
    back.wait()
  }

  private static func carry(_ from: Int32, _ to: Int32) {
    var bytes: [UInt8] = []
    while receive(from, &bytes) {
      guard write(bytes, to: to) else { return }
      bytes = []
    }
  }
}
