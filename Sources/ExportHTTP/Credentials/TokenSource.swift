// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Gives the bearer token of requests.
public protocol TokenSource: Sendable {
  /// A token that is good now; `nil` when requests need none. Many may ask at once; one request is made.
  /// - Throws: `ServiceError`: `.login` when the credential is refused.
  func token() async throws -> Secret?

  /// The service refused this token: the next `token()` gets another.
  func refused(_ token: Secret) async
}

/// A token that never changes, or none.
struct FixedToken: TokenSource {
  let value: Secret?

  func token() async throws -> Secret? { value }
  func refused(_ token: Secret) async {}
}

/// Keeps a token until shortly before it ends, and fetches one at a time whoever asks.
actor CachedTokens: TokenSource {
  struct Fetched: Sendable {
    var token: Secret
    /// From now.
    var life: Duration
  }

  private let fetch: @Sendable () async throws -> Fetched
  private let now: @Sendable () -> ContinuousClock.Instant
  private var current: (token: Secret, refreshAt: ContinuousClock.Instant)?
  private var isFetching = false
  private var waiting: [CheckedContinuation<Result<Secret, ServiceError>, Never>] = []

  init(
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    fetch: @escaping @Sendable () async throws -> Fetched
  ) {
    (self.now, self.fetch) = (now, fetch)
  }

  func token() async throws -> Secret? {
    if let current, now() < current.refreshAt { return current.token }
    if isFetching { return try await withCheckedContinuation { waiting.append($0) }.get() }
    isFetching = true
    let result: Result<Secret, ServiceError>
    do {
      let fetched = try await fetch()
      // 300 s before the end, as Microsoft's own clients do, or a tenth of a short life.
      let early = min(.seconds(300), fetched.life / 10)
      current = (fetched.token, now() + fetched.life - early)
      result = .success(fetched.token)
    } catch let error as ServiceError {
      result = .failure(error)
    } catch {
      result = .failure(ServiceError(.again, "getting a token was broken off"))
    }
    isFetching = false
    for continuation in waiting { continuation.resume(returning: result) }
    waiting = []
    return try result.get()
  }

  func refused(_ token: Secret) { if current?.token == token { current = nil } }
}
