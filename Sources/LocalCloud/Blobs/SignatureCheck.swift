// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// Checks shared access signatures against the account's key (contract.md 6.1).
struct SignatureCheck: Sendable {
  let account: String
  let key: SymmetricKey

  /// A request as far as a signature is about it.
  struct Place: Sendable {
    var container: String
    /// Empty for the container itself.
    var blob: String
    var right: BlobRight
    var isSecure = false
    /// Of who asks; this cloud answers its own machine only.
    var address = "127.0.0.1"
  }

  func signature(_ text: String, _ key: SymmetricKey? = nil) -> String {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key ?? self.key)).base64EncodedString()
  }

  /// - Parameter now: in milliseconds since 1970.
  /// - Throws: `BlobRefusal`, with what the real service says.
  func check(sas query: CloudQuery, _ place: Place, now: Int64) throws {
    guard let sig = query["sig"], let version = query["sv"] else {
      throw BlobRefusal.authentication("sv and sig are mandatory")
    }
    guard version.wholeMatch(of: #/\d{4}-\d\d-\d\d/#) != nil, version >= "2012-02-12" else {
      throw BlobRefusal.authentication("sv is not valid: '\(version)'")
    }
    let text = SignedText(query: query, account: account, container: place.container, blob: place.blob)
    guard query["sr"] != "d" || text.depth != nil else {
      throw BlobRefusal.authentication("sdd is not valid: '\(query.text("sdd"))'")
    }
    let isAccount = query["ss"] != nil && query["srt"] != nil
    let isDelegated = query["skoid"] != nil
    let delegation = DelegationKey(query)
    let signed = isAccount ? text.wholeAccount : isDelegated ? text.delegation : text.service
    let key = isDelegated ? SymmetricKey(data: delegation.value(from: key)) : key
    guard signature(signed, key) == sig else {
      throw BlobRefusal.authentication("Signature did not match. String to sign used was \(signed)")
    }
    if isDelegated, version < "2018-11-09" || !delegation.isGood(at: now) {
      throw BlobRefusal.authentication("The user delegation key is not valid in the specified time frame")
    }
    guard query.text("si").isEmpty else { throw BlobRefusal.authentication("there is no stored access policy 'si'") }
    try times(query, now)
    try circumstances(query, place)
    if isAccount { try scope(query, place.right) }
    let wanted = isAccount ? place.right.accountLetters.letters : place.right.serviceLetters
    guard query.text("sp").contains(where: { wanted.contains($0) }) else {
      throw BlobRefusal.unauthorized("AuthorizationPermissionMismatch", "permission")
    }
  }

  private func times(_ query: CloudQuery, _ now: Int64) throws {
    for name in ["st", "se"] {
      guard let text = query[name], !text.isEmpty, CloudTime.instant(text) == nil else { continue }
      throw BlobRefusal.authentication("\(name) is not a valid time: '\(text)'")
    }
    let start = CloudTime.instant(query.text("st")) ?? .min
    guard let expiry = CloudTime.instant(query.text("se")) else { throw BlobRefusal.authentication("se is mandatory") }
    guard start <= now, now < expiry else {
      throw BlobRefusal.authentication(
        "Signature not valid in the specified time frame: Start [\(query.text("st"))] - Expiry [\(query.text("se"))] - Current [\(CloudTime.http(now))]"
      )
    }
  }

  private func circumstances(_ query: CloudQuery, _ place: Place) throws {
    switch query["spr"] {
    case nil, "", "https,http": break
    case "https" where place.isSecure: break
    case "https": throw BlobRefusal.unauthorized("AuthorizationProtocolMismatch", "protocol")
    case let other?: throw BlobRefusal.authentication("spr is not valid: '\(other)'")
    }
    guard let range = query["sip"], !range.isEmpty else { return }
    guard let range = AddressRange(range) else { throw BlobRefusal.authentication("sip is not valid: '\(range)'") }
    guard range.contains(place.address) else {
      throw BlobRefusal.unauthorized("AuthorizationSourceIPMismatch", "source IP")
    }
  }

  private func scope(_ query: CloudQuery, _ right: BlobRight) throws {
    guard query.text("ss").contains("b") else {
      throw BlobRefusal.unauthorized("AuthorizationServiceMismatch", "service")
    }
    guard query.text("srt").contains(right.accountLetters.resource) else {
      throw BlobRefusal.unauthorized("AuthorizationResourceTypeMismatch", "resource type")
    }
  }
}

/// `a` or `a-b`, of IPv4.
private struct AddressRange {
  let first, last: UInt32

  init?(_ text: String) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Self.number($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
    (self.first, self.last) = (first, last)
  }

  func contains(_ address: String) -> Bool {
    Self.number(address[...]).map { first <= $0 && $0 <= last } ?? false
  }

  private static func number(_ text: Substring) -> UInt32? {
    let bytes = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard bytes.count == 4, bytes.allSatisfy({ $0 != nil }) else { return nil }
    return bytes.reduce(0) { $0 << 8 | UInt32($1 ?? 0) }
  }
}
