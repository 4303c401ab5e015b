// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Through which proxies requests go, by the variables that other programs read as well: `HTTPS_PROXY`, `HTTP_PROXY`,
/// `ALL_PROXY` and `NO_PROXY`, in capitals or not. This machine and its metadata service are never behind one.
public struct ProxySettings: Sendable {
  private let environment: [String: String]

  /// No proxy at all.
  public static let none = ProxySettings(environment: [:])

  public init(environment: [String: String]) {
    var settings: [String: String] = [:]
    for name in ["https_proxy", "http_proxy", "all_proxy", "no_proxy"] {
      settings[name] = [name, name.uppercased()].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    self.environment = settings
  }

  /// The proxy for a request; `nil`: none.
  func proxy(for parts: URLParts) throws(TransportError) -> ProxyServer? {
    guard !parts.isLoopback, !parts.isLinkLocal, !isExempt(parts) else { return nil }
    for name in ["\(parts.scheme)_proxy", "all_proxy"] {
      guard let text = environment[name] else { continue }
      guard let server = ProxyServer(text) else {
        throw TransportError(
          .proxy, "\(name.uppercased()) is no address of a proxy: write http://HOST:PORT or socks5://HOST:PORT")
      }
      return server
    }
    return nil
  }

  /// `NO_PROXY`: hosts with all below them, with or without a dot in front, with or without a port; `*` for all.
  private func isExempt(_ parts: URLParts) -> Bool {
    let list = environment["no_proxy"] ?? ""
    return list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains { entry in
      if entry == "*" { return true }
      // An IPv6 address has colons of its own.
      let isBare = !entry.hasPrefix("[") && entry.count(where: { $0 == ":" }) > 1
      guard let (name, port) = isBare ? (entry.lowercased(), nil) : URLParts.split(entry) else { return false }
      if let port, port != parts.port { return false }
      let domain = name.hasPrefix("*.") ? name.dropFirst(2) : name.hasPrefix(".") ? name.dropFirst() : name[...]
      return parts.host == domain || parts.host.hasSuffix("." + domain)
    }
  }
}

/// A proxy, with what it asks for.
struct ProxyServer: Sendable, Hashable {
  enum Kind: Sendable, Hashable { case http, socks }

  var kind: Kind
  var host: String
  var port: Int
  /// `user:password`, decoded.
  var login: Secret?

  /// `http://user:password@host:port`, `socks5://host:port`, or `host:port` alone.
  init?(_ text: String) {
    var rest = text[...]
    var scheme = "http"
    if let sign = text.range(of: "://") {
      scheme = text[..<sign.lowerBound].lowercased()
      rest = text[sign.upperBound...]
    }
    rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = rest.lastIndex(of: "@") {
      guard let decoded = PercentEncoding.decode(rest[..<at]), !decoded.isEmpty else { return nil }
      login = Secret(decoded)
      rest = rest[rest.index(after: at)...]
    }
    guard let (host, port) = URLParts.split(rest) else { return nil }
    switch scheme {
    case "http": (kind, self.port) = (.http, port ?? 80)
    // The client knows no login for these.
    case "socks", "socks5", "socks5h":
      guard login == nil else { return nil }
      (kind, self.port) = (.socks, port ?? 1080)
    default: return nil
    }
    self.host = host
  }
}
