// SPDX-License-Identifier: Apache-2.0
import Crypto
import ExportCore
import Foundation

/// `Authorization: SharedAccessSignature …` of IoT Hub, Event Hubs, Service Bus and Notification Hubs: a signature over
/// the resource and the time until which it is good.
public struct AzureSASProof: RequestProof {
  /// How the key stands in the secret, and what is signed with.
  public enum KeyForm: String, Sendable, CaseIterable {
    /// The bytes that the text stands for: IoT Hub.
    case base64
    /// The text's own bytes: Service Bus, Notification Hubs.
    case text
  }

  private let key: SymmetricKey
  private let resource: String
  private let policy: String
  private let life: Duration
  private let now: @Sendable () -> Instant

  /// - Parameter isLower: the resource is signed in lower case.
  /// - Throws: `ServiceError` when the key is not in the form that was said.
  public init(
    key: Secret, form: KeyForm, resource: String, policy: String, life: Duration, isLower: Bool,
    now: @escaping @Sendable () -> Instant = { WallClock().now }
  ) throws {
    let bytes = form == .text ? Data(key.reveal().utf8) : Data(base64Encoded: key.reveal()) ?? Data()
    guard !bytes.isEmpty else {
      throw ServiceError(.login, "the key of the policy '\(policy)' is \(form == .text ? "empty" : "not Base64")")
    }
    self.key = SymmetricKey(data: bytes)
    self.resource = PercentEncoding.encode(isLower ? resource.lowercased() : resource)
    (self.policy, self.life, self.now) = (policy, life, now)
  }

  public func prove(_ request: HTTPRequest) async throws -> ProvenRequest {
    let expiry = now().advanced(by: life).seconds
    let code = HMAC<SHA256>.authenticationCode(for: Data("\(resource)\n\(expiry)".utf8), using: key)
    let signature = PercentEncoding.encode(Data(code).base64EncodedString())
    let token = "sr=\(resource)&sig=\(signature)&se=\(expiry)&skn=\(PercentEncoding.encode(policy))"
    return ProvenRequest(
      request.with("Authorization", "SharedAccessSignature \(token)"), secrets: [Secret(token), Secret(signature)])
  }
}
