// SPDX-License-Identifier: Apache-2.0
import Crypto
import ExportCore
import ExportHTTP
import Foundation

/// A key of the account's that stands for who has a token: it signs in place of the account's own key, for seven days at
/// most.
struct DelegationKey: Sendable {
  /// What a signature says of its key, in the order of the signed text: `skoid` to `skv`.
  let fields: [(name: String, value: String)]
  let expiry: Instant
  private let key: SymmetricKey

  /// From the answer to Get User Delegation Key; `nil` for what is none.
  init?(_ answer: [UInt8]) {
    let names: [(String, StaticString)] = [
      ("skoid", "SignedOid"), ("sktid", "SignedTid"), ("skt", "SignedStart"), ("ske", "SignedExpiry"),
      ("sks", "SignedService"), ("skv", "SignedVersion"),
    ]
    let found = names.compactMap { name, element in BlobListing.element(element, in: answer).map { (name, $0) } }
    guard found.count == names.count, let value = BlobListing.element("Value", in: answer),
      let bytes = Data(base64Encoded: value), !bytes.isEmpty, let expiry = Instant(found[3].1)
    else { return nil }
    (fields, self.expiry, key) = (found.map { (name: $0.0, value: $0.1) }, expiry, SymmetricKey(data: bytes))
  }

  func sign(_ text: String) -> String {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).base64EncodedString()
  }
}

/// The delegation keys of one account: one is used for many signatures, as long as it outlives them.
actor DelegationKeys {
  /// What the service gives at most.
  static let longest: Duration = .seconds(7 * 86_400)
  /// Signatures that follow want the same key.
  static let usual: Duration = .seconds(2 * 86_400)

  private let account: BlobContainer
  private var key: DelegationKey?
  private var isAsking = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// - Parameter account: the account's address in place of a container's.
  init(_ account: BlobContainer) { self.account = account }

  /// A key that is good until then, or as long as there is one.
  /// - Throws: `StoreError`.
  func key(until end: Instant) async throws -> DelegationKey {
    while isAsking { await withCheckedContinuation { waiting.append($0) } }
    let now = account.clock()
    let start = now.advanced(by: .zero - AzureContainerStore.clockSkew)
    let last = start.advanced(by: Self.longest)
    // A key that lives as long as one can is not asked for again at once.
    let enough = min(end, last.advanced(by: .seconds(-3600)))
    if let key, key.expiry >= enough { return key }
    isAsking = true
    defer {
      isAsking = false
      for continuation in waiting { continuation.resume() }
      waiting = []
    }
    let fresh = try await ask(from: start, to: min(max(end, now.advanced(by: Self.usual)), last))
    key = fresh
    return fresh
  }

  private func ask(from start: Instant, to end: Instant) async throws -> DelegationKey {
    let body =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><KeyInfo><Start>\(AccountKey.seconds(start))</Start>"
      + "<Expiry>\(AccountKey.seconds(end))</Expiry></KeyInfo>"
    let answer = try await account.send(
      "POST", path: "/", query: [("restype", "service"), ("comp", "userdelegationkey")],
      headers: [("Content-Type", "application/xml")], body: Array(body.utf8))
    guard answer.head.status == 200 else { throw account.refusal(answer) }
    guard let key = DelegationKey(answer.body) else {
      throw StoreError.again(answer.telling("the user delegation key cannot be read"), retryAfter: nil)
    }
    return key
  }
}
