// SPDX-License-Identifier: Apache-2.0

/// What stands in an absolute URL before and behind its host; without user info, query and fragment.
struct WebAddress: Sendable, Equatable {
  /// In lower case.
  let scheme: String
  /// In lower case; in brackets when it is an address of version 6.
  let host: String
  /// `nil`: the scheme's own.
  let port: Int?
  /// From the first slash behind the host, or empty.
  let path: String

  /// - Returns: `nil` for what is no absolute URL with a host.
  init?(_ url: String) {
    let bytes = url.utf8
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex,
      bytes[colon...].starts(with: "://".utf8)
    else { return nil }
    scheme = url[..<colon].lowercased()
    let rest = url[bytes.index(colon, offsetBy: 3)...].utf8.prefix {
      $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
    }
    var place = rest.prefix { $0 != UInt8(ascii: "/") }
    path = String(Substring(rest[place.endIndex...]))
    if let at = place.lastIndex(of: UInt8(ascii: "@")) { place = place[place.index(after: at)...] }
    if let colon = place.lastIndex(of: UInt8(ascii: ":")),
      let port = Int(Substring(place[place.index(after: colon)...]))
    {
      (host, self.port) = (Substring(place[..<colon]).lowercased(), port)
    } else {
      (host, port) = (Substring(place).lowercased(), nil)
    }
    guard !host.isEmpty else { return nil }
  }

  /// Scheme, host, and the port where it is named.
  var origin: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }

  /// The port that a connection goes to; `nil` for a scheme that has none of its own.
  var effectivePort: Int? { port ?? ["http": 80, "https": 443][scheme] }
}
