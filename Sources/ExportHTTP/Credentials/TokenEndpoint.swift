// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// An OAuth token endpoint: a form goes there, and a token comes back (contract.md, sections 4.1 and 4.2).
struct TokenEndpoint: Sendable {
  /// A token request goes here and nowhere else: a redirect of it is not followed.
  var url: String
  /// Who asks, for messages: `client 1111…`.
  var who: String
  /// Never repeated in a message, even when the endpoint does.
  var secrets: [Secret]

  func fetch(
    _ form: [(name: String, value: String)], headers: [(name: String, value: String)] = [], in world: CredentialWorld
  ) async throws -> FetchedToken {
    let requestID = RequestID.next()
    let body = form.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
    let request = HTTPRequest(
      "POST", url,
      headers: headers + [
        ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
        ("client-request-id", requestID), ("x-ms-client-request-id", requestID),
      ], body: Array(body.joined(separator: "&").utf8))
    let exchange = TokenExchange(
      place: "the token endpoint", who: who, secrets: secrets, requestID: requestID, now: world.now())
    return try exchange.token(in: try await exchange.send(request, over: world.transport))
  }
}
