// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Synchronization
import Testing

/// The numbers in a token's answer, sensible or not.
@Suite struct TokenNumberTests {
  private static let senseless = [
    "-9223372036854775807", "9223372036854775807", "1099511627776", "-1", "1e300", "null", "[]",
  ]

  /// After how many seconds a source fetches again, when it is asked at each of these times.
  private static func refresh(
    _ credential: Credential, _ answer: String, asking seconds: [Int]
  ) async throws -> Int? {
    let clock = Mutex(0)
    let fetches = Mutex(0)
    let begin = ContinuousClock.now
    let count: @Sendable () -> Void = { fetches.withLock { $0 += 1 } }
    let world = CredentialWorld(
      transport: AnsweringTransport { _ in
        count()
        return HTTPResponse(HTTPHead(status: 200), body: Array(answer.utf8))
      },
      run: { _ in
        count()
        return .ended(status: 0, output: Secret(answer), errors: "")
      }, now: { Instant(seconds: 1_000_000) }, steady: { begin + .seconds(clock.withLock { $0 }) })
    let tokens = CredentialCatalog(world).tokens(for: credential, audience: .management)
    for second in seconds {
      clock.withLock { $0 = second }
      _ = try await tokens.token()
      if fetches.withLock({ $0 }) > 1 { return second }
    }
    return nil
  }

  private static let times = [0, 0, 299, 300, 1199, 1200, 3299, 3300]

  @Test(arguments: senseless, ["expires_in", "expires_on", "refresh_in"])
  func `a number that no token can mean is taken as not said`(number: String, name: String) async throws {
    for value in [number, "\"\(number)\""] {
      let answer = #"{"access_token":"t","\#(name)":\#(value)}"#

      let refresh = try await Self.refresh(.managedIdentity(.init()), answer, asking: Self.times)

      // An hour is taken, and five minutes of it are left.
      #expect(refresh == 3300, "\(answer)")
    }
  }

  @Test(arguments: senseless) func `the same holds for the Azure CLI, which is asked again soon`(
    number: String
  ) async throws {
    let answer = #"{"accessToken":"t","expires_on":\#(number)}"#

    #expect(try await Self.refresh(.azureCLI(AzureCLICredential()), answer, asking: Self.times) == 300)
  }

  @Test(arguments: ["0", "\"0\"", "-5"]) func `no time at all until the next is no wish`(refresh: String) async throws {
    let answer = #"{"access_token":"t","expires_in":3600,"refresh_in":\#(refresh)}"#

    #expect(try await Self.refresh(.managedIdentity(.init()), answer, asking: Self.times) == 3300)
  }

  @Test(arguments: ["1200", "\"1200\""]) func `a wish to be asked earlier is heard`(refresh: String) async throws {
    let answer = #"{"access_token":"t","expires_in":3600,"refresh_in":\#(refresh)}"#

    #expect(try await Self.refresh(.managedIdentity(.init()), answer, asking: Self.times) == 1200)
  }

  @Test(arguments: [
    #""expires_in":1500"#, #""expires_in":"1500""#, #""expires_on":1001500"#, #""expires_on":"1001500""#,
  ])
  func `an end is read in each of its forms`(end: String) async throws {
    let answer = #"{"access_token":"t",\#(end)}"#

    #expect(try await Self.refresh(.managedIdentity(.init()), answer, asking: Self.times) == 1200)
  }
}
