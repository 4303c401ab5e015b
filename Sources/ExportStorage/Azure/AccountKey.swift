// SPDX-License-Identifier: Apache-2.0
import Crypto
import ExportCore
import ExportHTTP
import Foundation

/// Signs with a storage account's key: shared access signatures, and our own requests (contract.md 6.1, 6.2).
struct AccountKey: Sendable {
  /// The service version that is named in what we sign.
  static let version = "2021-12-02"

  let account: String
  private let key: SymmetricKey

  /// `nil` when the secret is not Base64.
  init?(account: String, secret: Secret) {
    guard let bytes = Data(base64Encoded: secret.reveal()), !bytes.isEmpty else { return nil }
    self.account = account
    key = SymmetricKey(data: bytes)
  }

  func sign(_ text: String) -> String {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).base64EncodedString()
  }

  /// The headers that authorize a request without a body by Shared Key.
  ///
  /// - Parameters:
  ///   - path: as sent, encoded, with the account in front in path style.
  ///   - query: names and decoded values.
  func authorize(
    _ method: String, path: String, query: [(name: String, value: String)], headers: [(name: String, value: String)],
    now: Instant
  ) -> [(name: String, value: String)] {
    let all = headers + [("x-ms-date", HTTPDate.format(now)), ("x-ms-version", Self.version)]
    func plain(_ name: String) -> String { all.first { $0.name.lowercased() == name }?.value ?? "" }
    let standard = [
      "content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
      "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range",
    ].map { name in name == "content-length" && plain(name) == "0" ? "" : plain(name) }
    let own = all.filter { $0.name.lowercased().hasPrefix("x-ms-") }
      .map { ($0.name.lowercased(), $0.value.trimmingCharacters(in: .whitespaces)) }
      .sorted { $0.0 < $1.0 }.map { "\($0.0):\($0.1)\n" }.joined()
    let items = query.sorted { $0.name < $1.name }.map { "\n\($0.name.lowercased()):\($0.value)" }.joined()
    let text = ([method] + standard).joined(separator: "\n") + "\n" + own + "/\(account)\(path)\(items)"
    return all + [("Authorization", "SharedKey \(account):\(sign(text))")]
  }

  /// `yyyy-MM-ddTHH:mm:ssZ`.
  static func seconds(_ instant: Instant) -> String { Instant(seconds: instant.seconds).description }
}
