// SPDX-License-Identifier: Apache-2.0
import Hummingbird

/// Whether a request carries a token that is good (contract.md 3 and 8, number 26).
///
/// A token that is not ours is taken, because a stand-in cannot know those of others, unless the check is strict; one of
/// ours must be whole and not have expired. Strict, its audience and its tenant count as well.
struct TokenCheck: Sendable {
  enum Audience: Sendable {
    case management, storage

    /// Without a slash at the end.
    var names: Set<String> {
      switch self {
      case .management: ["https://management.azure.com", "https://management.core.windows.net"]
      case .storage: ["https://storage.azure.com"]
      }
    }
  }

  /// Why it is not good.
  struct Refusal: Error {
    var code, message: String
  }

  let signer: TokenSigner
  let tenant: String
  let isStrict: Bool

  /// - Parameter now: in seconds since 1970.
  /// - Throws: `Refusal`.
  func check(_ authorization: String?, for audience: Audience, now: Int64) throws {
    guard let authorization, authorization.lowercased().hasPrefix("bearer "), authorization.count > 7 else {
      throw Refusal(
        code: "AuthenticationFailedMissingToken",
        message: "Authentication failed. The 'Authorization' header is missing the access token."
      )
    }
    let claims: TokenClaims
    do {
      claims = try signer.claims(of: String(authorization.dropFirst(7)), now: now)
    } catch TokenSigner.Flaw.expired {
      throw Refusal(
        code: "ExpiredAuthenticationToken",
        message: "The access token expiry UTC time is earlier than current UTC time.")
    } catch TokenSigner.Flaw.early {
      throw Refusal(
        code: "InvalidAuthenticationToken", message: "The access token is not good yet: its 'nbf' is to come.")
    } catch TokenSigner.Flaw.foreign where !isStrict {
      return
    } catch {
      throw Refusal(
        code: "InvalidAuthenticationToken", message: "The access token is invalid.")
    }
    guard isStrict else { return }
    guard claims.tid == tenant else {
      throw Refusal(
        code: "InvalidAuthenticationTokenTenant",
        message: "The access token is from the wrong issuer '\(claims.iss)'. It must match the tenant '\(tenant)'.")
    }
    let name = claims.aud.hasSuffix("/") ? String(claims.aud.dropLast()) : claims.aud
    guard audience.names.contains(name) else {
      throw Refusal(
        code: "InvalidAuthenticationTokenAudience",
        message:
          "The access token has been obtained for wrong audience or resource '\(claims.aud)'. It should exactly match one of the allowed audiences '\(audience.names.sorted().joined(separator: "','"))'."
      )
    }
  }

  /// The answer of the management API to a request without a good one.
  func refusal(_ authorization: String?) -> Response? {
    do {
      try check(authorization, for: .management, now: CloudTime.now / 1000)
      return nil
    } catch let refusal as Refusal {
      return unauthorized(refusal.code, refusal.message)
    } catch {
      return CloudAnswer.error(500, "InternalServerError", "An internal error occurred.")
    }
  }

  func unauthorized(_ code: String, _ message: String) -> Response {
    let challenge =
      "Bearer authorization_uri=\"https://login.windows.net/\(tenant)\", error=\"invalid_token\", error_description=\"\(message)\""
    return CloudAnswer.error(401, code, message, headers: [("WWW-Authenticate", challenge)])
  }
}
