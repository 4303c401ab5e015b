// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation

/// A header that holds a secret, such as `X-Api-Key`.
public struct HeaderProof: RequestProof {
  private let name: String
  private let value: Secret
  private let secrets: [Secret]

  public init(_ name: String, _ value: Secret) { (self.name, self.value, secrets) = (name, value, [value]) }

  /// `Authorization: Basic …` (RFC 7617).
  public init(user: Secret, password: Secret) {
    let encoded = Data("\(user.reveal()):\(password.reveal())".utf8).base64EncodedString()
    (name, value, secrets) = ("Authorization", Secret("Basic \(encoded)"), [Secret(encoded), password])
  }

  public func prove(_ request: HTTPRequest) async throws -> ProvenRequest {
    ProvenRequest(request.with(name, value.reveal()), secrets: secrets)
  }
}
