// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// One request for a token and what its answer means.
struct TokenExchange: Sendable {
  /// Whom was asked, for messages: `the token endpoint`.
  var place: String
  /// Who asks: `client 1111…`.
  var who: String
  var secrets: [Secret] = []
  var requestID: String
  var now: Instant

  func send(_ request: HTTPRequest, over transport: any HTTPTransport) async throws -> HTTPResponse {
    do {
      return try await transport.send(request, limit: 1 << 20)
    } catch let error as TransportError {
      throw ServiceError(
        error.errorClass, "cannot get a token from \(place): \(error.message) (request \(requestID))",
        requestID: requestID, isUnreachable: !error.mayHaveArrived)
    }
  }

  /// - Throws: `ServiceError`: `.login` when the credential is refused; `.again` for what is no answer at all.
  func token(in response: HTTPResponse) throws -> FetchedToken {
    guard response.head.status == 200 else { throw refusal(response) }
    guard let body = response.json, let text = body["access_token"]?.string, Self.canTravel(text) else {
      throw failure(.again, "\(place) answered 200 without a token that can be used", response)
    }
    // None at all would be a request for each use.
    let refresh = TokenSeconds.read(body["refresh_in"]).flatMap { $0 > 0 ? Duration.seconds($0) : nil }
    return FetchedToken(token: Secret(text), life: life(body), refreshIn: refresh)
  }

  /// What can stand in a header, and is not empty.
  static func canTravel(_ token: String) -> Bool {
    !token.isEmpty && token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }

  // MARK: Parts

  /// `expires_in`, else what `expires_on` leaves; an hour when neither is said.
  private func life(_ body: JSONValue) -> Duration {
    if let seconds = TokenSeconds.read(body["expires_in"]) { return .seconds(seconds) }
    guard let end = TokenSeconds.read(body["expires_on"]) else { return .seconds(3600) }
    return max(.zero, now.duration(to: Instant(seconds: end)))
  }

  private func refusal(_ response: HTTPResponse) -> ServiceError {
    let status = response.head.status
    switch status {
    case 429: return failure(.busy, "\(place) answered 429: too many requests", response)
    case 500...: return failure(.again, "\(place) answered \(status)", response)
    case 300..<400:
      return failure(.never, "\(place) answered \(status): a request for a token is not sent elsewhere", response)
    default: break
    }
    // A page of a gateway, or half an answer, says nothing of the credential.
    guard let body = response.json, case .object = body else {
      return failure(.again, "\(place) answered \(status) with something that is no JSON", response)
    }
    let passes = body["error"]?.string == "temporarily_unavailable" || status == 408
    if passes { return failure(.again, "\(place) answered \(status): \(words(body))", response) }
    return failure(.login, "the credential of \(who) was refused: \(words(body))", response)
  }

  /// The first line of what is said, with Microsoft's code where the line has none.
  /// Secrets are taken out before it is cut.
  func words(_ body: JSONValue) -> String {
    let texts = [body["error_description"]?.string, body["message"]?.string, body["error"]?.string]
    let described = texts.compactMap { $0 }.first { !$0.isEmpty } ?? "no reason given"
    let line = described.split(whereSeparator: \.isNewline).first.map(String.init) ?? described
    guard !line.contains("AADSTS"), let code = body["error_codes"]?.array?.first?.int else {
      return String(redacted(line).prefix(300))
    }
    return "AADSTS\(code): \(redacted(line).prefix(300))"
  }

  /// Without secrets, also as they stand in a form.
  private func redacted(_ text: String) -> String {
    secrets.filter { !$0.isEmpty }.map { $0.reveal() }.reduce(text) { text, secret in
      Secret.hide(PercentEncoding.encode(secret), in: Secret.hide(secret, in: text))
    }
  }

  func failure(
    _ kind: ErrorClass, _ message: String, _ response: HTTPResponse, retryAfter: Duration? = nil
  ) -> ServiceError {
    ServiceError(
      kind, "\(redacted(message)) (\(response.head.reference(requestID)))",
      retryAfter: retryAfter ?? response.head.retryAfter(now: now),
      status: response.head.status, requestID: requestID)
  }
}
