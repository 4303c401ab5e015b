// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Shared Key: the account's own signature of one request (contract.md 6.2).
extension SignatureCheck {
  /// How far the client's clock may be from ours, in milliseconds: 15 minutes, as at the real service.
  static let skew: Int64 = 900_000

  /// A request as it was sent.
  struct Sent: Sendable {
    var method: String
    /// Encoded, as in the request; of the path style with its account.
    var path: String
    var query: CloudQuery
    var headers: [(name: String, value: String)]
  }

  func check(sharedKey authorization: String, _ sent: Sent, now: Int64) throws {
    let parts = authorization.dropFirst("SharedKey ".count).split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else {
      throw BlobRefusal(
        400, "InvalidAuthenticationInfo", "Authentication information is not given in the correct format.")
    }
    let text = text(of: sent)
    guard parts[0] == account, signature(text) == parts[1] else {
      throw BlobRefusal.authentication(
        "The MAC signature found in the HTTP request is not the same as any computed signature. Server used following string to sign: '\(text)'."
      )
    }
    let dates = ["x-ms-date", "date"].compactMap { name in sent.headers.first { $0.name.lowercased() == name }?.value }
    guard let date = dates.first.flatMap({ CloudTime.http($0) }) else {
      throw BlobRefusal.authentication("the request has no date: x-ms-date")
    }
    guard abs(date - now) <= Self.skew else {
      throw BlobRefusal.authentication("Request date header too old: '\(dates[0])'")
    }
  }

  func text(of sent: Sent) -> String {
    let all = sent.headers.map { (name: $0.name.lowercased(), value: $0.value) }
    func value(_ name: String) -> String { all.first { $0.name == name }?.value ?? "" }
    let length = value("content-length") == "0" ? "" : value("content-length")
    let date = value("x-ms-date").isEmpty ? value("date") : ""
    var lines = [sent.method, value("content-encoding"), value("content-language"), length, value("content-md5")]
    lines += [value("content-type"), date]
    lines += ["if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"].map(value)
    let own = all.filter { $0.name.hasPrefix("x-ms-") }.sorted { $0.name < $1.name }
      .map { "\($0.name):\($0.value.trimmingCharacters(in: .whitespaces))\n" }.joined()
    var resource = "/\(account)\(sent.path)"
    for name in Set(sent.query.items.map { $0.name.lowercased() }).sorted() {
      let values = sent.query.items.filter { $0.name.lowercased() == name }.map(\.value).sorted()
      resource += "\n\(name):\(values.joined(separator: ","))"
    }
    return lines.joined(separator: "\n") + "\n" + own + resource
  }
}
