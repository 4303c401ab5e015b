// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A text that secrets complete, such as `Bearer ${secret.token}`. It holds their names and nothing of them.
public struct SecretText: Sendable, Hashable {
  public let text: String

  public init(_ text: String) { self.text = text }

  /// Names of secrets, in their order.
  public var names: [String] { text.matches(of: Self.reference).map { String($0.1) } }

  /// It is a secret and nothing else.
  public var isLone: Bool { text.wholeMatch(of: Self.reference) != nil }

  /// What stands there without any secret, with `…` for each.
  public var shown: String { text.replacing(Self.reference, with: "…") }

  /// The whole, which is a secret when one is in it.
  /// - Throws: what `value` throws for a name.
  public func filled(_ value: (String) throws -> Secret) rethrows -> Secret {
    var (whole, rest) = ("", text[...])
    while let match = rest.firstMatch(of: Self.reference) {
      whole += rest[..<match.range.lowerBound]
      whole += try value(String(match.1)).reveal()
      rest = rest[match.range.upperBound...]
    }
    return Secret(whole + rest)
  }

  static var reference: Regex<(Substring, Substring)> { #/\$\{secret\.([A-Za-z0-9_.\-]+)\}/# }
}
