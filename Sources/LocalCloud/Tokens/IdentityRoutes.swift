// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Hummingbird

/// Managed identities, as a machine's metadata service and as an app's endpoint give them out (contract.md 4.4).
struct IdentityRoutes: Sendable {
  let credential: LocalCloudCredential
  let tokens: TokenRoutes

  /// `GET /metadata/identity/oauth2/token`
  func machine(_ query: CloudQuery, _ headers: HTTPFields) -> Response {
    guard Self.field("Metadata", headers)?.lowercased() == "true", Self.field("X-Forwarded-For", headers) == nil else {
      return Self.error("invalid_request", "Required metadata header not specified")
    }
    guard query["api-version"] == "2018-02-01" else {
      return Self.error("bad_request_102", "Required API version parameter not specified")
    }
    guard let resource = query["resource"], !resource.isEmpty else {
      return Self.error("invalid_request", "Required query variable 'resource' is missing")
    }
    guard isKnown(query, ["client_id", "msi_res_id", "mi_res_id", "object_id"]) else {
      return Self.error("invalid_request", "Identity not found")
    }
    guard let (token, now) = try? tokens.issue(for: resource, base: "") else {
      return CloudAnswer.error(500, "InternalServerError", "An internal error occurred.")
    }
    return CloudAnswer.json(
      200,
      [
        "access_token": token, "client_id": credential.client, "expires_in": "\(TokenClaims.life)",
        "expires_on": "\(now + TokenClaims.life)",
        "ext_expires_in": "\(TokenClaims.life)", "not_before": "\(now)", "resource": resource, "token_type": "Bearer",
      ])
  }

  /// `GET /msi/token`
  func app(_ query: CloudQuery, _ headers: HTTPFields) -> Response {
    guard Self.field("X-IDENTITY-HEADER", headers) == credential.identityHeader else {
      return CloudAnswer.json(401, ["statusCode": 401, "message": "The identity header is wrong."] as [String: Any])
    }
    guard query["api-version"] == "2019-08-01", let resource = query["resource"], !resource.isEmpty,
      isKnown(query, ["client_id", "mi_res_id", "object_id", "principal_id"])
    else {
      return CloudAnswer.json(400, ["statusCode": 400, "message": "No managed identity was found."] as [String: Any])
    }
    guard let (token, now) = try? tokens.issue(for: resource, base: "") else {
      return CloudAnswer.error(500, "InternalServerError", "An internal error occurred.")
    }
    return CloudAnswer.json(
      200,
      [
        "access_token": token, "client_id": credential.client, "expires_on": "\(now + TokenClaims.life)",
        "resource": resource,
        "token_type": "Bearer",
      ])
  }

  /// The system's identity, or the one there is by its client.
  private func isKnown(_ query: CloudQuery, _ names: [String]) -> Bool {
    names.compactMap { query[$0] }.allSatisfy { $0 == credential.client }
  }

  private static func field(_ name: String, _ headers: HTTPFields) -> String? {
    HTTPField.Name(name).flatMap { headers[$0] }
  }

  private static func error(_ word: String, _ text: String) -> Response {
    CloudAnswer.json(400, ["error": word, "error_description": text])
  }
}
