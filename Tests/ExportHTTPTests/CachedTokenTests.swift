// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Synchronization
import Testing

@testable import ExportHTTP

/// How long a token is kept, and who fetches the next.
@Suite struct CachedTokenTests {
  /// A steady clock that is moved by hand, and fetches that are answered by a script.
  private final class World: Sendable {
    private struct State {
      var now = ContinuousClock.now
      var fetches = 0
      var answers: [Result<FetchedToken, ServiceError>]
    }

    private let state: Mutex<State>

    init(_ answers: [Result<FetchedToken, ServiceError>]) { state = Mutex(State(answers: answers)) }

    var fetches: Int { state.withLock { $0.fetches } }
    func advance(_ duration: Duration) { state.withLock { $0.now += duration } }

    var tokens: CachedTokens {
      CachedTokens(now: { self.state.withLock { $0.now } }) {
        try self.state.withLock { state in
          state.fetches += 1
          return try state.answers.removeFirst().get()
        }
      }
    }
  }

  private static func token(
    _ text: String, life: Duration? = .seconds(3600), refreshIn: Duration? = nil
  ) -> Result<FetchedToken, ServiceError> {
    .success(FetchedToken(token: Secret(text), life: life, refreshIn: refreshIn))
  }

  private static let fault: Result<FetchedToken, ServiceError> = .failure(ServiceError(.again, "no"))

  @Test func `a token is fetched anew 300 seconds before its end`() async throws {
    let world = World([Self.token("one"), Self.token("two")])
    let tokens = world.tokens

    let first = try await tokens.token()
    world.advance(.seconds(3299))
    let still = try await tokens.token()
    world.advance(.seconds(1))
    let second = try await tokens.token()

    #expect([first, still, second].map { $0?.reveal() } == ["one", "one", "two"])
  }

  @Test(arguments: [
    (Duration.seconds(600), nil, Duration.seconds(300)), (.seconds(100), nil, .seconds(50)),
    (.seconds(3600), Duration.seconds(1200), .seconds(1200)), (.seconds(3600), .seconds(4000), .seconds(3300)),
  ])
  func `a short life is refreshed at its half, and a wish to be asked earlier is heard`(
    life: Duration, wish: Duration?, refresh: Duration
  ) async throws {
    let world = World([Self.token("one", life: life, refreshIn: wish), Self.token("two")])
    let tokens = world.tokens

    _ = try await tokens.token()
    world.advance(refresh - .milliseconds(1))
    let before = try await tokens.token()
    world.advance(.milliseconds(1))
    let after = try await tokens.token()

    #expect([before, after].map { $0?.reveal() } == ["one", "two"])
  }

  @Test func `a token without an end is kept until it is refused`() async throws {
    let world = World([Self.token("one", life: nil), Self.token("two", life: nil)])
    let tokens = world.tokens

    _ = try await tokens.token()
    world.advance(.seconds(1_000_000))
    let kept = try await tokens.token()
    await tokens.refused(Secret("one"))
    let next = try await tokens.token()

    #expect([kept, next].map { $0?.reveal() } == ["one", "two"])
  }

  @Test func `a refresh that fails keeps the good token, and is tried again after 30 seconds`() async throws {
    let world = World([Self.token("one"), Self.fault, Self.fault, Self.token("two")])
    let tokens = world.tokens
    _ = try await tokens.token()

    world.advance(.seconds(3300))
    let kept = try await tokens.token()
    world.advance(.seconds(29))
    _ = try await tokens.token()
    #expect(world.fetches == 2)
    world.advance(.seconds(1))
    _ = try await tokens.token()
    #expect(world.fetches == 3)
    world.advance(.seconds(30))
    let next = try await tokens.token()

    #expect([kept, next].map { $0?.reveal() } == ["one", "two"])
  }

  @Test func `once the token has ended a failure is one`() async throws {
    let world = World([Self.token("one"), Self.fault, Self.token("two")])
    let tokens = world.tokens
    _ = try await tokens.token()

    world.advance(.seconds(3600))
    let error = await #expect(throws: ServiceError.self) { try await tokens.token() }
    let next = try await tokens.token()

    #expect(error?.message == "no")
    #expect(next?.reveal() == "two")
  }

  @Test func `only the token that is in use is dropped`() async throws {
    let world = World([Self.token("one"), Self.token("two")])
    let tokens = world.tokens
    _ = try await tokens.token()

    await tokens.refused(Secret("another"))
    let same = try await tokens.token()

    #expect(same?.reveal() == "one")
    #expect(world.fetches == 1)
  }

  // MARK: Many at once

  /// A fetch that waits until it is let go.
  private final class Gate: Sendable {
    private let calls = AsyncStream.makeStream(of: Int.self)
    private let leave = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let count = Mutex(0)

    /// Waits until the gate opens; cancelled, until then as well.
    func pass() async {
      calls.continuation.yield(
        count.withLock { count in
          count += 1
          return count
        })
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          leave.withLock { $0.append(continuation) }
          if Task.isCancelled { open() }
        }
      } onCancel: {
        open()
      }
    }

    func open() {
      let waiting = leave.withLock { leave in
        defer { leave = [] }
        return leave
      }
      for continuation in waiting { continuation.resume() }
    }

    /// The next call has come in; its number.
    func arrival() async -> Int? {
      for await call in calls.stream { return call }
      return nil
    }
  }

  @Test func `while one refreshes, the others go on with the good token`() async throws {
    let gate = Gate()
    let clock = Mutex(ContinuousClock.now)
    let fetches = Mutex(0)
    let tokens = CachedTokens(now: { clock.withLock { $0 } }) {
      let number = fetches.withLock { fetches in
        fetches += 1
        return fetches
      }
      if number > 1 { await gate.pass() }
      return FetchedToken(token: Secret("\(number)"), life: .seconds(3600))
    }
    _ = try await tokens.token()
    clock.withLock { $0 += .seconds(3400) }

    async let refreshing = tokens.token()
    _ = await gate.arrival()
    let meanwhile = try await tokens.token()
    gate.open()
    let refreshed = try await refreshing

    #expect([meanwhile, refreshed].map { $0?.reveal() } == ["1", "2"])
  }

  @Test func `when the one who fetches is cancelled, another of those who wait fetches`() async throws {
    let gate = Gate()
    let fetches = Mutex(0)
    let tokens = CachedTokens {
      let number = fetches.withLock { fetches in
        fetches += 1
        return fetches
      }
      if number == 1 { await gate.pass() }
      try Task.checkCancellation()
      return FetchedToken(token: Secret("\(number)"), life: .seconds(3600))
    }

    let first = Task { try await tokens.token() }
    _ = await gate.arrival()
    let second = Task { try await tokens.token() }
    // The second waits behind the first, or comes after it: both ways it must get a token.
    first.cancel()

    #expect(try await second.value?.reveal() == "2")
    await #expect(throws: (any Error).self) { try await first.value }
  }

  @Test func `one who waits can be cancelled while the fetch goes on`() async throws {
    let gate = Gate()
    let tokens = CachedTokens {
      await gate.pass()
      return FetchedToken(token: Secret("t"), life: .seconds(3600))
    }
    let first = Task { try await tokens.token() }
    _ = await gate.arrival()

    let second = Task { try await tokens.token() }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    gate.open()

    #expect(try await first.value?.reveal() == "t")
  }
}
