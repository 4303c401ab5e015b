// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Synchronization
import Testing

/// Tokens that other programs print.
@Suite struct ProgramCredentialTests {
  private static func fetch(
    _ credential: Credential, _ answer: ProgramAnswer, now: Instant = Instant(seconds: 0)
  ) async throws -> (token: Secret?, call: ProgramCall?) {
    let calls = Mutex<[ProgramCall]>([])
    let world = CredentialWorld(
      transport: AnsweringTransport.token,
      run: { call in
        calls.withLock { $0.append(call) }
        return answer
      }, now: { now })
    let token = try await CredentialCatalog(world).tokens(for: credential, audience: .management).token()
    return (token, calls.withLock { $0.first })
  }

  private static func ended(_ output: String, status: Int32 = 0, errors: String = "") -> ProgramAnswer {
    .ended(status: status, output: Secret(output), errors: errors)
  }

  // MARK: The Azure CLI

  @Test func `the Azure CLI is asked for the audience as a resource`() async throws {
    let output = #"{"accessToken":"cli-1","expiresOn":"2026-01-01 00:00:00.000000","expires_on":3600}"#

    let plain = try await Self.fetch(.azureCLI(AzureCLICredential()), Self.ended(output))
    let chosen = try await Self.fetch(
      .azureCLI(AzureCLICredential(tenant: "t-1", subscription: "s 1")), Self.ended(output))

    let words = [
      "az", "account", "get-access-token", "--output", "json", "--resource", "https://management.azure.com",
    ]
    #expect(plain.token?.reveal() == "cli-1")
    #expect(plain.call == ProgramCall(words, timeLimit: .seconds(10), keepsErrors: true))
    #expect(chosen.call?.words == words + ["--tenant", "t-1", "--subscription", "s 1"])
  }

  @Test(arguments: [
    (ProgramAnswer.notFound, ErrorClass.login, "was not found: install it, or choose another credential"),
    (.timedOut, .again, "gave no token within 10s"),
    (.failed("was ended by signal 9"), .again, "was ended by signal 9"),
    (
      ended("", status: 1, errors: "ERROR: Please run 'az login' to setup account.\n"), .login,
      "is not signed in: run 'az login'"
    ),
    (
      ended("", status: 2, errors: "\n  \nERROR: no such tenant\nmore\n"), .login,
      "ended with status 2: ERROR: no such tenant"
    ),
    (ended("", status: 3), .login, "ended with status 3"), (ended("no JSON CANARY"), .again, "printed no token"),
    (ended(#"{"accessToken":""}"#), .again, "printed no token"),
  ])
  func `what is wrong with the Azure CLI is told`(
    answer: ProgramAnswer, kind: ErrorClass, message: String
  ) async throws {
    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(.azureCLI(AzureCLICredential()), answer)
    }

    #expect(error == ServiceError(kind, "the Azure CLI ('az') \(message)"))
  }

  // MARK: Any command

  @Test func `a command prints the token, and is run again only when that is refused`() async throws {
    let calls = Mutex<[ProgramCall]>([])
    let world = CredentialWorld(
      transport: AnsweringTransport.token,
      run: { call in
        let count = calls.withLock { calls in
          calls.append(call)
          return calls.count
        }
        return Self.ended("token-\(count)\n")
      })
    let tokens = CredentialCatalog(world).tokens(
      for: .command(CommandCredential(["get", "-q"])), audience: .management)

    let first = try await tokens.token()
    let same = try await tokens.token()
    let isAnother = await tokens.refused(Secret("token-1"))
    let second = try await tokens.token()

    #expect([first, same, second].map { $0?.reveal() } == ["token-1", "token-1", "token-2"])
    #expect(isAnother)
    #expect(
      calls.withLock { $0 } == Array(repeating: ProgramCall(["get", "-q"], timeLimit: .seconds(30)), count: 2))
  }

  @Test(arguments: [
    (ProgramAnswer.notFound, "was not found"), (.failed("cannot be run"), "cannot be run"),
    (ended("CANARY", status: 4, errors: "CANARY"), "ended with status 4"), (ended("\n"), "printed no token"),
    (ended("CANARY and more"), "printed no token"),
  ])
  func `what is wrong with a command is told without what it printed`(
    answer: ProgramAnswer, message: String
  ) async throws {
    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(.command(CommandCredential(["get"])), answer)
    }

    #expect(error == ServiceError(.login, "the command get \(message)"))
  }

  @Test func `a token that never changes is not sent twice when it is refused`() async throws {
    let proof = BearerProof(token: Secret("fixed"))

    let proven = try await proof.prove(HTTPRequest("GET", "https://a.example/"))

    #expect(proven.request.header("authorization") == "Bearer fixed")
    #expect(await proof.refused(proven) == false)
  }
}
