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

  /// As `TokenSource.way`.
  var way: String? { get async }
}

extension RequestProof {
  /// What is made of secrets that never change is the same the next time.
  public func refused(_ request: ProvenRequest) async -> Bool { false }

  public var way: String? { get async { nil } }
}

/// A request that says who sends it.
public struct ProvenRequest: Sendable {
  public var request: HTTPRequest
  /// What was put in, never to be shown.
  public var secrets: [Secret]

  public init(_ request: HTTPRequest, secrets: [Secret] = []) { (self.request, self.secrets) = (request, secrets) }
}

/// Requests that need no proof.
public struct NoProof: RequestProof {
  public init() {}

  public func prove(_ request: HTTPRequest) async throws -> ProvenRequest { ProvenRequest(request) }
}

/// `Authorization: Bearer TOKEN`, or nothing where the source gives no token.
public struct BearerProof: RequestProof {
  private let tokens: any TokenSource

  public init(_ tokens: any TokenSource) { self.tokens = tokens }

  /// A token that never changes.
  public init(token: Secret) { tokens = FixedToken(value: token) }

  public func prove(_ request: HTTPRequest) async throws -> ProvenRequest {
    guard let token = try await tokens.token() else { return ProvenRequest(request) }
    return ProvenRequest(request.with("Authorization", "Bearer \(token.reveal())"), secrets: [token])
  }

  public func refused(_ request: ProvenRequest) async -> Bool {
    guard let token = request.secrets.first else { return false }
    return await tokens.refused(token)
  }

  public var way: String? { get async { await tokens.way } }
}

extension HTTPRequest {
  /// With this header in place of any of that name.
  func with(_ name: String, _ value: String) -> HTTPRequest {
    var request = self
    request.headers.removeAll { $0.name.lowercased() == name.lowercased() }
    request.headers.append((name, value))
    return request
  }
}
