// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird

/// The token endpoint, v1 and v2, with secrets and with assertions (contract.md 4.1 to 4.3).
struct TokenRoutes: Sendable {
  private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

  let credential: LocalCloudCredential
  let signer: TokenSigner

  /// - Parameter base: of this cloud, as the request names it.
  func answer(tenant: String, isV2: Bool, form text: String, base: String) -> Response {
    let form = CloudQuery(text.replacingOccurrences(of: "+", with: "%20"))
    guard tenant.lowercased() == credential.tenant.lowercased() else {
      return Self.error(400, "invalid_request", 90_002, "Tenant '\(tenant)' not found.")
    }
    let isAsserted = form["client_assertion_type"] != nil
    let proof = isAsserted ? "client_assertion" : "client_secret"
    for name in ["grant_type", "client_id", proof, isV2 ? "scope" : "resource"] where form[name] == nil {
      return Self.error(
        400, "invalid_request", 900_144, "The request body must contain the following parameter: '\(name)'.")
    }
    guard form["grant_type"] == "client_credentials" else {
      return Self.error(400, "unsupported_grant_type", 70_003, "The grant type is not supported.")
    }
    guard form["client_id"] == credential.client else {
      return Self.error(
        400, "unauthorized_client", 700_016,
        "Application with identifier '\(form["client_id"] ?? "")' was not found in the directory.")
    }
    if isAsserted {
      guard form["client_assertion_type"] == Self.assertionType else {
        return Self.error(400, "invalid_request", 900_144, "The client assertion type is not supported.")
      }
      guard form["client_assertion"] == credential.assertion else {
        return Self.error(401, "invalid_client", 700_027, "The certificate of the client assertion was not recognized.")
      }
    } else if form["client_secret"] != credential.secret {
      return Self.error(401, "invalid_client", 7_000_215, "Invalid client secret provided.")
    }
    guard let audience = isV2 ? Self.audience(ofScope: form.text("scope")) : form["resource"] else {
      return Self.error(
        400, "invalid_scope", 70_011, "The provided value for the input parameter 'scope' is not valid.")
    }
    guard audience.wholeMatch(of: #/[A-Za-z][A-Za-z0-9+.-]*:\S+/#) != nil else {
      return Self.error(
        400, "invalid_resource", 500_011, "The resource principal named \(audience) was not found in the tenant.")
    }
    guard let (token, now) = try? issue(for: audience, base: base, isV2: isV2) else {
      return CloudAnswer.error(500, "InternalServerError", "An internal error occurred.")
    }
    let life = TokenClaims.life
    if isV2 {
      return CloudAnswer.json(
        200,
        ["token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": token] as [String: Any])
    }
    return CloudAnswer.json(
      200,
      [
        "token_type": "Bearer", "expires_in": "\(life)", "ext_expires_in": "\(life)", "expires_on": "\(now + life)",
        "not_before": "\(now)", "resource": audience, "access_token": token,
      ])
  }

  /// Of `RESOURCE/.default`; `nil` for another form.
  private static func audience(ofScope scope: String) -> String? {
    scope.hasSuffix("/.default") ? String(scope.dropLast("/.default".count)) : nil
  }

  static func issuer(base: String, tenant: String, isV2: Bool) -> String {
    isV2 ? "\(base)/\(tenant)/v2.0" : "https://sts.windows.net/\(tenant)/"
  }

  /// A token, and the time in seconds.
  func issue(for audience: String, base: String, isV2: Bool = false) throws -> (text: String, now: Int64) {
    let now = CloudTime.now / 1000
    let client = credential.client
    let claims = TokenClaims(
      aud: audience, iss: Self.issuer(base: base, tenant: credential.tenant, isV2: isV2), tid: credential.tenant,
      oid: LocalCloudCredential.object, sub: LocalCloudCredential.object, ver: isV2 ? "2.0" : "1.0",
      appid: isV2 ? nil : client, azp: isV2 ? client : nil, iat: now, nbf: now, exp: now + TokenClaims.life)
    return (try signer.token(claims), now)
  }

  static func error(
    _ status: Int, _ error: String, _ code: Int, _ message: String, headers: [(String, String)] = []
  ) -> Response {
    let trace = UUID().uuidString.lowercased()
    return CloudAnswer.json(
      status,
      [
        "error": error, "error_description": "AADSTS\(code): \(message)\r\nTrace ID: \(trace)",
        "error_codes": [code], "timestamp": CloudTime.seconds(CloudTime.now).replacing("T", with: " "),
        "trace_id": trace, "correlation_id": UUID().uuidString.lowercased(),
        "error_uri": "https://login.microsoftonline.com/error?code=\(code)",
      ] as [String: Any], headers: headers)
  }
}
