// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import ExportCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// The real transport: pooled connections, TLS on for https, gzip undone.
public final class AsyncHTTPTransport: HTTPTransport {
  /// How long each phase of a request may take.
  public struct Timeouts: Sendable {
    public var connect: Duration
    /// Between two pieces of an answer.
    public var read: Duration
    /// For a request with its whole answer; streams have none.
    public var total: Duration

    public init(connect: Duration = .seconds(5), read: Duration = .seconds(60), total: Duration = .seconds(120)) {
      (self.connect, self.read, self.total) = (connect, read, total)
    }
  }

  private let client: HTTPClient
  private let userAgent: String
  private let timeouts: Timeouts
  private let logger: Logger

  /// Call `shutdown` when it is no longer needed.
  public init(userAgent: String, timeouts: Timeouts = Timeouts(), logger: Logger) {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .init(timeouts.connect), read: .init(timeouts.read))
    configuration.decompression = .enabled(limit: .ratio(200))
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    // Who retries is decided above: the pool's own pauses grow to a minute, and a service that is back is not seen so long.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    (self.userAgent, self.timeouts, self.logger) = (userAgent, timeouts, logger)
  }

  /// Closes every connection. Nothing can be sent after it.
  public func shutdown() async throws { try await client.shutdown() }

  public func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    try await guarded(request) {
      let response = try await client.execute(prepared(request), timeout: .init(timeouts.total), logger: quiet)
      let body = try await response.body.collect(upTo: limit)
      return HTTPResponse(HTTPHead(response), body: Array(buffer: body))
    } tooLarge: {
      TransportError(.tooLarge(limit: limit), "the answer is longer than \(limit) bytes")
    }
  }

  public func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value {
    let response = try await guarded(request) {
      try await client.execute(prepared(request), deadline: .distantFuture, logger: quiet)
    }
    var chunks = response.body.makeAsyncIterator()
    let reader = ByteReader { [self] in
      try await guarded(request) { try await chunks.next().map { Array(buffer: $0) } }
    }
    return try await consume(HTTPHead(response), reader)
  }

  // MARK: Parts

  /// The client's own logger prints URLs, which may hold signatures.
  private var quiet: Logger { Logger(label: "http", factory: { _ in SwiftLogNoOpLogHandler() }) }

  private func prepared(_ request: HTTPRequest) -> HTTPClientRequest {
    var prepared = HTTPClientRequest(url: request.url)
    prepared.method = HTTPMethod(rawValue: request.method)
    prepared.headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
    prepared.headers.replaceOrAdd(name: "User-Agent", value: userAgent)
    if let body = request.body { prepared.body = .bytes(ByteBuffer(bytes: body)) }
    return prepared
  }

  private func guarded<Value>(
    _ request: HTTPRequest, _ body: () async throws -> Value, tooLarge: () -> TransportError = { .init(.cut, "") }
  ) async throws -> Value {
    do {
      return try await body()
    } catch let error as CancellationError {
      throw error
    } catch is NIOTooManyBytesError {
      throw tooLarge()
    } catch {
      let failure = Self.failure(error)
      logger.debug("\(request.title) got no answer: \(failure.message)")
      throw failure
    }
  }

  private static func failure(_ error: any Error) -> TransportError {
    switch error {
    case let error as TransportError: return error
    case let error as NIOConnectionError:
      return TransportError(.unreachable, "cannot reach \(error.host):\(error.port)")
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout, .getConnectionFromPoolTimeout, .invalidURL, .emptyHost, .emptyScheme:
        return TransportError(.unreachable, "cannot connect: \(error.shortDescription)")
      case .readTimeout, .writeTimeout, .deadlineExceeded:
        return TransportError(.timedOut, "no answer in time: \(error.shortDescription)")
      default: return TransportError(.cut, "the connection ended early: \(error.shortDescription)")
      }
    case let error as ChannelError:
      if case .connectTimeout = error { return TransportError(.unreachable, "cannot connect in time") }
      return TransportError(.cut, "the connection ended early")
    case let error as IOError where [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH].contains(error.errnoCode):
      return TransportError(
        .unreachable, "cannot connect: \(error.errnoCode == ECONNREFUSED ? "connection refused" : "no route")")
    default: return TransportError(.cut, "the connection ended early: \(type(of: error))")
    }
  }
}

extension HTTPHead {
  fileprivate init(_ response: HTTPClientResponse) {
    self.init(status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) })
  }
}

extension TimeAmount {
  fileprivate init(_ duration: Duration) { self = .milliseconds(duration.milliseconds) }
}
