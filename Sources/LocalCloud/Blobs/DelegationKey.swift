// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// The key that a user signs with in place of the account's: it follows from the account's key and from what its
/// signatures say of it, so nothing has to be kept.
struct DelegationKey: Sendable {
  /// Of who asked for it.
  var object, tenant: String
  var start, expiry: String
  var service = "b"
  var version: String

  init(object: String, tenant: String, start: String, expiry: String, version: String) {
    (self.object, self.tenant, self.start, self.expiry, self.version) = (object, tenant, start, expiry, version)
  }

  /// As a signature tells it.
  init(_ query: CloudQuery) {
    self.init(
      object: query.text("skoid"), tenant: query.text("sktid"), start: query.text("skt"), expiry: query.text("ske"),
      version: query.text("skv"))
    service = query.text("sks")
  }

  func value(from account: SymmetricKey) -> Data {
    let text = [object, tenant, start, expiry, service, version].joined(separator: "\n")
    return Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: account))
  }

  /// Whether it is good at that instant, in milliseconds since 1970.
  func isGood(at now: Int64) -> Bool {
    guard let start = CloudTime.instant(start), let expiry = CloudTime.instant(expiry) else { return false }
    return start <= now && now < expiry
  }
}
