// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@testable import ExportHTTP

@Suite struct RedirectTests {
  private static let proven: [(name: String, value: String)] = [
    ("Authorization", "Bearer CANARY"), ("X-Api-Key", "CANARY"), ("Cookie", "CANARY"), ("Accept", "text/csv"),
    ("x-ms-client-request-id", "id-1"),
  ]

  @Test func `a redirect on the same host keeps what proves who asks`() async throws {
    let script: @Sendable (SocketServer.Request) -> SocketServer.Reply = { request in
      request.path == "/old" ? .answer(307, [("Location", "/new?x=1")]) : .json("{}")
    }
    try await SocketServer.with(script) { server in
      let answer = try await Sending.with {
        try await $0.send(HTTPRequest("GET", server.url + "/old?sig=1", headers: Self.proven))
      }

      #expect(answer.head.status == 200)
      #expect(server.requests.map(\.target) == ["/old?sig=1", "/new?x=1"])
      #expect(server.requests.map { $0.fields["authorization"] } == ["Bearer CANARY", "Bearer CANARY"])
      #expect(server.requests.map { $0.fields["x-ms-client-request-id"] } == ["id-1", "id-1"])
      #expect(server.connections == 1)
    }
  }

  @Test(arguments: ["GET", "HEAD"])
  func `nothing that proves who asks goes to another host`(method: String) async throws {
    try await SocketServer.with({ _ in .json("{}") }) { other in
      let place = "\(other.url)/file"
      try await SocketServer.with({ _ in .answer(302, [("Location", place)]) }) { server in
        let answer = try await Sending.with {
          try await $0.send(HTTPRequest(method, server.url + "/", headers: Self.proven))
        }

        #expect(answer.head.status == 200)
        #expect(other.requests.map(\.method) == [method])
        #expect(other.requests.map { $0.fields["accept"] } == ["text/csv"])
        #expect(other.requests.map { $0.fields["x-ms-client-request-id"] } == ["id-1"])
        #expect(!other.requests.contains { $0.fields.values.contains { $0.contains("CANARY") } })
      }
    }
  }

  @Test func `what does more than read is not sent elsewhere`() async throws {
    try await SocketServer.with({ _ in .answer(307, [("Location", "/elsewhere")]) }) { server in
      for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let answer = try await Sending.with { try await $0.send(HTTPRequest(method, server.url + "/", body: [65])) }
        #expect(answer.head.status == 307)
      }

      #expect(server.requests.map(\.path) == ["/", "/", "/", "/"])
    }
  }

  @Test func `redirects end after five, and at a circle`() async throws {
    let script: @Sendable (SocketServer.Request) -> SocketServer.Reply = { request in
      if request.path == "/circle" { return .answer(302, [("Location", "/round")]) }
      if request.path == "/round" { return .answer(302, [("Location", "/circle")]) }
      return .answer(302, [("Location", "/\((Int(request.path.dropFirst()) ?? 0) + 1)")])
    }
    try await SocketServer.with(script) { server in
      let many = try await Sending.failure(server.url + "/0")
      let circle = try await Sending.failure(server.url + "/circle")

      #expect(many == TransportError(.redirect, "the answer redirects for the 6th time in a row"))
      #expect(circle == TransportError(.redirect, "the redirects go round in a circle"))
      #expect(many.errorClass == .again)
      #expect(server.requests.map(\.path) == ["/0", "/1", "/2", "/3", "/4", "/5", "/circle", "/round"])
    }
  }

  @Test func `what stands behind a redirect's head does not matter`() async throws {
    let script: @Sendable (SocketServer.Request) -> SocketServer.Reply = { request in
      let place = [("Location", "/new")]
      switch request.path {
      case "/short": return .answer(302, place, Array("moved".utf8))
      case "/long": return .answer(302, place, [UInt8](repeating: 65, count: 1 << 20))
      case "/cut": return .cut(302, place)
      case "/packed": return .answer(302, place + [("Content-Encoding", "gzip")], Array("no gzip".utf8))
      default: return .json("{}")
      }
    }
    for (path, connections) in [("/short", 1), ("/long", 2), ("/cut", 2), ("/packed", 2)] {
      try await SocketServer.with(script) { server in
        let answer = try await Sending.with { try await $0.send(HTTPRequest("GET", server.url + path)) }

        #expect(answer.head.status == 200 && answer.body == Array("{}".utf8), "\(path)")
        #expect(server.requests.map(\.path) == [path, "/new"])
        #expect(server.connections == connections, "\(path)")
      }
    }
  }

  @Test func `a redirect that is not followed is told before its body has come`() async throws {
    let script: @Sendable (SocketServer.Request) -> SocketServer.Reply = { request in
      request.path == "/" ? .answer(302, [("Location", "/round")]) : .trickle(302, [("Location", "/")])
    }
    try await SocketServer.with(script) { server in
      let error = try await Sending.failure(server.url + "/")

      #expect(error == TransportError(.redirect, "the redirects go round in a circle"))
    }
  }

  @Test(arguments: [
    (
      "https://a.example/x", "http://a.example/y",
      "the answer redirects from https to plain http, which is not followed"
    ),
    (
      "https://a.example/x", "http://127.0.0.1/y",
      "the answer redirects from https to plain http, which is not followed"
    ),
    (
      "http://127.0.0.1:1/x", "http://a.example/", "the answer redirects from http to plain http, which is not followed"
    ),
    ("https://a.example/x", "ftp://a.example/", "the answer redirects to something that is no http address"),
    ("https://a.example/x", "https://user@a.example/", "the answer redirects to something that is no http address"),
    ("https://a.example/x", "https:///x", "the answer redirects to something that is no http address"),
  ])
  func `a redirect to a place that is not safe is a failure`(from: String, to: String, message: String) throws {
    let request = HTTPRequest("GET", from)
    var rule = RedirectRule(request)

    let error = #expect(throws: TransportError.self) {
      try rule.next(request, HTTPHead(status: 302, headers: [("Location", to)]))
    }

    #expect(error == TransportError(.redirect, message))
  }

  @Test(arguments: [
    ("https://b.example/y?z", "https://b.example/y?z"), ("//b.example/y", "https://b.example/y"),
    ("/y", "https://a.example:8443/y"), ("y", "https://a.example:8443/d/y"), ("?y", "https://a.example:8443/d/x?y"),
    ("/y#part", "https://a.example:8443/y"), ("/y?u=http://c.example", "https://a.example:8443/y?u=http://c.example"),
  ])
  func `where a redirect leads is told from where it stands`(location: String, expected: String) throws {
    let request = HTTPRequest("GET", "https://a.example:8443/d/x?q")
    var rule = RedirectRule(request)

    let next = try rule.next(request, HTTPHead(status: 301, headers: [("location", location)]))

    #expect(next?.url == expected)
  }

  @Test func `an answer without a place to go to is the answer`() throws {
    let request = HTTPRequest("GET", "https://a.example/x")
    var rule = RedirectRule(request)

    #expect(try rule.next(request, HTTPHead(status: 302)) == nil)
    #expect(try rule.next(request, HTTPHead(status: 304, headers: [("Location", "/y")])) == nil)
    #expect(try rule.next(request, HTTPHead(status: 200, headers: [("Location", "/y")])) == nil)
  }
}
