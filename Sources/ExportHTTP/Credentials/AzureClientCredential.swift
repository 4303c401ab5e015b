// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A service principal with a client secret (contract.md, sections 4.1 and 4.2).
public struct AzureClientCredential: Sendable, Hashable {
  public enum Endpoint: Sendable, Hashable { case v1, v2 }

  public var tenant: String
  public var client: String
  public var secret: Secret
  /// Without a slash at its end; `nil`: `AZURE_AUTHORITY_HOST`, else Microsoft's own.
  public var authority: String?
  public var endpoint: Endpoint

  public init(tenant: String, client: String, secret: Secret, authority: String? = nil, endpoint: Endpoint = .v1) {
    (self.tenant, self.client, self.secret) = (tenant, client, secret)
    (self.authority, self.endpoint) = (authority, endpoint)
  }
}

extension AzureClientCredential: TokenFetcher {
  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken {
    let authority = try AzureAuthority.url(authority, in: world)
    let aim = endpoint == .v1 ? ("resource", audience.resource) : ("scope", audience.scope)
    let path = endpoint == .v1 ? "oauth2/token" : "oauth2/v2.0/token"
    let service = TokenEndpoint(
      url: "\(authority)/\(PercentEncoding.encode(tenant))/\(path)", who: "client \(client)", secrets: [secret])
    return try await service.fetch(
      [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret.reveal()), aim], in: world)
  }
}
