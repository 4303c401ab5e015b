// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What of an absolute URL decides where a request goes.
public struct URLParts: Sendable, Equatable {
  /// In lower case.
  public var scheme: String
  /// In lower case, without brackets.
  public var host: String
  var port: Int
  /// From the first slash behind the host, or empty; without a fragment.
  var tail: String

  /// `nil` for what is no http or https URL, or has a user in it.
  public init?(_ url: String) {
    guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")), url[colon...].utf8.starts(with: "://".utf8) else {
      return nil
    }
    scheme = url[..<colon].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let behind = url.utf8[url.utf8.index(colon, offsetBy: 3)...]
    let rest = behind.prefix { $0 != UInt8(ascii: "#") }
    let place = Substring(rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
    tail = String(Substring(rest[place.endIndex...]))
    guard !place.utf8.contains(UInt8(ascii: "@")), let (host, port) = Self.split(place) else { return nil }
    (self.host, self.port) = (host, port ?? (scheme == "https" ? 443 : 80))
  }

  /// `host:port`, or `[address]:port`.
  static func split(_ place: Substring) -> (host: String, port: Int?)? {
    var host = place
    var port: Substring?
    if place.hasPrefix("["), let end = place.firstIndex(of: "]") {
      host = place[place.index(after: place.startIndex)..<end]
      let behind = place[place.index(after: end)...]
      if behind.hasPrefix(":") { port = behind.dropFirst() } else if !behind.isEmpty { return nil }
    } else if let colon = place.lastIndex(of: ":") {
      (host, port) = (place[..<colon], place[place.index(after: colon)...])
    }
    guard !host.isEmpty else { return nil }
    guard let port else { return (host.lowercased(), nil) }
    guard let number = Int(port), (1...65_535).contains(number) else { return nil }
    return (host.lowercased(), number)
  }

  /// Scheme, host and port: what a credential is given for.
  var origin: String { "\(scheme)://\(host):\(port)" }

  /// As it stands in a URL: the port only where it says something.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == "https" ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// The path alone.
  var path: String { String(tail.prefix { $0 != "?" }) }

  /// What stands behind the question mark.
  var query: String { String(tail.dropFirst(path.count).dropFirst()) }

  /// This machine.
  public var isLoopback: Bool { host == "localhost" || host == "::1" || isAddress && host.hasPrefix("127.") }

  /// A machine's own metadata service, which no proxy reaches.
  var isLinkLocal: Bool { isAddress && host.hasPrefix("169.254.") }

  private var isAddress: Bool {
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
  }
}
