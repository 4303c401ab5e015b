// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// A signed statement of who asks (RFC 7519), in the compact form.
struct JSONWebToken: Sendable {
  var header: [String: JSONValue]
  var claims: [String: JSONValue]

  /// - Parameter sign: makes the signature of what stands before it.
  func signed(_ sign: (Data) throws -> Data) rethrows -> Secret {
    let text = [header, claims].map { Self.encoded(Data(JSONValue.object($0).canonicalBytes)) }.joined(separator: ".")
    return Secret("\(text).\(Self.encoded(try sign(Data(text.utf8))))")
  }

  /// Base64 for URLs, without what fills it up.
  static func encoded(_ bytes: Data) -> String {
    String(
      bytes.base64EncodedString().compactMap { character in
        switch character {
        case "+": "-"
        case "/": "_"
        case "=": nil
        default: character
        }
      })
  }
}
