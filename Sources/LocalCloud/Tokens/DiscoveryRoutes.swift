// SPDX-License-Identifier: Apache-2.0
import Hummingbird

/// What clients ask before they ask for a token (contract.md 4.2): where the endpoints are, and with which key tokens are
/// signed.
struct DiscoveryRoutes: Sendable {
  let signer: TokenSigner
  let tenant: String

  /// - Parameters:
  ///   - steps: of the path, decoded.
  ///   - base: of this cloud, as the request names it.
  /// - Returns: `nil` for what is none of these.
  func answer(_ steps: [String], _ query: CloudQuery, base: String) -> Response? {
    let words = steps.map { $0.lowercased() }
    if words == ["common", "discovery", "instance"] {
      return CloudAnswer.json(
        200,
        [
          "tenant_discovery_endpoint": "\(base)/\(tenant)/v2.0/.well-known/openid-configuration", "api-version": "1.1",
          "metadata": [Any](),
        ] as [String: Any])
    }
    guard words.count > 2 else { return nil }
    switch Array(words.dropFirst()) {
    case ["discovery", "keys"], ["discovery", "v2.0", "keys"]:
      return CloudAnswer.json(200, ["keys": [signer.published]])
    case [".well-known", "openid-configuration"], ["v2.0", ".well-known", "openid-configuration"]:
      guard words[0] == tenant.lowercased() || words[0] == "common" || words[0] == "organizations" else {
        return TokenRoutes.error(400, "invalid_tenant", 90_002, "Tenant '\(steps[0])' not found.")
      }
      let version = words.count == 4 ? "/v2.0" : ""
      let own = "\(base)/\(tenant)"
      return CloudAnswer.json(
        200,
        [
          "issuer": TokenRoutes.issuer(base: base, tenant: tenant, isV2: !version.isEmpty),
          "token_endpoint": "\(own)/oauth2\(version)/token",
          "authorization_endpoint": "\(own)/oauth2\(version)/authorize",
          "jwks_uri": "\(own)/discovery\(version)/keys",
          "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
          "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
          "id_token_signing_alg_values_supported": ["ES256"], "tenant_region_scope": "WW",
        ] as [String: Any])
    default: return nil
    }
  }
}
