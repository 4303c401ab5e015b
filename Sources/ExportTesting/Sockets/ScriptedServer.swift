// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Glibc
import Synchronization

/// A tiny HTTP server on 127.0.0.1 that answers by a script, so that connections can go wrong in every way.
/// One request for a connection.
public final class ScriptedServer: Sendable {
  public typealias Request = ScriptedRequest

  public enum Reply: Sendable {
    case answer(Int, [String: String] = [:], [UInt8] = [])
    /// An answer whose body is these bytes so many times over, written for as long as somebody takes them.
    case stream(Int, [String: String] = [:], [UInt8], times: Int)
    /// These bytes, then the connection ends.
    case raw([UInt8])
    /// The connection ends without a byte.
    case cut
    /// Nothing, until the server stops.
    case hang

    public static func json(_ status: Int, _ text: String, _ fields: [String: String] = [:]) -> Reply {
      .answer(status, fields.merging(["Content-Type": "application/json"]) { first, _ in first }, Array(text.utf8))
    }

    public static func json(_ status: Int, _ value: JSONValue) -> Reply { .json(status, value.canonicalText) }
  }

  public let port: UInt16
  private let listener: Int32
  private let seen = Mutex<[Request]>([])
  private let held = Mutex<[Int32]>([])
  private let isServing = Mutex(false)
  private let taken = Mutex(0)

  public var url: String { "http://127.0.0.1:\(port)" }
  public var requests: [Request] { seen.withLock { $0 } }
  /// Bytes of streams that somebody took, over all answers.
  public var streamed: Int { taken.withLock { $0 } }

  /// Listens; nobody is answered before `serve`.
  public init() throws(LoopbackSocket.Failure) { (listener, port) = try LoopbackSocket.listen() }

  /// Serves while `body` runs.
  public static func with<Result>(
    _ script: @escaping @Sendable (Request) -> Reply, _ body: (ScriptedServer) async throws -> Result
  ) async throws -> Result {
    let server = try ScriptedServer()
    server.serve(script)
    defer { server.stop() }
    return try await body(server)
  }

  /// A port that nobody listens on.
  public static func unusedPort() throws -> UInt16 {
    let server = try ScriptedServer()
    server.stop()
    return server.port
  }

  /// Answers until `stop`. Called once.
  public func serve(_ script: @escaping @Sendable (Request) -> Reply) {
    isServing.withLock { $0 = true }
    Self.thread { [self] in accept(script) }
  }

  /// The thread that accepts closes the listener: a descriptor that was closed here might be another server's by the
  /// time it is accepted on.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    if !isServing.withLock({ $0 }) { close(listener) }
    for connection in held.withLock({ $0 }) { close(connection) }
  }

  private func accept(_ script: @escaping @Sendable (Request) -> Reply) {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else {
        close(listener)
        return
      }
      Self.thread { [self] in serve(connection, script) }
    }
  }

  private func serve(_ connection: Int32, _ script: @Sendable (Request) -> Reply) {
    var bytes: [UInt8] = []
    guard let request = ScriptedRequest.read(from: connection, &bytes) else {
      close(connection)
      return
    }
    seen.withLock { $0.append(request) }
    switch script(request) {
    case .answer(let status, let fields, let body):
      LoopbackSocket.write(Self.head(status, fields, length: body.count) + body, to: connection)
    case .stream(let status, let fields, let chunk, let times):
      LoopbackSocket.write(Self.head(status, fields, length: chunk.count * times), to: connection)
      for _ in 0..<times {
        guard LoopbackSocket.write(chunk, to: connection) else { break }
        taken.withLock { $0 += chunk.count }
      }
    case .raw(let bytes): LoopbackSocket.write(bytes, to: connection)
    case .cut: break
    case .hang: return held.withLock { $0.append(connection) }
    }
    close(connection)
  }

  private static func head(_ status: Int, _ fields: [String: String], length: Int) -> [UInt8] {
    var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(length)\r\nConnection: close\r\n"
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    return Array((head + "\r\n").utf8)
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
