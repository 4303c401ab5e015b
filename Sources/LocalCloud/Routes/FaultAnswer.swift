// SPDX-License-Identifier: Apache-2.0
import Hummingbird

/// What a fault answers, in the form of who was asked.
enum FaultAnswer {
  private static let wait = [("Retry-After", "1")]

  /// Of faults that have nobody's form; `nil` for the others.
  static func broken(_ fault: FaultRule.Fault) -> Response? {
    switch fault {
    case .cut: CloudAnswer.broken(200)
    case .html: CloudAnswer.html()
    default: nil
    }
  }

  static func management(_ fault: FaultRule.Fault, _ check: TokenCheck) -> Response {
    switch fault {
    case .unauthorized: check.unauthorized("InvalidAuthenticationToken", "The access token is invalid.")
    case .forbidden:
      CloudAnswer.error(
        403, "AuthorizationFailed", "The client does not have authorization to perform this action.")
    case .throttled:
      CloudAnswer.error(429, "TooManyRequests", "The request is being throttled.", headers: wait)
    case .unavailable: CloudAnswer.error(503, "ServiceUnavailable", "The service is not available.", headers: wait)
    default: CloudAnswer.error(500, "InternalServerError", "An internal error occurred.")
    }
  }

  /// The error of OAuth, with the numbers that a tenant has for it.
  static func token(_ fault: FaultRule.Fault) -> Response {
    switch fault {
    case .unauthorized: TokenRoutes.error(401, "invalid_client", 7_000_215, "Invalid client secret provided.")
    case .forbidden: TokenRoutes.error(403, "unauthorized_client", 7_000_112, "The application is disabled.")
    case .throttled:
      TokenRoutes.error(429, "temporarily_unavailable", 90_055, "There are too many requests.", headers: wait)
    case .unavailable:
      TokenRoutes.error(503, "temporarily_unavailable", 90_033, "A transient error has occurred.", headers: wait)
    default: TokenRoutes.error(500, "server_error", 50_000, "There was an error issuing a token.")
    }
  }

  static func storage(_ fault: FaultRule.Fault) -> BlobRefusal {
    switch fault {
    case .unauthorized:
      BlobRefusal(
        401, "InvalidAuthenticationInfo", "Server failed to authenticate the request.",
        headers: BlobRefusal.anonymous.headers)
    case .forbidden:
      BlobRefusal(403, "AuthorizationFailure", "This request is not authorized to perform this operation.")
    case .throttled: BlobRefusal(429, "TooManyRequests", "The request is being throttled.", headers: wait)
    case .unavailable: BlobRefusal(503, "ServerBusy", "The server is busy.", headers: wait)
    case .expiredSAS: BlobRefusal.authentication("Signature not valid in the specified time frame")
    case .skew: BlobRefusal.authentication("Request date header too old")
    default: BlobRefusal(500, "InternalError", "The server encountered an internal error.")
    }
  }
}
