// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Synchronization

/// Keeps requests instead of sending them, as people may see them. A request for a token is given a mask.
final class UnsentTransport: HTTPTransport {
  private struct State {
    var purpose = ""
    var requests: [DryTrial.Request] = []
  }

  private let state = Mutex(State())
  private let redaction: Redaction

  init() {
    redaction = Redaction(hosts: [], hidesLinks: false)
    redaction.learn(MaskedProof.stand)
  }

  var requests: [DryTrial.Request] { state.withLock { $0.requests } }

  /// What the next requests are for.
  var purpose: String {
    get { state.withLock { $0.purpose } }
    set { state.withLock { $0.purpose = newValue } }
  }

  /// Keeps the first request of what the body asks for. What cannot be made is told by a request that is missing.
  func made(_ purpose: String, _ body: () async throws -> Void) async throws {
    self.purpose = purpose
    do { try await body() } catch is ServiceError {
      // Nobody was asked, as was wanted.
    }
  }

  func send(_ request: HTTPRequest, limit: Int) async throws -> HTTPResponse {
    guard purpose == "token" else { throw kept(request) }
    keep(request, for: purpose)
    let answer: JSONValue = ["access_token": .string(MaskedProof.stand.reveal()), "expires_in": 3600]
    return HTTPResponse(HTTPHead(status: 200), body: answer.canonicalBytes)
  }

  func stream<Value: Sendable>(
    _ request: HTTPRequest, _ consume: (HTTPHead, ByteReader) async throws -> Value
  ) async throws -> Value { throw kept(request) }

  func keep(_ request: HTTPRequest, for purpose: String) {
    for secret in redaction.secrets(in: request.headers) { redaction.learn(secret) }
    let body = request.body.flatMap { bytes in
      WatchedBody(bytes, bytes: bytes.count) { redaction.hidden($0) }
    }
    let event = WatchedEvent.sent(
      method: request.method, url: redaction.hidden(request.url), headers: redaction.hidden(request.headers),
      body: body)
    state.withLock { $0.requests.append(DryTrial.Request(purpose: purpose, event: event)) }
  }

  private func kept(_ request: HTTPRequest) -> TransportError {
    let purpose = purpose
    if requests.last?.purpose != purpose { keep(request, for: purpose) }
    return TransportError(.unreachable, "nothing is sent")
  }
}
