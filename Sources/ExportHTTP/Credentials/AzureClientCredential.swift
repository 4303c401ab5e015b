// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A service principal with a client secret (contract.md, sections 4.1 and 4.2).
public struct AzureClientCredential: Sendable {
  public enum Endpoint: Sendable { case v1, v2 }

  public static let defaultAuthority = "https://login.microsoftonline.com"

  public var tenant: String
  public var client: String
  public var secret: Secret
  public var authority: String
  public var endpoint: Endpoint

  /// - Parameter authority: without a slash at its end; `nil`: Microsoft's own.
  public init(tenant: String, client: String, secret: Secret, authority: String? = nil, endpoint: Endpoint = .v1) {
    (self.tenant, self.client, self.secret) = (tenant, client, secret)
    (self.authority, self.endpoint) = (authority ?? Self.defaultAuthority, endpoint)
  }

  /// One request for a token.
  func fetch(over transport: any HTTPTransport) async throws -> CachedTokens.Fetched {
    let response: HTTPResponse
    do {
      response = try await transport.send(request)
    } catch let error as TransportError {
      throw ServiceError(
        .again, "cannot get a token: \(error.message)", isUnreachable: error.kind == .unreachable)
    }
    guard response.head.status == 200, let body = response.json, let token = body["access_token"]?.string else {
      throw refusal(response)
    }
    return CachedTokens.Fetched(token: Secret(token), life: Self.life(body["expires_in"]))
  }

  private var request: HTTPRequest {
    var form = [
      ("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret.reveal()),
    ]
    let path: String
    switch endpoint {
    case .v1:
      path = "oauth2/token"
      form.append(("resource", "https://management.core.windows.net/"))
    case .v2:
      path = "oauth2/v2.0/token"
      form.append(("scope", "https://management.azure.com/.default"))
    }
    let body = form.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    return HTTPRequest(
      "POST", "\(authority)/\(PercentEncoding.encode(tenant))/\(path)",
      headers: [
        ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
        ("client-request-id", RequestID.next()),
      ], body: Array(body.utf8))
  }

  /// Seconds, as a number (v2) or a text (v1); an hour when it is not said.
  private static func life(_ value: JSONValue?) -> Duration {
    .seconds(value?.int ?? value?.string.flatMap { Int64($0) } ?? 3600)
  }

  private func refusal(_ response: HTTPResponse) -> ServiceError {
    let status = response.head.status
    guard status < 500, status != 429 else {
      return ServiceError(
        status == 429 ? .busy : .again, "the token endpoint answered \(status)",
        retryAfter: response.head.retryAfter(now: WallClock().now), status: status)
    }
    let described = response.json?["error_description"]?.string ?? response.json?["error"]?.string ?? "no token"
    let line = described.split(whereSeparator: \.isNewline).first.map(String.init) ?? described
    return ServiceError(.login, "the credential of client \(client) was refused: \(line)", status: status)
  }
}
