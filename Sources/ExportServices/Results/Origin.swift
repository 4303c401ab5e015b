// SPDX-License-Identifier: Apache-2.0

/// Scheme, host and port of an address: who is asked.
struct Origin: Equatable, Sendable {
  let scheme: String
  /// In lower case.
  let host: String
  let port: Int

  /// `nil` for anything but a plain `http` or `https` address: no user, no characters that readers of addresses take
  /// differently.
  init?(of url: String) {
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
      let parts = url.prefixMatch(of: #/(https?):\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?(?=[\/?]|$)/#)
    else { return nil }
    scheme = String(parts.1)
    host = parts.2.lowercased()
    port = parts.3.flatMap { Int($0) } ?? (scheme == "https" ? 443 : 80)
  }

  /// Without a slash at its end.
  var url: String { "\(scheme)://\(host)" + (port == (scheme == "https" ? 443 : 80) ? "" : ":\(port)") }
}
