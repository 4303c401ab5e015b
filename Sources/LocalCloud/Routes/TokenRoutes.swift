// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird

/// The token endpoint, v1 and v2 (contract.md 4.1 and 4.2).
struct TokenRoutes: Sendable {
  let credential: LocalCloudCredential

  func answer(tenant: String, isV2: Bool, form text: String) -> Response {
    let form = CloudQuery(text.replacingOccurrences(of: "+", with: "%20"))
    guard tenant == credential.tenant else {
      return Self.error(400, "invalid_request", 90_002, "Tenant '\(tenant)' not found.")
    }
    for name in ["grant_type", "client_id", "client_secret", isV2 ? "scope" : "resource"] where form[name] == nil {
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
    guard form["client_secret"] == credential.secret else {
      return Self.error(401, "invalid_client", 7_000_215, "Invalid client secret provided.")
    }
    let now = CloudTime.now / 1000
    let token = "local.\(UUID().uuidString.lowercased()).\(now + 3599)"
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
