// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// One client for each proxy, and one without: a client knows one proxy, and undoes gzip always or never. Each keeps its
/// connections.
final class ClientPool: Sendable {
  private let configuration: HTTPClient.Configuration
  private let proxies: ProxySettings
  private let clients = Mutex<[Kind: HTTPClient]>([:])
  /// Those that were found for what URLs begin with, so that it is not taken apart for each request.
  private let known = Mutex<[Start: HTTPClient]>([:])

  /// A URL up to its path.
  private struct Start: Hashable {
    var text: String
    var keepsEncoding: Bool
  }

  private struct Kind: Hashable {
    var proxy: ProxyServer?
    var keepsEncoding: Bool
  }

  init(_ timeouts: AsyncHTTPTransport.Timeouts, proxies: ProxySettings) {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .init(timeouts.connect), read: .init(timeouts.read))
    configuration.decompression = .enabled(limit: .ratio(200))
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    // Who retries is decided above: the pool's own pauses grow to a minute, and a service that is back is not seen so long.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    // What would be told of requests is told by the report.
    configuration.tracing.tracer = nil
    (self.configuration, self.proxies) = (configuration, proxies)
  }

  /// The client that reaches a URL.
  /// - Throws: `TransportError` when the URL or the proxy's address is none.
  func client(for url: String, keepsEncoding: Bool = false) throws(TransportError) -> HTTPClient {
    let start = Start(text: Self.start(of: url), keepsEncoding: keepsEncoding)
    if let client = known.withLock({ $0[start] }) { return client }
    let client = try found(for: url, keepsEncoding)
    known.withLock { known in
      if known.count >= Self.knownLimit { known = [:] }
      known[start] = client
    }
    return client
  }

  private static let knownLimit = 100

  /// Threads that move bytes, encrypt them and undo gzip of answers, for the life of the process. Half as many as cores, at
  /// least one: what is done with the bytes happens elsewhere, and of a short answer each hand-over from one thread to another
  /// costs more than its bytes.
  private static let loops = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount / 2))

  private static func start(of url: String) -> String {
    var slashes = 0
    let end = url.utf8.firstIndex { byte in
      if byte == UInt8(ascii: "/") { slashes += 1 }
      return slashes == 3 || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }
    return String(url[..<(end ?? url.endIndex)])
  }

  private func found(for url: String, _ keepsEncoding: Bool) throws(TransportError) -> HTTPClient {
    guard let parts = URLParts(url) else { throw TransportError(.unreachable, "the address is no http or https URL") }
    let proxy = try proxies.proxy(for: parts)
    return clients.withLock { clients in
      let kind = Kind(proxy: proxy, keepsEncoding: keepsEncoding)
      if let client = clients[kind] { return client }
      var configuration = configuration
      if keepsEncoding { configuration.decompression = .disabled }
      configuration.proxy = proxy.map(HTTPClient.Configuration.Proxy.init)
      let client = HTTPClient(eventLoopGroupProvider: .shared(Self.loops), configuration: configuration)
      clients[kind] = client
      return client
    }
  }

  /// What comes before a request to this URL, in words.
  func connecting(to url: String) -> String {
    guard let parts = URLParts(url) else { return "connect" }
    let hasProxy = (try? proxies.proxy(for: parts)) != nil
    let phases =
      ["connect"] + (hasProxy ? ["proxy handshake"] : []) + (parts.scheme == "https" ? ["TLS handshake"] : [])
    return phases.joined(separator: " or ")
  }

  /// Closes every connection.
  func shutdown() async throws {
    known.withLock { $0 = [:] }
    let all = clients.withLock { clients in
      defer { clients = [:] }
      return Array(clients.values)
    }
    for client in all { try await client.shutdown() }
  }
}

extension HTTPClient.Configuration.Proxy {
  init(_ proxy: ProxyServer) {
    switch proxy.kind {
    case .socks: self = .socksServer(host: proxy.host, port: proxy.port)
    case .http:
      let login = proxy.login.map { login in
        HTTPClient.Authorization.basic(credentials: Data(login.reveal().utf8).base64EncodedString())
      }
      self = .server(host: proxy.host, port: proxy.port, authorization: login)
    }
  }
}

extension TimeAmount {
  init(_ duration: Duration) { self = .milliseconds(duration.milliseconds) }
}
