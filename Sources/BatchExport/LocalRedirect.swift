// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// Where a rehearsal goes: every service, credential and destination of the plan is replaced by the local cloud's.
/// The plan, and with it every key, stays as it is; the state is another one.
public struct LocalRedirect: Sendable {
  /// In place of every service's base URL.
  public var base: String
  public var authority: String
  public var tenant: String
  public var client: String
  public var secret: Secret
  /// `http://127.0.0.1:PORT/ACCOUNT`, without a slash at the end. Containers keep their names.
  public var blobs: String
  public var accountKey: Secret
  /// Directory destinations land below this folder, by their names.
  public var exports: URL
  /// How many times faster than the clock the cloud's tasks live: polling keeps pace.
  public var speed: Double

  public init(
    base: String, authority: String, tenant: String, client: String, secret: Secret, blobs: String,
    accountKey: Secret, exports: URL, speed: Double
  ) {
    (self.base, self.authority, self.tenant, self.client) = (base, authority, tenant, client)
    (self.secret, self.blobs, self.accountKey) = (secret, blobs, accountKey)
    (self.exports, self.speed) = (exports, speed)
  }
}
