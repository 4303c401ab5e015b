// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Logging
import Testing

/// The real transport, over real sockets that go wrong.
@Suite struct TransportTests {
  /// `{"hello":"world"}`
  private static let gzip: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 72, 205, 201, 201, 87, 178, 82, 42, 207, 47, 202, 73, 81, 170, 5,
    0, 209, 65, 9, 216, 17, 0, 0, 0,
  ]

  private func send(
    _ reply: ScriptedServer.Reply, limit: Int = 1 << 20, timeouts: AsyncHTTPTransport.Timeouts = .init()
  ) async throws -> (HTTPResponse?, TransportError?, [ScriptedServer.Request]) {
    try await ScriptedServer.with({ _ in reply }) { server in
      let result = try await Self.send(server.url + "/a%20b?sig=CANARY", limit, timeouts)
      return (result.0, result.1, server.requests)
    }
  }

  private static func send(
    _ url: String, _ limit: Int = 1 << 20, _ timeouts: AsyncHTTPTransport.Timeouts = .init()
  ) async throws -> (HTTPResponse?, TransportError?) {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let transport = AsyncHTTPTransport(userAgent: "outhaul/test", timeouts: timeouts, logger: logger)
    var result: (HTTPResponse?, TransportError?)
    do {
      let request = HTTPRequest("POST", url, headers: [("X-One", "1")], body: Array("body".utf8))
      result.0 = try await transport.send(request, limit: limit)
    } catch let error as TransportError {
      #expect(!error.message.contains("CANARY"))
      result.1 = error
    }
    try await transport.shutdown()
    return result
  }

  @Test func `a request arrives as it was made`() async throws {
    let (answer, _, requests) = try await send(.json(200, "{}", ["Retry-After": "7"]))

    #expect(requests.first?.line == "POST /a%20b?sig=CANARY HTTP/1.1")
    #expect(requests.first?.body == "body")
    #expect(requests.first?.fields["user-agent"] == "outhaul/test")
    #expect(requests.first?.fields["x-one"] == "1")
    #expect(answer?.head.retryAfter(now: Instant(seconds: 0)) == .seconds(7))
  }

  @Test func `gzip is undone, and damaged gzip is no answer`() async throws {
    var damaged = Self.gzip
    damaged[12] ^= 0xFF

    #expect(try await send(.answer(200, ["Content-Encoding": "gzip"], Self.gzip)).0?.json == ["hello": "world"])
    #expect(try await send(.answer(200, ["Content-Encoding": "gzip"], damaged)).1?.mayHaveArrived == true)
  }

  @Test func `a redirect is an answer and is not followed`() async throws {
    let (answer, _, requests) = try await send(.answer(302, ["Location": "http://127.0.0.1:9/elsewhere"]))

    #expect(answer?.head.status == 302)
    #expect(requests.count == 1)
  }

  @Test func `an answer that is longer than wanted is refused`() async throws {
    #expect(
      try await send(.answer(200, [:], Array(repeating: 65, count: 5000)), limit: 4999).1?.kind
        == .tooLarge(limit: 4999))
    #expect(try await send(.answer(200, [:], Array(repeating: 65, count: 5000)), limit: 5000).0?.body.count == 5000)
  }

  @Test(arguments: ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "nonsense\r\n\r\n"])
  func `a connection that ends early may have brought the request`(bytes: String) async throws {
    let error = try #require(try await send(.raw(Array(bytes.utf8))).1)

    #expect(error.kind == .cut)
    #expect(error.mayHaveArrived)
  }

  @Test func `silence ends with the time-out, and may have brought the request`() async throws {
    let error = try #require(
      try await send(.hang, timeouts: .init(read: .milliseconds(200), total: .milliseconds(400))).1)

    #expect(error.kind == .timedOut)
    #expect(error.mayHaveArrived)
  }

  @Test func `where nobody listens nothing has arrived`() async throws {
    let port = try ScriptedServer.unusedPort()

    let error = try await Self.send(
      "http://127.0.0.1:\(port)/", 1, .init(connect: .milliseconds(500), total: .seconds(5))
    ).1

    #expect(error?.kind == .unreachable)
    #expect(error?.mayHaveArrived == false)
  }

  @Test(arguments: [
    ("30", Duration.seconds(30)), ("0", .zero), ("999999999", .seconds(86_400)),
    ("Wed, 10 Feb 2016 12:00:05 GMT", .seconds(5)), ("Wed, 10 Feb 2016 11:59:00 GMT", .zero),
  ])
  func `Retry-After is seconds or a date, and at most a day`(text: String, expected: Duration) {
    let head = HTTPHead(status: 429, headers: [("retry-after", text)])

    #expect(head.retryAfter(now: Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)) == expected)
    #expect(HTTPHead(status: 429, headers: [("Retry-After", "soon")]).retryAfter(now: Instant(seconds: 0)) == nil)
  }
}
