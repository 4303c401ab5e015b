// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Synchronization

/// Keeps a token until shortly before it ends, and fetches one at a time whoever asks.
///
/// Whoever asks first fetches; when that caller is cancelled, one of those who wait goes on in its place.
actor CachedTokens: TokenSource {
  /// As long before a token's end another is fetched; half of a life that is short.
  static let early: Duration = .seconds(300)
  /// After a fetch that failed while the token is still good.
  static let pauseAfterFailure: Duration = .seconds(30)

  private struct Current {
    var token: Secret
    var end: ContinuousClock.Instant?
    var refreshAt: ContinuousClock.Instant?
  }

  private let fetch: @Sendable () async throws -> FetchedToken
  private let now: @Sendable () -> ContinuousClock.Instant
  private var current: Current?
  private var isFetching = false
  private(set) var way: String?
  private let waiting = Waiting()

  init(
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    fetch: @escaping @Sendable () async throws -> FetchedToken
  ) {
    (self.now, self.fetch) = (now, fetch)
  }

  func token() async throws -> Secret? {
    while true {
      if let current, current.refreshAt.map({ now() < $0 }) ?? true { return current.token }
      // One fetches, and the others go on with what is still good.
      if isFetching, let good { return good }
      guard isFetching else { return try await fetched() }
      if let result = await outcome() { return try result.get() }
      try Task.checkCancellation()
    }
  }

  @discardableResult func refused(_ token: Secret) -> Bool {
    if current?.token == token { current = nil }
    return true
  }

  // MARK: Parts

  /// The token that has not ended yet.
  private var good: Secret? {
    guard let current, current.end.map({ now() < $0 }) ?? true else { return nil }
    return current.token
  }

  private func fetched() async throws -> Secret {
    isFetching = true
    var result: Result<Secret, ServiceError>?
    defer { finish(result) }
    do {
      let fetched = try await fetch()
      keep(fetched)
      result = .success(fetched.token)
      return fetched.token
    } catch let error as ServiceError where !Task.isCancelled {
      if let good {
        current?.refreshAt = now() + Self.pauseAfterFailure
        result = .success(good)
        return good
      }
      result = .failure(error)
      throw error
    }
  }

  private func keep(_ fetched: FetchedToken) {
    let begin = now()
    way = fetched.way
    current = Current(
      token: fetched.token, end: fetched.life.map { begin + $0 },
      refreshAt: fetched.life.map { life in
        begin + min(life - min(Self.early, life / 2), fetched.refreshIn ?? life)
      })
  }

  /// - Parameter result: `nil`: nothing is known, and another must fetch.
  private func finish(_ result: Result<Secret, ServiceError>?) {
    isFetching = false
    waiting.tell(result)
  }

  /// How the fetch that is under way ends; `nil` when it was broken off, or this caller was.
  private func outcome() async -> Result<Secret, ServiceError>? {
    let ticket = waiting.ticket()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { waiting.add($0, ticket) }
    } onCancel: {
      waiting.leave(ticket)
    }
  }

  /// Those who wait for the fetch that is under way. Leaving needs no turn of the actor.
  private final class Waiting: Sendable {
    typealias Continuation = CheckedContinuation<Result<Secret, ServiceError>?, Never>

    private struct State {
      var continuations: [Int: Continuation] = [:]
      var tickets = 0
    }

    private let state = Mutex(State())

    func ticket() -> Int {
      state.withLock { state in
        state.tickets += 1
        return state.tickets
      }
    }

    /// One that was cancelled before hears at once.
    func add(_ continuation: Continuation, _ ticket: Int) {
      let isCancelled = state.withLock { state in
        if !Task.isCancelled { state.continuations[ticket] = continuation }
        return state.continuations[ticket] == nil
      }
      if isCancelled { continuation.resume(returning: nil) }
    }

    func leave(_ ticket: Int) {
      state.withLock { $0.continuations.removeValue(forKey: ticket) }?.resume(returning: nil)
    }

    func tell(_ result: Result<Secret, ServiceError>?) {
      let all = state.withLock { state in
        defer { state.continuations = [:] }
        return state.continuations.values
      }
      for continuation in all { continuation.resume(returning: result) }
    }
  }
}
