// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@testable import ExportHTTP

@Suite struct ProxyTests {
  private static func proxy(_ environment: [String: String], _ url: String) throws -> String? {
    let parts = try #require(URLParts(url))
    return try ProxySettings(environment: environment).proxy(for: parts).map { "\($0.kind) \($0.host):\($0.port)" }
  }

  @Test(
    arguments: [
      (["HTTPS_PROXY": "http://p:3128"], "https://a.example/", "http p:3128"),
      (["https_proxy": "http://p:3128", "HTTPS_PROXY": "http://q:1"], "https://a.example/", "http p:3128"),
      (["HTTPS_PROXY": "p:3128"], "https://a.example/", "http p:3128"),
      (["HTTPS_PROXY": "http://p"], "https://a.example/", "http p:80"),
      (["HTTPS_PROXY": "http://[fd00::1]:3128/"], "https://a.example/", "http fd00::1:3128"),
      (["HTTP_PROXY": "http://p:3128"], "https://a.example/", nil),
      (["HTTP_PROXY": "http://p:3128"], "http://a.example/", "http p:3128"),
      (["ALL_PROXY": "socks5://p"], "https://a.example/", "socks p:1080"),
      (["ALL_PROXY": "socks5h://p:9", "HTTPS_PROXY": "http://q:1"], "https://a.example/", "http q:1"),
      (["HTTPS_PROXY": ""], "https://a.example/", nil), ([:], "https://a.example/", nil),
      // Never this machine, and never its metadata service.
      (["ALL_PROXY": "http://p:1"], "http://127.0.0.1:8080/", nil),
      (["ALL_PROXY": "http://p:1"], "http://localhost/", nil),
      (["ALL_PROXY": "http://p:1"], "http://169.254.169.254/metadata", nil),
      (["ALL_PROXY": "http://p:1"], "http://[::1]/", nil),
    ] as [([String: String], String, String?)])
  func `the environment says which proxy`(environment: [String: String], url: String, expected: String?) throws {
    #expect(try Self.proxy(environment, url) == expected)
  }

  @Test(arguments: [
    ("a.example", "https://a.example/", true), ("a.example", "https://b.a.example/", true),
    (".a.example", "https://b.a.example/", true), ("*.a.example", "https://b.a.example/", true),
    ("a.example", "https://ba.example/", false), ("x, A.Example", "https://a.example/", true),
    ("a.example:443", "https://a.example/", true), ("a.example:444", "https://a.example/", false),
    ("*", "https://a.example/", true), ("10.0.0.1", "https://10.0.0.1/", true), ("", "https://a.example/", false),
    ("fd00::1", "https://[fd00::1]/", true),
  ])
  func `some hosts are reached without it`(list: String, url: String, isExempt: Bool) throws {
    let environment = ["HTTPS_PROXY": "http://p:1", "NO_PROXY": list]

    #expect(try Self.proxy(environment, url) == (isExempt ? nil : "http p:1"))
  }

  @Test(arguments: [
    "ftp://p:1", "https://p:1", "http://p:99999", "socks5://CANARY:x@p:1", "http://CANARY%zz@p:1", "://",
  ])
  func `an address that is none is told by its variable, and not repeated`(text: String) async throws {
    let error = try await Sending.failure("https://a.example/", environment: ["HTTPS_PROXY": text])

    #expect(
      error
        == TransportError(
          .proxy, "HTTPS_PROXY is no address of a proxy: write http://HOST:PORT or socks5://HOST:PORT"))
    #expect(!error.mayHaveArrived)
  }

  @Test func `requests go through the proxy, which is told who asks`() async throws {
    try await SocketServer.with({ _ in .json(#"{"through":true}"#) }) { target in
      let port = target.port
      try await SocketServer.with({ $0.method == "CONNECT" ? .tunnel(port) : .answer(500) }) { proxy in
        let environment = ["http_proxy": "http://us%20er:p%3Aw@127.0.0.1:\(proxy.port)"]

        let answers = try await Sending.with(environment: environment) { transport in
          [
            try await transport.send(HTTPRequest("GET", "http://exports.example/a")),
            try await transport.send(HTTPRequest("GET", "http://exports.example/b")),
            // This one is this machine: it goes there directly.
            try await transport.send(HTTPRequest("GET", target.url + "/c")),
          ]
        }

        #expect(answers.map(\.json) == Array(repeating: ["through": true], count: 3))
        #expect(target.requests.map(\.target) == ["/a", "/b", "/c"])
        #expect(target.requests.map { $0.fields["host"] }.prefix(2) == ["exports.example", "exports.example"])
        #expect(target.requests.allSatisfy { $0.fields["proxy-authorization"] == nil })
        // `us er:p:w`
        #expect(proxy.requests.map(\.target) == ["exports.example:80"])
        #expect(proxy.requests.map { $0.fields["proxy-authorization"] } == ["Basic dXMgZXI6cDp3"])
      }
    }
  }

  @Test func `a proxy that refuses is told as that, without its login`() async throws {
    try await SocketServer.with({ _ in .answer(407) }) { proxy in
      let refused = try await Sending.failure(
        "https://exports.example/", environment: ["ALL_PROXY": "http://CANARY:CANARY@127.0.0.1:\(proxy.port)"])

      #expect(refused == TransportError(.proxy, "the proxy asks for another user or password"))
    }
    try await SocketServer.with({ _ in .answer(502) }) { proxy in
      let refused = try await Sending.failure(
        "https://exports.example/", environment: ["ALL_PROXY": "http://127.0.0.1:\(proxy.port)"])

      #expect(refused == TransportError(.proxy, "the proxy refuses to connect"))
    }
    try await SocketServer.with({ _ in .hang }) { proxy in
      let silent = try await Sending.failure(
        "https://exports.example/", .init(connect: .milliseconds(300), total: .seconds(20)),
        environment: ["ALL_PROXY": "http://127.0.0.1:\(proxy.port)"])

      #expect(
        silent
          == TransportError(.unreachable, "no connection within 300ms (connect or proxy handshake or TLS handshake)"))
    }
  }
}
