// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// OAuth 2 client credentials (RFC 6749, section 4.4): an id and a secret are changed for a token.
public struct OAuthClientGrant: Sendable {
  /// Where id and secret stand in the request.
  public enum Style: String, Sendable, CaseIterable { case body, basic }

  private let url: String
  private let id: String
  private let secret: Secret
  private let scope: String?
  private let audience: String?
  private let style: Style

  /// - Throws: `ServiceError` when the URL is not https and not on this machine.
  public init(
    url: String, id: String, secret: Secret, scope: String? = nil, audience: String? = nil, style: Style = .body
  ) throws {
    try SafeAddress.require(url)
    (self.url, self.id, self.secret) = (url, id, secret)
    (self.scope, self.audience, self.style) = (scope, audience, style)
  }

  /// Asks for another token shortly before the end of each.
  public func proof(in world: CredentialWorld) -> BearerProof {
    let grant = self
    return BearerProof(CachedTokens(now: world.steady) { try await grant.fetch(in: world) })
  }

  private func fetch(in world: CredentialWorld) async throws -> FetchedToken {
    var form = [("grant_type", "client_credentials")]
    var headers: [(name: String, value: String)] = []
    switch style {
    case .body: form += [("client_id", id), ("client_secret", secret.reveal())]
    case .basic:
      // Encoded before they are joined: a colon in the id would end it (section 2.3.1).
      let pair = [id, secret.reveal()].map { PercentEncoding.encode($0) }.joined(separator: ":")
      headers = [("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())")]
    }
    if let scope { form.append(("scope", scope)) }
    if let audience { form.append(("audience", audience)) }
    let endpoint = TokenEndpoint(url: url, who: "the client", secrets: [secret, Secret(id)])
    return try await endpoint.fetch(form, headers: headers, in: world)
  }
}

extension SafeAddress {
  /// - Throws: `ServiceError` for an address that is not https and not on this machine.
  static func require(_ tokenURL: String) throws {
    guard takesSecrets(tokenURL) else {
      throw ServiceError(.never, "the address for tokens must be https, or on this machine")
    }
  }
}
