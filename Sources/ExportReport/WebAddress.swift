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

  init?(_ url: String) {
    guard let sign = url.range(of: "://"), sign.lowerBound > url.startIndex else { return nil }
    scheme = url[..<sign.lowerBound].lowercased()
    let rest = url[sign.upperBound...].prefix { $0 != "?" && $0 != "#" }
    var place = rest.prefix { $0 != "/" }
    path = String(rest[place.endIndex...])
    if let at = place.lastIndex(of: "@") { place = place[place.index(after: at)...] }
    if let colon = place.lastIndex(of: ":"), let port = Int(place[place.index(after: colon)...]) {
      (host, self.port) = (place[..<colon].lowercased(), port)
    } else {
      (host, port) = (place.lowercased(), nil)
    }
    guard !host.isEmpty else { return nil }
  }

  /// Scheme, host, and the port where it is named.
  var origin: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }

  /// The port that a connection goes to; `nil` for a scheme that has none of its own.
  var effectivePort: Int? { port ?? ["http": 80, "https": 443][scheme] }
}
