// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Synchronization

/// A request and its answer as people may see them: nothing secret is in them.
public enum WatchedEvent: Sendable {
  case sent(method: String, url: String, headers: [(name: String, value: String)], body: WatchedBody?)
  case answered(status: Int, headers: [(name: String, value: String)], body: WatchedBody?, took: Duration)
  /// No answer came, or it was broken off.
  case failed(String)
}

/// The beginning of a body.
public struct WatchedBody: Sendable, Equatable {
  /// More of a body is not shown.
  public static let shown = 2 << 10
  /// So much is looked at, so that no secret is cut in two and no longer told as one.
  static let looked = 64 << 10

  /// `nil` for what is no text.
  public var text: String?
  public var bytes: Int
  /// There is more than `text`.
  public var isCut: Bool

  /// - Parameter start: the beginning of it, at least `looked` bytes where there are as many.
  init?(_ start: some Collection<UInt8>, bytes: Int, hide: (String) -> String) {
    guard bytes > 0 else { return nil }
    self.bytes = bytes
    let looked = Array(start.prefix(Self.looked))
    guard let whole = Self.text(looked, isWhole: looked.count == bytes) else {
      (text, isCut) = (nil, true)
      return
    }
    let hidden = hide(whole)
    let shown = String(decoding: hidden.utf8.prefix(Self.shown), as: UTF8.self)
    (text, isCut) = (shown, shown.utf8.count < hidden.utf8.count || looked.count < bytes)
  }

  /// A character at the end may be cut in two.
  private static func text(_ bytes: [UInt8], isWhole: Bool) -> String? {
    for cut in 0...(isWhole ? 0 : min(3, bytes.count)) {
      if let text = String(validating: bytes.dropLast(cut), as: UTF8.self) { return text }
    }
    return nil
  }
}

/// Tells of every request and every answer on its way.
struct WatchedTransport: HTTPTransport {
  let base: any HTTPTransport
  let redaction: Redaction
  let observe: @Sendable (WatchedEvent) -> Void
  /// Told of whole answers as they are.
  var peek: @Sendable (HTTPRequest, HTTPResponse) -> Void = { _, _ in }

  func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    let start = sent(request)
    do {
      let response = try await base.send(request, limit: limit)
      learn(response)
      peek(request, response)
      answered(response.head, response.body, bytes: response.body.count, since: start)
      return response
    } catch {
      throw failed(error)
    }
  }

  func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value {
    let start = sent(request)
    do {
      return try await base.stream(request) { head, body in
        var (beginning, bytes): ([UInt8], Int) = ([], 0)
        let reader = ByteReader {
          let chunk = try await body.next()
          bytes += chunk?.count ?? 0
          if let chunk, beginning.count < WatchedBody.looked { beginning += chunk.prefix(WatchedBody.looked) }
          return chunk
        }
        defer { answered(head, beginning, bytes: bytes, since: start) }
        return try await consume(head, reader)
      }
    } catch {
      throw failed(error)
    }
  }

  // MARK: Parts

  private func sent(_ request: HTTPRequest) -> ContinuousClock.Instant {
    // A service may repeat what it was sent.
    for secret in redaction.secrets(in: request.headers) { redaction.learn(secret) }
    let body = request.body.flatMap { bytes in
      WatchedBody(bytes, bytes: bytes.count) { redaction.hidden($0) }
    }
    observe(
      .sent(
        method: request.method, url: redaction.hidden(request.url), headers: redaction.hidden(request.headers),
        body: body))
    return .now
  }

  private func answered(_ head: HTTPHead, _ body: [UInt8], bytes: Int, since start: ContinuousClock.Instant) {
    let body = WatchedBody(body, bytes: bytes) { redaction.hidden($0, isAnswer: true) }
    observe(
      .answered(
        status: head.status, headers: redaction.hidden(head.headers, isAnswer: true), body: body, took: .now - start))
  }

  private func failed(_ error: any Error) -> any Error {
    if let error = error as? TransportError { observe(.failed(redaction.hidden(error.message))) }
    return error
  }

  /// A token that was given is a secret from then on.
  private func learn(_ response: HTTPResponse) {
    guard let json = response.json else { return }
    for name in ["access_token", "accessToken", "refresh_token", "id_token"] {
      if let token = json[name]?.string { redaction.learn(Secret(token)) }
    }
  }
}
