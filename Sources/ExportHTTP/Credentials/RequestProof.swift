// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Proves who sends a request. Many may ask at once.
public protocol RequestProof: Sendable {
  /// The request with the proof in it. Nothing else of the request is changed.
  /// - Throws: `ServiceError`: `.login` when the credential is refused.
  func prove(_ request: HTTPRequest) async throws -> ProvenRequest

  /// The service refused the proof (401).
  /// - Returns: whether the next one will be another: then the request is worth sending once more.
  func refused(_ request: ProvenRequest) async -> Bool
}

/// A request that says who sends it.
public struct ProvenRequest: Sendable {
  public var request: HTTPRequest
  /// What was put in, never to be shown.
  public var secrets: [Secret]

  public init(_ request: HTTPRequest, secrets: [Secret] = []) { (self.request, self.secrets) = (request, secrets) }
}

/// `Authorization: Bearer TOKEN`, or nothing where the source gives no token.
public struct BearerProof: RequestProof {
  private let tokens: any TokenSource

  public init(_ tokens: any TokenSource) { self.tokens = tokens }

  public func prove(_ request: HTTPRequest) async throws -> ProvenRequest {
    guard let token = try await tokens.token() else { return ProvenRequest(request) }
    var proven = request
    proven.headers.append(("Authorization", "Bearer \(token.reveal())"))
    return ProvenRequest(proven, secrets: [token])
  }

  public func refused(_ request: ProvenRequest) async -> Bool {
    guard let token = request.secrets.first else { return false }
    await tokens.refused(token)
    return true
  }
}
