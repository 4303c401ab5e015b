// SPDX-License-Identifier: Apache-2.0
import ExportTesting
import Foundation
import Glibc
import Synchronization

/// A small HTTP server on 127.0.0.1 that keeps connections open, counts them, and can send without an end.
final class SocketServer: Sendable {
  typealias Request = ScriptedRequest

  enum Reply: Sendable {
    case answer(Int, [(String, String)] = [], [UInt8] = [])
    /// A head, then these bytes again and again until nobody takes them.
    case endless([UInt8])
    /// A head, then a byte now and then until nobody takes it.
    case trickle(Int = 200, [(String, String)] = [])
    /// A head and a byte, and nothing more.
    case stall
    /// A head that promises more than the byte behind which the connection ends.
    case cut(Int, [(String, String)] = [])
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

  private init(_ script: @escaping @Sendable (Request) -> Reply) throws {
    self.script = script
    (listener, port) = try LoopbackSocket.listen()
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
    // The thread that accepts closes it: closed here it might be another server's by then.
    Glibc.shutdown(listener, Int32(SHUT_RDWR))
    seen.withLock { seen in
      seen.isStopped = true
      for connection in seen.open { Glibc.shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else {
        close(listener)
        return
      }
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
    while let request = ScriptedRequest.read(from: connection, &bytes) {
      seen.withLock { $0.requests.append(request) }
      let reply = script(request)
      switch reply {
      case .answer(let status, let fields, let body):
        var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        let isHead = request.method == "HEAD"
        guard write(Array((head + "\r\n").utf8) + (isHead ? [] : body), to: connection) else { return }
      case .endless(let piece):
        guard write(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), to: connection) else { return }
        while write(piece, to: connection) { seen.withLock { $0.sent += piece.count } }
        return
      case .trickle(let status, let fields):
        let head = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
        guard write(Array("HTTP/1.1 \(status) OK\r\nConnection: close\r\n\(head)\r\n".utf8), to: connection) else {
          return
        }
        while write([65], to: connection) { usleep(20_000) }
        return
      case .cut(let status, let fields):
        let head = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
        _ = write(Array("HTTP/1.1 \(status) OK\r\nContent-Length: 9\r\n\(head)\r\nA".utf8), to: connection)
        return
      case .tunnel(let port):
        guard write(Array("HTTP/1.1 200 OK\r\n\r\n".utf8), to: connection) else { return }
        return Self.join(connection, port)
      case .stall, .hang:
        if case .stall = reply {
          guard write(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nA".utf8), to: connection) else { return }
        }
        // Ends when the other side or the server does.
        var buffer = [UInt8](repeating: 0, count: 1)
        while recv(connection, &buffer, 1, 0) > 0 {}
        return
      }
    }
  }

  // MARK: Bytes

  private func write(_ bytes: [UInt8], to connection: Int32) -> Bool { LoopbackSocket.write(bytes, to: connection) }

  /// Carries bytes both ways until one side ends.
  private static func join(_ connection: Int32, _ port: UInt16) {
    guard let other = LoopbackSocket.connect(to: port) else { return }
    defer { close(other) }
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
    while LoopbackSocket.receive(from, &bytes) {
      guard LoopbackSocket.write(bytes, to: to) else { return }
      bytes = []
    }
  }
}
