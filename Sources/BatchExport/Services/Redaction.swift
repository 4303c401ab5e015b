// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation
import Synchronization

/// Hides secrets in what people are shown of requests and answers: those that are known, whatever form they take there,
/// and what by its place is one. It rather hides too much.
public final class Redaction: Sendable {
  static let mask = "<secret>"

  /// What is hidden, and what stands in its place.
  private let known = Mutex<[String: String]>([:])
  /// Hosts whose addresses may be shown; those of others are links that somebody signed.
  private let hosts: Set<String>
  /// Addresses at other hosts are the result, and hidden whole; elsewhere only what stands behind `?`.
  private let hidesLinks: Bool

  init(hosts: Set<String>, hidesLinks: Bool) { (self.hosts, self.hidesLinks) = (hosts, hidesLinks) }

  /// From now on the text is hidden wherever it stands.
  func learn(_ secret: Secret) {
    let text = secret.reveal()
    guard !text.isEmpty else { return }
    // Of a signed address the signature alone gives everything away.
    let signatures = text.matches(of: #/(?:^|[?&])sig=([^&\s]+)/#).map { String($0.1) }
    known.withLock { known in
      for part in [text] + signatures + signatures.compactMap({ PercentEncoding.decode($0) }) {
        for form in Self.forms(of: part) { known[form] = Self.mask }
      }
    }
  }

  /// - Parameter isAnswer: addresses at other hosts in it are links.
  func hidden(_ text: String, isAnswer: Bool = false) -> String {
    if isAnswer { for link in Self.links(in: text) { learn(link: link) } }
    let all = known.withLock { $0 }.sorted { ($0.key.utf8.count, $0.key) > ($1.key.utf8.count, $1.key) }
    var text = text
    for (secret, shown) in all where text.contains(secret) { text = text.replacing(secret, with: shown) }
    return Self.byName(text)
  }

  func hidden(_ headers: [(name: String, value: String)], isAnswer: Bool = false) -> [(name: String, value: String)] {
    headers.map { name, value in
      guard Self.isSecret(header: name.lowercased()) else {
        return (name, hidden(value, isAnswer: isAnswer))
      }
      let scheme = value.prefix { $0 != " " }
      return (
        name,
        scheme.count < value.count && name.lowercased().hasSuffix("authorization") ? "\(scheme) <secret>" : Self.mask
      )
    }
  }

  /// What headers prove with, without its scheme.
  func secrets(in headers: [(name: String, value: String)]) -> [Secret] {
    headers.filter { Self.isSecret(header: $0.name.lowercased()) }.map { name, value in
      let proof = value.split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
      return Secret(name.lowercased().hasSuffix("authorization") ? proof : value)
    }
  }

  // MARK: Known texts

  /// The text as it may stand in a URL, a form, JSON, XML and an `Authorization`.
  private static func forms(of text: String) -> Set<String> {
    let encoded = PercentEncoding.encode(text)
    let json = String(JSONValue.string(text).canonicalText.dropFirst().dropLast())
    let xml = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    return [
      text, encoded, encoded.replacing("%20", with: "+"), PercentEncoding.encode(encoded), json,
      json.replacing("/", with: "\\/"), xml, xml.replacing("\"", with: "&quot;"), Data(text.utf8).base64EncodedString(),
    ]
  }

  private func learn(link: String) {
    let plain = link.replacing("\\/", with: "/").replacing("\\u0026", with: "&").replacing("&amp;", with: "&")
    let parts = plain.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
    guard parts.count > 2, !hosts.contains(parts[1].lowercased()) else { return }
    let address = plain.prefix { $0 != "?" }
    guard hidesLinks || address.count < plain.count else { return }
    let shown = hidesLinks ? "\(parts[0])//\(parts[1])/\(Self.mask)" : "\(address)?\(Self.mask)"
    known.withLock { known in
      for form in [link, plain] { known[form] = shown }
    }
  }

  private static func links(in text: String) -> [String] {
    text.matches(of: #/https?:(?:\\?\/){2}(?:[^\s"'<>\\]|\\\/|\\u0026)+/#).map { String($0.0) }
  }

  // MARK: What by its name is a secret

  private static func isSecret(header name: String) -> Bool {
    let whole: Set = ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-identity-header"]
    return whole.contains(name)
      || ["token", "secret", "api-key", "apikey", "password", "signature"].contains { name.contains($0) }
  }

  /// Signatures and credentials in queries, forms and JSON.
  private static func byName(_ text: String) -> String {
    text.replacing(
      #/(?i)(?<before>[?&;"'{,\s]|\\u0026|%26|%3F|^)(?<name>sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature|client_secret|client_assertion|assertion|refresh_token|access_token|id_token|password|code|token)(?<sign>=|%3D)(?<value>[A-Za-z0-9%+\/_\-=.~:]+)/#
    ) { "\($0.before)\($0.name)\($0.sign)\(mask)" }
    .replacing(
      #/(?i)"(?<name>[a-z_\-]*(?:token|secret|password|assertion|api_?key|account_?key|private_?key|signature))"(?<sign>\s*:\s*)"(?:[^"\\]|\\.)*"/#
    ) { "\"\($0.name)\"\($0.sign)\"\(mask)\"" }
  }
}
