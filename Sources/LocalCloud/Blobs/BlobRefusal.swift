// SPDX-License-Identifier: Apache-2.0

/// Why a storage request is refused.
struct BlobRefusal: Error {
  var status: Int
  var code: String
  var message: String
  var detail: String?
  /// Members of the error beside its code and message, such as `HeaderName`.
  var more: [(name: String, value: String)] = []
  var headers: [(String, String)] = []

  init(
    _ status: Int, _ code: String, _ message: String, detail: String? = nil, more: [(name: String, value: String)] = [],
    headers: [(String, String)] = []
  ) {
    (self.status, self.code, self.message, self.detail) = (status, code, message, detail)
    (self.more, self.headers) = (more, headers)
  }

  static func authentication(_ detail: String) -> BlobRefusal {
    BlobRefusal(
      403, "AuthenticationFailed",
      "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
      detail: detail)
  }

  /// - Parameter what: that does not fit, as the message names it.
  static func unauthorized(_ code: String, _ what: String) -> BlobRefusal {
    BlobRefusal(403, code, "This request is not authorized to perform this operation using this \(what).")
  }

  static let anonymous = BlobRefusal(
    401, "NoAuthenticationInformation",
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    headers: [
      (
        "WWW-Authenticate",
        "Bearer authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize resource_id=https://storage.azure.com"
      )
    ])

  static let verb = BlobRefusal(
    405, "UnsupportedHttpVerb", "The resource doesn't support the specified Http Verb.")

  static let conditions = BlobRefusal(
    412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")

  static let notModified = BlobRefusal(
    304, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")

  static let uri = BlobRefusal(
    400, "InvalidUri", "The requested URI does not represent any resource on the server.")

  /// - Parameter limit: in bytes, where it is told.
  static func tooLarge(limit: Int64?) -> BlobRefusal {
    BlobRefusal(
      413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.",
      more: limit.map { [("MaxLimit", String($0))] } ?? [])
  }

  /// Its value is not told: it may be an address with a signature.
  static func unsupported(header name: String) -> BlobRefusal {
    BlobRefusal(
      400, "UnsupportedHeader", "One of the HTTP headers specified in the request is not supported.",
      more: [("HeaderName", name)])
  }

  static func unsupported(query name: String, _ value: String) -> BlobRefusal {
    BlobRefusal(
      400, "UnsupportedQueryParameter",
      "One of the query parameters specified in the request URI is not supported.",
      more: [("QueryParameterName", name), ("QueryParameterValue", value)])
  }

  static func missing(header: String) -> BlobRefusal {
    BlobRefusal(
      400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified.",
      more: [("HeaderName", header)])
  }

  static func header(_ name: String, _ value: String) -> BlobRefusal {
    BlobRefusal(
      400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format.",
      more: [("HeaderName", name), ("HeaderValue", value)])
  }

  static func query(_ name: String, _ value: String) -> BlobRefusal {
    BlobRefusal(
      400, "InvalidQueryParameterValue",
      "Value for one of the query parameters specified in the request URI is invalid.",
      more: [("QueryParameterName", name), ("QueryParameterValue", value)])
  }

  static func outOfRange(_ name: String, _ value: String) -> BlobRefusal {
    BlobRefusal(
      400, "OutOfRangeQueryParameterValue",
      "One of the query parameters specified in the request URI is outside the permissible range.",
      more: [("QueryParameterName", name), ("QueryParameterValue", value)])
  }
}
