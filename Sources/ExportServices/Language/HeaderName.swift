// SPDX-License-Identifier: Apache-2.0

/// What the name of a header may be: a token of RFC 9110.
enum HeaderName {
  static let help = "letters, digits and '-' can stand in the name of a header, such as X-Request-Id"

  static func isValid(_ name: String) -> Bool {
    !name.isEmpty
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0)) }
  }
}
