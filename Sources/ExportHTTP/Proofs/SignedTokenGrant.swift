// SPDX-License-Identifier: Apache-2.0
import Crypto
import ExportCore
import Foundation

/// A token that we sign ourselves with a key of the curve P-256 (`ES256`), such as App Store Connect takes.
public struct SignedTokenGrant: Sendable {
  private let key: P256.Signing.PrivateKey
  private let keyID: String
  private let issuer: String
  private let audience: String
  private let life: Duration

  /// - Parameter key: a private key in PEM.
  /// - Throws: `ServiceError` when it is none.
  public init(key: Secret, keyID: String, issuer: String, audience: String, life: Duration) throws {
    guard let parsed = try? P256.Signing.PrivateKey(pemRepresentation: key.reveal()) else {
      throw ServiceError(.login, "the key '\(keyID)' is no private key of the curve P-256 in PEM")
    }
    self.key = parsed
    (self.keyID, self.issuer, self.audience, self.life) = (keyID, issuer, audience, life)
  }

  /// Signs another one shortly before the end of each.
  public func proof(in world: CredentialWorld) -> BearerProof {
    let grant = self
    return BearerProof(
      CachedTokens(now: world.steady) { FetchedToken(token: try grant.token(at: world.now()), life: grant.life) })
  }

  func token(at now: Instant) throws -> Secret {
    let token = JSONWebToken(
      header: ["alg": "ES256", "kid": .string(keyID), "typ": "JWT"],
      claims: [
        "aud": .string(audience), "exp": .int(now.advanced(by: life).seconds), "iat": .int(now.seconds),
        "iss": .string(issuer),
      ])
    do {
      return try token.signed { try key.signature(for: $0).rawRepresentation }
    } catch {
      throw ServiceError(.login, "the key '\(keyID)' cannot sign")
    }
  }
}
