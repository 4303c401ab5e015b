// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// A tiny HTTP server on 127.0.0.1 that answers by a script, so that connections can go wrong in every way.
/// One request for a connection.
public final class ScriptedServer: Sendable {
  public struct Request: Sendable {
    /// Such as `GET /path?query HTTP/1.1`.
    public var line: String
    /// Names in lower case.
    public var fields: [String: String]
    public var body: String

    public var method: String { String(line.split(separator: " ").first ?? "") }
    /// Path and query, as they were sent.
    public var target: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  }

  public enum Reply: Sendable {
    case answer(Int, [String: String] = [:], [UInt8] = [])
    /// These bytes, then the connection ends.
    case raw([UInt8])
    /// The connection ends without a byte.
    case cut
    /// Nothing, until the server stops.
    case hang

    public static func json(_ status: Int, _ text: String, _ fields: [String: String] = [:]) -> Reply {
      .answer(status, fields.merging(["Content-Type": "application/json"]) { first, _ in first }, Array(text.utf8))
    }
  }

  public let port: UInt16
  private let listener: Int32
  private let script: @Sendable (Request) -> Reply
  private let seen = Mutex<[Request]>([])
  private let held = Mutex<[Int32]>([])

  public var url: String { "http://127.0.0.1:\(port)" }
  public var requests: [Request] { seen.withLock { $0 } }

  private init(_ script: @escaping @Sendable (Request) -> Reply) throws {
    self.script = script
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && getsockname(listener, generic, &length) == 0
      }
    }
    guard listener >= 0, bound, listen(listener, 64) == 0 else { throw SocketFailure(code: errno) }
    port = UInt16(bigEndian: address.sin_port)
  }

  public struct SocketFailure: Error { public var code: Int32 }

  /// Serves while `body` runs.
  public static func with<Result>(
    _ script: @escaping @Sendable (Request) -> Reply, _ body: (ScriptedServer) async throws -> Result
  ) async throws -> Result {
    let server = try ScriptedServer(script)
    Self.thread { server.accept() }
    defer { server.stop() }
    return try await body(server)
  }

  /// A port that nobody listens on.
  public static func unusedPort() throws -> UInt16 {
    let server = try ScriptedServer { _ in .cut }
    server.stop()
    return server.port
  }

  private func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    for connection in held.withLock({ $0 }) { close(connection) }
  }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { return }
      Self.thread { [self] in serve(connection) }
    }
  }

  private func serve(_ connection: Int32) {
    guard let request = Self.read(connection) else {
      close(connection)
      return
    }
    seen.withLock { $0.append(request) }
    switch script(request) {
    case .answer(let status, let fields, let body):
      var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.count)\r\nConnection: close\r\n"
      for (name, value) in fields { head += "\(name): \(value)\r\n" }
      Self.write(Array((head + "\r\n").utf8) + body, to: connection)
    case .raw(let bytes): Self.write(bytes, to: connection)
    case .cut: break
    case .hang: return held.withLock { $0.append(connection) }
    }
    close(connection)
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    let blank = Array("\r\n\r\n".utf8)
    while true {
      if let end = bytes.firstRange(of: blank) {
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n").map(String.init)
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
          guard let colon = line.firstIndex(of: ":") else { continue }
          fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        let length = fields["content-length"].flatMap { Int($0) } ?? 0
        while bytes.count < end.upperBound + length {
          guard receive(connection, &bytes) else { return nil }
        }
        return Request(
          line: lines.first ?? "", fields: fields, body: String(decoding: bytes[end.upperBound...], as: UTF8.self))
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

  private static func write(_ bytes: [UInt8], to connection: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Runs `work` on a thread of its own: it blocks.
  private static func thread(_ work: @escaping @Sendable () -> Void) {
    final class Work {
      let run: @Sendable () -> Void
      init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Work(work)).toOpaque()
    pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context)
    pthread_detach(thread)
  }
}
