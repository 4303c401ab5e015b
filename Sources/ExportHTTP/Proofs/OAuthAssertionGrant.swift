// SPDX-License-Identifier: Apache-2.0
import CryptoExtras
import ExportCore
import Foundation

/// A statement that we sign with an RSA key (`RS256`) is changed for a token (RFC 7523), as Google, Salesforce and others
/// take it.
public struct OAuthAssertionGrant: Sendable {
  private let url: String
  private let key: _RSA.Signing.PrivateKey
  private let issuer: String
  private let subject: String?
  private let audience: String
  private let scope: String?
  private let life: Duration

  /// - Parameter key: a private RSA key in PEM.
  /// - Throws: `ServiceError` when it is none, or the URL is not https and not on this machine.
  public init(
    url: String, key: Secret, issuer: String, subject: String? = nil, audience: String, scope: String? = nil,
    life: Duration
  ) throws {
    try SafeAddress.require(url)
    guard let parsed = try? _RSA.Signing.PrivateKey(pemRepresentation: key.reveal()) else {
      throw ServiceError(.login, "the key is no private RSA key in PEM")
    }
    (self.url, self.key, self.issuer, self.subject) = (url, parsed, issuer, subject)
    (self.audience, self.scope, self.life) = (audience, scope, life)
  }

  /// Asks for another token shortly before the end of each.
  public func proof(in world: CredentialWorld) -> BearerProof {
    let grant = self
    return BearerProof(CachedTokens(now: world.steady) { try await grant.fetch(in: world) })
  }

  func assertion(at now: Instant) throws -> Secret {
    var claims: [String: JSONValue] = [
      "aud": .string(audience), "exp": .int(now.advanced(by: life).seconds), "iat": .int(now.seconds),
      "iss": .string(issuer),
    ]
    if let subject { claims["sub"] = .string(subject) }
    // Some take it from here, others from the form.
    if let scope { claims["scope"] = .string(scope) }
    let token = JSONWebToken(header: ["alg": "RS256", "typ": "JWT"], claims: claims)
    do {
      return try token.signed { try key.signature(for: $0, padding: .insecurePKCS1v1_5).rawRepresentation }
    } catch {
      throw ServiceError(.login, "the key of '\(issuer)' cannot sign")
    }
  }

  private func fetch(in world: CredentialWorld) async throws -> FetchedToken {
    let assertion = try assertion(at: world.now())
    var form = [
      ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.reveal()),
    ]
    if let scope { form.append(("scope", scope)) }
    return try await TokenEndpoint(url: url, who: "'\(issuer)'", secrets: [assertion]).fetch(form, in: world)
  }
}
