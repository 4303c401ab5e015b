// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import Testing

/// Connections, limits and the phases of time, over real sockets.
@Suite struct ConnectionTests {
  @Test func `many requests one after the other take one connection`() async throws {
    try await SocketServer.with({ _ in .json("{}") }) { server in
      try await Sending.with { transport in
        for index in 0..<8 { _ = try await transport.send(HTTPRequest("GET", "\(server.url)/\(index)")) }
      }

      #expect(server.requests.map(\.target) == (0..<8).map { "/\($0)" })
      #expect(server.connections == 1)
    }
  }

  @Test func `a request says which program sends it`() async throws {
    try await SocketServer.with({ _ in .json("{}") }) { server in
      _ = try await Sending.with { try await $0.send(HTTPRequest("GET", server.url + "/")) }

      #expect(server.requests.map { $0.fields["user-agent"] } == ["outhaul/1.2.3"])
      #expect(server.requests.map { $0.fields["accept-encoding"] } == ["deflate, gzip"])
    }
  }

  // MARK: TLS

  @Test func `a certificate that nobody vouches for is refused before anything is sent`() async throws {
    try await TLSServer.with { server in
      let error = try await Sending.failure("https://127.0.0.1:\(server.port)/?sig=CANARY")

      #expect(
        error
          == TransportError(
            .untrusted, "the server's certificate is not trusted here: it is self-signed, expired or for another name"))
      #expect(!error.mayHaveArrived)
    }
  }

  @Test func `a server that does not speak TLS is told as that`() async throws {
    try await SocketServer.with({ _ in .hang }) { server in
      let error = try await Sending.failure(
        "https://127.0.0.1:\(server.port)/", .init(connect: .milliseconds(300), total: .seconds(3600)))

      #expect(error == TransportError(.unreachable, "no connection within 300ms (connect or TLS handshake)"))
    }
  }

  // MARK: Cancellation

  @Test(arguments: [
    SocketServer.Reply.hang, .stall, .trickle(), .trickle(302, [("Location", "/next")]), .endless([65]),
  ])
  func `a request that is cancelled ends as that, whatever it waits for`(reply: SocketServer.Reply) async throws {
    let (asked, ask) = AsyncStream<Void>.makeStream()
    let script: @Sendable (SocketServer.Request) -> SocketServer.Reply = { _ in
      ask.yield()
      return reply
    }
    try await SocketServer.with(script) { server in
      try await Sending.with { transport in
        let task = Task { try await transport.send(HTTPRequest("GET", server.url + "/"), limit: .max) }
        for await _ in asked { break }
        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
      }
    }
  }

  @Test func `a request of a task that is cancelled already is not sent`() async throws {
    try await SocketServer.with({ _ in .json("{}") }) { server in
      try await Sending.with { transport in
        let task = Task {
          withUnsafeCurrentTask { $0?.cancel() }
          return try await transport.send(HTTPRequest("GET", server.url + "/"))
        }

        await #expect(throws: CancellationError.self) { try await task.value }
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `what a head says of a body that does not come is not waited for`() async throws {
    let script: @Sendable (SocketServer.Request) -> SocketServer.Reply = { request in
      request.method == "HEAD" ? .answer(200, [], [65, 66]) : .answer(304)
    }
    try await SocketServer.with(script) { server in
      try await Sending.with { transport in
        let head = try await transport.send(HTTPRequest("HEAD", server.url + "/"))
        let same = try await transport.send(HTTPRequest("GET", server.url + "/"))

        #expect(head.head.status == 200 && head.head.header("Content-Length") == "2" && head.body.isEmpty)
        #expect(same.head.status == 304 && same.body.isEmpty)
      }
      #expect(server.connections == 1)
    }
  }

  // MARK: Time

  @Test func `silence is told as the phase that it is`() async throws {
    try await SocketServer.with({ _ in .hang }) { server in
      let read = try await Sending.failure(server.url, .init(read: .milliseconds(200), total: .seconds(3600)))
      let total = try await Sending.failure(server.url, .init(read: .seconds(3600), total: .milliseconds(200)))

      #expect(read == TransportError(.timedOut, "no byte of the answer came for 200ms (read)"))
      #expect(total == TransportError(.timedOut, "no whole answer within 200ms (total)"))
    }
  }

  @Test(arguments: [SocketServer.Reply.trickle(), .stall]) func `a trickle, and half an answer, is as late as silence`(
    reply: SocketServer.Reply
  ) async throws {
    try await SocketServer.with({ _ in reply }) { server in
      let error = try await Sending.failure(server.url, .init(read: .seconds(3600), total: .milliseconds(300)))

      #expect(error == TransportError(.timedOut, "no whole answer within 300ms (total)"))
    }
  }

  @Test func `half an answer is late for a request that asks for less time`() async throws {
    try await SocketServer.with({ _ in .stall }) { server in
      let error = try await Sending.with { transport in
        var request = HTTPRequest("GET", server.url)
        request.timeLimit = .milliseconds(150)
        return try await #require(throws: TransportError.self) { try await transport.send(request) }
      }

      #expect(error == TransportError(.timedOut, "no whole answer within 150ms (total)"))
    }
  }

  /// Leads to `/there`, with a body that does not end.
  private static let leading: @Sendable (SocketServer.Request) -> SocketServer.Reply = { request in
    request.path == "/there" ? .json("{}") : .trickle(302, [("Location", "/there")])
  }

  @Test func `a redirect whose body does not end is late as well`() async throws {
    try await SocketServer.with(Self.leading) { server in
      let error = try await Sending.failure(server.url, .init(read: .seconds(3600), total: .milliseconds(300)))

      #expect(error == TransportError(.timedOut, "no whole answer within 300ms (total)"))
    }
  }

  @Test func `a stream has no total, and does not wait for the body of a redirect for ever`() async throws {
    try await SocketServer.with(Self.leading) { server in
      let timeouts = AsyncHTTPTransport.Timeouts(
        connect: .seconds(60), read: .seconds(3600), total: .milliseconds(300))
      let text = try await Sending.with(timeouts) { transport in
        try await transport.stream(HTTPRequest("GET", server.url)) { _, body in
          var bytes: [UInt8] = []
          while let piece = try await body.next() { bytes += piece }
          return String(decoding: bytes, as: UTF8.self)
        }
      }

      #expect(text == "{}")
    }
  }

  @Test func `a stream that trickles goes on for longer than a whole answer may take`() async throws {
    try await SocketServer.with({ _ in .trickle() }) { server in
      let timeouts = AsyncHTTPTransport.Timeouts(connect: .seconds(60), read: .seconds(3600), total: .milliseconds(50))
      let count = try await Sending.with(timeouts) { transport in
        try await transport.stream(HTTPRequest("GET", server.url)) { _, body in
          let begin = ContinuousClock.now
          var count = 0
          while ContinuousClock.now - begin < .milliseconds(200), let piece = try await body.next() {
            count += piece.count
          }
          return count
        }
      }

      #expect(count > 0)
    }
  }

  @Test func `a request may ask for less time than others have`() async throws {
    try await SocketServer.with({ _ in .hang }) { server in
      let error = try await Sending.with { transport in
        var request = HTTPRequest("GET", server.url)
        request.timeLimit = .milliseconds(150)
        return try await #require(throws: TransportError.self) { try await transport.send(request) }
      }

      #expect(error == TransportError(.timedOut, "no whole answer within 150ms (total)"))
    }
  }

  // MARK: Size

  @Test func `an answer without an end is cut at the limit`() async throws {
    try await SocketServer.with({ _ in .endless(Array(repeating: 65, count: 64 << 10)) }) { server in
      let error = try await Sending.failure(server.url, limit: 1 << 20)

      #expect(error == TransportError(.tooLarge(limit: 1 << 20), "the answer is longer than 1048576 bytes"))
      #expect(error.errorClass == .again)
      // Besides the limit, what the sockets and the client hold at once.
      #expect(server.sent < 32 << 20)
    }
  }

  @Test func `a stream takes no more than is read of it`() async throws {
    try await SocketServer.with({ _ in .endless(Array(repeating: 65, count: 64 << 10)) }) { server in
      let read = try await Sending.with { transport in
        try await transport.stream(HTTPRequest("GET", server.url)) { _, body in
          var count = 0
          while count < 4 << 20, let piece = try await body.next() { count += piece.count }
          return count
        }
      }

      #expect(read >= 4 << 20)
      #expect(server.sent < 32 << 20)
    }
  }

  @Test func `what grows without measure when it is decompressed is no answer`() async throws {
    let bomb = try await Tool.run("/bin/sh", ["-c", "head -c 60000000 /dev/zero | gzip -9"])

    try await SocketServer.with({ _ in .answer(200, [("Content-Encoding", "gzip")], bomb) }) { server in
      let error = try await Sending.failure(server.url, limit: 1 << 30)

      #expect(error == TransportError(.cut, "the answer cannot be decompressed, or grows too much when it is"))
    }
  }

  @Test func `a header of a megabyte is no answer`() async throws {
    let value = String(repeating: "a", count: 1 << 20)
    try await SocketServer.with({ _ in .answer(200, [("X-Long", value)]) }) { server in
      let error = try await Sending.failure(server.url)

      #expect(error == Self.longHeader)
    }
  }

  private static let longHeader = TransportError(
    .tooLarge(limit: 80 << 10),
    "the answer's header is too long: a field of more than 80 KiB, more than 256 fields, or more than 2 MiB")

  @Test func `a header of many fields is no answer either`() async throws {
    let fields = (0..<300).map { ("X-\($0)", "a") }
    try await SocketServer.with({ _ in .answer(200, fields) }) { server in
      let error = try await Sending.failure(server.url)

      #expect(error == Self.longHeader)
    }
  }
}
