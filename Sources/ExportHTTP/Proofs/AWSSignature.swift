// SPDX-License-Identifier: Apache-2.0
import Crypto
import ExportCore
import Foundation

/// Signature Version 4 of Amazon Web Services, in the `Authorization` header.
public struct AWSSignature: RequestProof {
  private let service: String
  private let region: String
  private let id: String
  private let secret: Secret
  private let session: Secret?
  private let now: @Sendable () -> Instant

  /// - Parameter session: of credentials that were given for a while.
  public init(
    service: String, region: String, id: String, secret: Secret, session: Secret? = nil,
    now: @escaping @Sendable () -> Instant = { WallClock().now }
  ) {
    (self.service, self.region, self.id) = (service, region, id)
    (self.secret, self.session, self.now) = (secret, session, now)
  }

  public func prove(_ request: HTTPRequest) async throws -> ProvenRequest {
    guard let parts = URLParts(request.url) else { throw ServiceError(.never, "the request's address is no URL") }
    let time = Self.time(now())
    var signed = request.with("X-Amz-Date", time)
    if let session { signed = signed.with("X-Amz-Security-Token", session.reveal()) }
    let body = Hex.encode(SHA256.hash(data: Data(request.body ?? [])))
    // S3 wants to be told what the body's digest is.
    if service == "s3" { signed = signed.with("X-Amz-Content-Sha256", body) }
    let headers = Self.canonical(signed.headers + [("Host", parts.authority)])
    let names = headers.map(\.name).joined(separator: ";")
    let canonical = [
      request.method, path(parts.path), Self.query(parts.query),
      headers.map { "\($0.name):\($0.value)\n" }.joined(), names, body,
    ].joined(separator: "\n")
    let day = String(time.prefix(8))
    let scope = "\(day)/\(region)/\(service)/aws4_request"
    let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(Hex.encode(SHA256.hash(data: Data(canonical.utf8))))"
    let signature = Hex.encode(Self.sign(text, with: key(of: day)))
    signed = signed.with(
      "Authorization",
      "AWS4-HMAC-SHA256 Credential=\(id)/\(scope), SignedHeaders=\(names), Signature=\(signature)")
    return ProvenRequest(signed, secrets: [secret, Secret(signature)] + [session].compactMap(\.self))
  }

  // MARK: Parts

  /// `20150830T123600Z`
  private static func time(_ instant: Instant) -> String {
    Instant(seconds: instant.seconds).description.filter { $0 != "-" && $0 != ":" }
  }

  /// Names in lower case and in order, values without the blanks that mean nothing. What proxies and clients change on
  /// the way is not signed.
  private static func canonical(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
    let left: Set<String> = ["authorization", "user-agent", "connection", "expect", "x-ms-client-request-id"]
    var values: [String: [String]] = [:]
    for header in headers where !left.contains(header.name.lowercased()) {
      let value = header.value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
      values[header.name.lowercased(), default: []].append(value)
    }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
  }

  /// Every service but S3 signs the path once more encoded than it was sent, without its empty and dotted steps.
  private func path(_ sent: String) -> String {
    guard service != "s3" else { return sent.isEmpty ? "/" : sent }
    var steps: [Substring] = []
    for step in sent.split(separator: "/") where step != "." {
      if step == ".." { _ = steps.popLast() } else { steps.append(step) }
    }
    let ending = sent.hasSuffix("/") && !steps.isEmpty ? "/" : ""
    return "/" + steps.map { PercentEncoding.encode(String($0)) }.joined(separator: "/") + ending
  }

  private static func query(_ sent: String) -> String {
    let items = sent.split(separator: "&").map { item -> (String, String) in
      let name = item.prefix { $0 != "=" }
      return (encoded(name), encoded(item.dropFirst(name.count).dropFirst()))
    }
    return items.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  /// Encoded as AWS wants it, however it was sent.
  private static func encoded(_ text: Substring) -> String {
    PercentEncoding.encode(PercentEncoding.decode(text) ?? String(text))
  }

  private func key(of day: String) -> Data {
    [day, region, service, "aws4_request"].reduce(Data("AWS4\(secret.reveal())".utf8)) { Self.sign($1, with: $0) }
  }

  private static func sign(_ text: String, with key: Data) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
  }
}
