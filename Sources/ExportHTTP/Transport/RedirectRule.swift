// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Follows the redirects of one request, as far as that is safe. A value: it decides and sends nothing.
///
/// Only what reads is sent elsewhere; the answer to any other request is the redirect itself. What proves who asks stays
/// with the scheme, host and port that it was made for.
struct RedirectRule: Sendable {
  /// Followed one after the other.
  static let most = 5
  /// What goes along to another host; nothing of it proves anything.
  private static let plain: Set<String> = [
    "accept", "accept-encoding", "accept-language", "range", "x-ms-client-request-id", "x-ms-version",
  ]

  private var seen: Set<String>

  init(_ request: HTTPRequest) { seen = [request.url] }

  /// What is wanted of the body of an answer: nothing of one that leads on; of one that must not be followed not even its end.
  func interest(_ request: HTTPRequest, _ head: HTTPHead) -> WholeAnswer.Interest {
    var rule = self
    do { return try rule.next(request, head) == nil ? .all : .passing } catch { return .none }
  }

  /// The request that follows an answer; `nil` when the answer is the last word.
  mutating func next(_ request: HTTPRequest, _ head: HTTPHead) throws(TransportError) -> HTTPRequest? {
    guard [301, 302, 303, 307, 308].contains(head.status), ["GET", "HEAD"].contains(request.method),
      let location = head.header("Location"), !location.isEmpty
    else { return nil }
    guard let from = URLParts(request.url), let url = Self.absolute(location, from: from), let to = URLParts(url) else {
      throw TransportError(.redirect, "the answer redirects to something that is no http address")
    }
    guard to.scheme == "https" || to.isLoopback && from.isLoopback else {
      throw TransportError(.redirect, "the answer redirects from \(from.scheme) to plain http, which is not followed")
    }
    guard seen.count <= Self.most else {
      throw TransportError(.redirect, "the answer redirects for the \(Self.most + 1)th time in a row")
    }
    guard seen.insert(url).inserted else {
      throw TransportError(.redirect, "the redirects go round in a circle")
    }
    var next = request
    next.url = url
    if from.origin != to.origin { next.headers.removeAll { !Self.plain.contains($0.name.lowercased()) } }
    return next
  }

  /// RFC 3986, section 5.2, for what servers send: an absolute URL, one without a scheme, an absolute path, a query, or a
  /// path beside the last step.
  static func absolute(_ location: String, from: URLParts) -> String? {
    let text = location.prefix { $0 != "#" }
    if text.contains("://") && !text.hasPrefix("/") && !text.hasPrefix("?") { return String(text) }
    if text.hasPrefix("//") { return "\(from.scheme):\(text)" }
    let base = "\(from.scheme)://\(from.authority)"
    if text.hasPrefix("/") { return base + text }
    if text.hasPrefix("?") { return base + from.path + text }
    let folder = from.path.lastIndex(of: "/").map { from.path[...$0] } ?? "/"
    return base + folder + text
  }
}
