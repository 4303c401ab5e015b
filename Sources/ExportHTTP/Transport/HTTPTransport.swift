// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// One request.
public struct HTTPRequest: Sendable {
  public var method: String
  /// Absolute; it may hold a signature, so it never stands in an error or a log.
  public var url: String
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]?
  /// For the whole exchange, where it is to be shorter than the transport's own.
  public var timeLimit: Duration?
  /// The answer's bytes are wanted as they are stored: a `Content-Encoding` is not undone.
  public var keepsEncoding = false
  /// The address alone permits what is asked: nothing of it is logged but the host.
  public var isLink = false

  public init(_ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil) {
    (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
  }

  /// `GET /path`, without host and query, for messages.
  public var title: String {
    guard !isLink else { return "\(method) <secret>" }
    let path = url.split(separator: "?", maxSplits: 1).first.map(String.init) ?? url
    let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
    return "\(method) /\(parts.count > 2 ? parts[2] : "")"
  }
}

/// The head of an answer.
public struct HTTPHead: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)]

  public init(status: Int, headers: [(name: String, value: String)] = []) {
    (self.status, self.headers) = (status, headers)
  }

  /// The first header of that name, in any case.
  public func header(_ name: String) -> String? {
    headers.first { HTTPHead.isSame($0.name, name) }?.value
  }

  /// Names of headers, whose letters may be large or small.
  public static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.count == other.utf8.count && zip(one.utf8, other.utf8).allSatisfy { $0 == $1 || small($0) == small($1) }
  }

  private static func small(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// `Retry-After` in seconds or as an HTTP date; at most a day.
  public func retryAfter(now: Instant) -> Duration? {
    guard let text = header("Retry-After") else { return nil }
    let pause: Duration
    if let seconds = Int64(text) {
      pause = .seconds(seconds)
    } else if let date = HTTPDate.parse(text) {
      pause = now.duration(to: date)
    } else {
      return nil
    }
    return min(max(pause, .zero), .seconds(86_400))
  }
}

public struct HTTPResponse: Sendable {
  public var head: HTTPHead
  public var body: [UInt8]

  public init(_ head: HTTPHead, body: [UInt8] = []) { (self.head, self.body) = (head, body) }

  /// The body as JSON, whatever its content type says; `nil` when it is none.
  public var json: JSONValue? { try? JSONValue(parsing: body) }
}

/// Sends requests. Redirects of `GET` and `HEAD` are followed within bounds; those of other requests are answers. What
/// proves who asks never travels to another host.
public protocol HTTPTransport: Sendable {
  /// Sends a request and reads the whole answer, at most `limit` bytes of it.
  /// - Throws: `TransportError`, or `CancellationError` when the calling task is cancelled.
  func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse

  /// Sends a request and hands over the answer's bytes as they come; the body ends by returning.
  /// - Throws: as `send`, and what `consume` throws.
  func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value
}

extension HTTPTransport {
  /// 16 MiB: the longest answer that is not a file.
  public static var answerLimit: Int { 16 << 20 }

  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    try await send(request, limit: Self.answerLimit)
  }
}
