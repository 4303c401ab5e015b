// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Testing

@Suite struct CredentialTests {
  private func tokens(_ transport: ScriptedTransport, _ endpoint: AzureClientCredential.Endpoint = .v1)
    -> any TokenSource
  {
    let client = AzureClientCredential(
      tenant: "contoso.example", client: "c-1", secret: Secret("s&cret canary"), authority: "https://login.example",
      endpoint: endpoint)
    return CredentialCatalog.tokens(for: .azureClient(client), transport: transport)
  }

  @Test func `the v1 form is the one the service documented`() async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, #"{"access_token":"t","expires_in":"3599"}"#)])

    let token = try await tokens(transport).token()

    #expect(token?.reveal() == "t")
    #expect(transport.sent[0].url == "https://login.example/contoso.example/oauth2/token")
    #expect(
      String(decoding: transport.sent[0].body ?? [], as: UTF8.self)
        == "grant_type=client_credentials&client_id=c-1&client_secret=s%26cret%20canary"
        + "&resource=https%3A%2F%2Fmanagement.core.windows.net%2F")
  }

  @Test func `the v2 form asks for a scope`() async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, #"{"access_token":"t","expires_in":3599}"#)])

    _ = try await tokens(transport, .v2).token()

    #expect(transport.sent[0].url == "https://login.example/contoso.example/oauth2/v2.0/token")
    #expect(
      String(decoding: transport.sent[0].body ?? [], as: UTF8.self).hasSuffix(
        "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"))
  }

  @Test func `many ask, one request is made, and a refused token is fetched anew`() async throws {
    let transport = ScriptedTransport([
      ScriptedTransport.json(200, #"{"access_token":"one","expires_in":"3599"}"#),
      ScriptedTransport.json(200, #"{"access_token":"two","expires_in":"3599"}"#),
    ])
    let tokens = tokens(transport)

    let all = try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<20 { group.addTask { try await tokens.token()?.reveal() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(all == Array(repeating: "one", count: 20))
    #expect(transport.sent.count == 1)

    await tokens.refused(Secret("another"))
    #expect(try await tokens.token()?.reveal() == "one")
    await tokens.refused(Secret("one"))
    #expect(try await tokens.token()?.reveal() == "two")
  }

  @Test func `a refusal says why, without the secret`() async throws {
    let transport = ScriptedTransport([
      ScriptedTransport.json(
        401,
        #"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: x"}"#
      )
    ])

    let error = try await #require(throws: ServiceError.self) { try await tokens(transport).token() }

    #expect(error.kind == .login)
    #expect(error.status == 401)
    let words = "the credential of client c-1 was refused: AADSTS7000215: Invalid client secret provided."
    #expect(error.message == "\(words) (request \(error.requestID ?? ""))")
  }

  @Test func `an authority that nobody answers for is unreachable`() async throws {
    let transport = ScriptedTransport([{ _ in throw TransportError(.unreachable, "cannot reach login.example:443") }])

    let error = try await #require(throws: ServiceError.self) { try await tokens(transport).token() }

    #expect(error.isUnreachable)
  }
}
