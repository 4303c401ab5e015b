// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Gives the bearer token of requests.
public protocol TokenSource: Sendable {
  /// A token that is good now; `nil` when requests need none. Many may ask at once; one request is made.
  /// - Throws: `ServiceError`: `.login` when the credential is refused.
  func token() async throws -> Secret?

  /// The service refused this token.
  /// - Returns: whether the next `token()` gives another.
  @discardableResult func refused(_ token: Secret) async -> Bool

  /// Of several ways to get a token the one that gave the last; `nil` where there is one way only.
  var way: String? { get async }
}

extension TokenSource {
  public var way: String? { get async { nil } }
}

/// A token that never changes, or none.
struct FixedToken: TokenSource {
  let value: Secret?

  func token() async throws -> Secret? { value }
  func refused(_ token: Secret) async -> Bool { false }
}

/// A token as it was given out.
struct FetchedToken: Sendable {
  var token: Secret
  /// From now; `nil`: it is good until it is refused.
  var life: Duration?
  /// When whoever gave it wants to be asked again, if that is before its end.
  var refreshIn: Duration?
  /// Of several ways to get one the one that was gone.
  var way: String?

  init(token: Secret, life: Duration?, refreshIn: Duration? = nil) {
    (self.token, self.life, self.refreshIn) = (token, life, refreshIn)
  }
}

/// One way to get a token. Each call is one attempt: nothing is cached and nothing is tried again here.
protocol TokenFetcher: Sendable {
  /// - Throws: `ServiceError`.
  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken
}
