// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird

/// The token endpoint, v1 and v2, with secrets and with assertions (contract.md 4.1 to 4.3).
struct TokenRoutes: Sendable {
  private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

  let credential: LocalCloudCredential

  func answer(tenant: String, isV2: Bool, form text: String) -> Response {
    let form = CloudQuery(text.replacingOccurrences(of: "+", with: "%20"))
    guard tenant == credential.tenant else {
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
    let (token, now) = Self.token()
    if isV2 {
      return CloudAnswer.json(
        200,
        ["token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token] as [String: Any])
    }
    return CloudAnswer.json(
      200,
      [
        "token_type": "Bearer", "expires_in": "3599", "expires_on": "\(now + 3599)", "not_before": "\(now)",
        "resource": form["resource"] ?? "", "access_token": token,
      ])
  }

  /// A token that is good for an hour, and the time in seconds.
  static func token() -> (text: String, now: Int64) {
    let now = CloudTime.now / 1000
    return ("local.\(UUID().uuidString.lowercased()).\(now + 3599)", now)
  }

  private static func error(_ status: Int, _ error: String, _ code: Int, _ message: String) -> Response {
    CloudAnswer.json(
      status,
      [
        "error": error, "error_description": "AADSTS\(code): \(message)\r\nTrace ID: \(UUID().uuidString.lowercased())",
        "error_codes": [code], "timestamp": CloudTime.seconds(CloudTime.now),
        "error_uri": "https://login.microsoftonline.com/error?code=\(code)",
      ] as [String: Any])
  }

  /// Whether a request to the management API carries a token that is good.
  static func refusal(_ authorization: String?) -> Response? {
    let challenge = [
      ("WWW-Authenticate", "Bearer authorization_uri=\"https://login.windows.net/\", error=\"invalid_token\"")
    ]
    guard let authorization, authorization.lowercased().hasPrefix("bearer "), authorization.count > 7 else {
      return CloudAnswer.error(
        401, "AuthenticationFailedMissingToken", "Authentication failed. The 'Authorization' header is missing.",
        headers: challenge)
    }
    let parts = authorization.split(separator: ".")
    if authorization.contains("local."), let expiry = parts.last.flatMap({ Int64($0) }), expiry < CloudTime.now / 1000 {
      return CloudAnswer.error(
        401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.",
        headers: challenge)
    }
    return nil
  }
}
