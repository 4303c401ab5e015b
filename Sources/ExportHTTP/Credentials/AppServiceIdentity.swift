// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The identity endpoint of App Service, Functions and Container Apps.
struct AppServiceIdentity: TokenFetcher {
  var endpoint: String
  /// Proves that the request comes from inside the app.
  var header: Secret
  var identity: ManagedIdentityCredential.Identity?

  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken {
    let exchange = TokenExchange(
      place: "the app's identity endpoint", who: "the managed identity" + (identity.map { " of \($0.title)" } ?? ""),
      secrets: [header], requestID: RequestID.next(), now: world.now())
    let request = HTTPRequest(
      "GET", url(audience),
      headers: [
        ("X-IDENTITY-HEADER", header.reveal()), ("Metadata", "true"), ("Accept", "application/json"),
        ("x-ms-client-request-id", exchange.requestID),
      ])
    return try exchange.token(in: try await exchange.send(request, over: world.transport))
  }

  private func url(_ audience: TokenAudience) -> String {
    let choice: (String, String)? =
      switch identity {
      case .client(let id): ("client_id", id)
      case .resource(let id): ("mi_res_id", id)
      case .object(let id): ("object_id", id)
      case nil: nil
      }
    let query = [("api-version", "2019-08-01"), ("resource", audience.plainScope)] + [choice].compactMap { $0 }
    let text = query.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    return "\(endpoint)\(endpoint.contains("?") ? "&" : "?")\(text)"
  }
}
