// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import ExportCore
import Logging
import NIOCore
import NIOHTTP1

/// The real transport: pooled connections, TLS on for https, gzip undone, proxies as the environment says.
public final class AsyncHTTPTransport: HTTPTransport {
  /// How long each phase of a request may take.
  public struct Timeouts: Sendable {
    /// Until the request can be sent: the connection, the proxy's consent, the TLS session.
    public var connect: Duration
    /// Between two pieces of an answer, and before the first.
    public var read: Duration
    /// For a request with its whole answer, redirects included; streams have none.
    public var total: Duration

    public init(connect: Duration = .seconds(5), read: Duration = .seconds(60), total: Duration = .seconds(120)) {
      (self.connect, self.read, self.total) = (connect, read, total)
    }
  }

  private let clients: ClientPool
  private let userAgent: String
  private let timeouts: Timeouts
  private let log: ExchangeLog

  /// Call `shutdown` when it is no longer needed.
  /// - Parameter userAgent: `outhaul/1.0`.
  public init(
    userAgent: String, timeouts: Timeouts = Timeouts(), proxies: ProxySettings = .none, logger: Logger
  ) {
    clients = ClientPool(timeouts, proxies: proxies)
    (self.userAgent, self.timeouts, log) = (userAgent, timeouts, ExchangeLog(logger))
  }

  /// Closes every connection. Nothing can be sent after it.
  public func shutdown() async throws { try await clients.shutdown() }

  public func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    let began = ContinuousClock.now
    let response = try await guarded(request) { try await whole(request, limit: limit) }
    log.answered(request, response.head, after: .now - began)
    return response
  }

  public func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value {
    let began = ContinuousClock.now
    let (response, head) = try await guarded(request) {
      try await execute(request, ExchangeDeadline(request.timeLimit))
    }
    log.answered(request, head, after: .now - began)
    var chunks = response.body.makeAsyncIterator()
    let reader = ByteReader { [self] in
      try await guarded(request) { try await chunks.next().map { Array(buffer: $0) } }
    }
    return try await consume(head, reader)
  }

  // MARK: Parts

  /// The answer behind the redirects.
  private func whole(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    let deadline = ExchangeDeadline(min(request.timeLimit ?? timeouts.total, timeouts.total))
    var (request, redirects) = (request, RedirectRule(request))
    while true {
      let client = try clients.client(for: request.url, keepsEncoding: request.keepsEncoding)
      let answer = WholeAnswer(limit: limit) { [request, redirects] in redirects.interest(request, $0) }
      let response = try await answer.get(
        HTTPClient.Request(whole: request, headers: headers(of: request)), by: client, until: deadline.point)
      guard let next = try redirects.next(request, response.head) else { return response }
      request = next
      // The client takes a deadline that has just passed for one that it may still keep.
      try deadline.check()
    }
  }

  /// The answer behind the redirects, with its body still to come.
  private func execute(_ request: HTTPRequest, _ deadline: ExchangeDeadline) async throws -> (
    HTTPClientResponse, HTTPHead
  ) {
    var (request, redirects) = (request, RedirectRule(request))
    while true {
      let client = try clients.client(for: request.url, keepsEncoding: request.keepsEncoding)
      let response = try await client.execute(prepared(request), deadline: deadline.point, logger: quiet)
      let head = HTTPHead(response.status, response.headers)
      guard let next = try redirects.next(request, head) else { return (response, head) }
      request = next
      // A short body is read, so that the connection can be used again. One that does not end costs the connection.
      let patience = deadline.limit == nil ? ExchangeDeadline(timeouts.total) : deadline
      _ = try? await patience.bound { try await response.body.collect(upTo: 64 << 10) }
      // The client takes a deadline that has just passed for one that it may still keep.
      try deadline.check()
    }
  }

  /// The client's own logger prints URLs, which may hold signatures.
  private let quiet = Logger(label: "http", factory: { _ in SwiftLogNoOpLogHandler() })

  private func prepared(_ request: HTTPRequest) -> HTTPClientRequest {
    var prepared = HTTPClientRequest(url: request.url)
    prepared.method = HTTPMethod(rawValue: request.method)
    prepared.headers = headers(of: request)
    if let body = request.body { prepared.body = .bytes(ByteBuffer(bytes: body)) }
    return prepared
  }

  private func headers(of request: HTTPRequest) -> HTTPHeaders {
    var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
    headers.replaceOrAdd(name: "User-Agent", value: userAgent)
    return headers
  }

  private func guarded<Value>(_ request: HTTPRequest, _ body: () async throws -> Value) async throws -> Value {
    let began = ContinuousClock.now
    do {
      return try await body()
    } catch let error as CancellationError {
      throw error
    } catch {
      var timeouts = timeouts
      if let limit = request.timeLimit { timeouts.total = min(limit, timeouts.total) }
      let phases = TransportPhases(timeouts: timeouts, connecting: clients.connecting(to: request.url))
      let failure = TransportError(error, phases)
      log.failed(request, failure, after: .now - began)
      throw failure
    }
  }
}

extension HTTPClient.Request {
  fileprivate init(whole request: HTTPRequest, headers: HTTPHeaders) throws {
    try self.init(
      url: request.url, method: HTTPMethod(rawValue: request.method), headers: headers,
      body: request.body.map { .byteBuffer(ByteBuffer(bytes: $0)) })
  }
}
