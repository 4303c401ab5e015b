// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Synchronization
import Testing

/// Client secrets and assertions at the endpoints of Entra (contract.md, sections 4.1 to 4.3).
@Suite struct TokenEndpointTests {
  private static func client(
    _ endpoint: AzureClientCredential.Endpoint = .v2, authority: String? = "https://login.example"
  ) -> Credential {
    .azureClient(
      AzureClientCredential(
        tenant: "contoso.example", client: "c-1", secret: Secret("CANARY"), authority: authority, endpoint: endpoint))
  }

  private static func fetch(
    _ credential: Credential, _ world: CredentialWorld, _ audience: TokenAudience = .management
  ) async throws -> Secret? {
    try await CredentialCatalog(world).tokens(for: credential, audience: audience).token()
  }

  private static func refusal(_ status: Int, _ text: String, _ headers: [(name: String, value: String)] = [])
    async throws
    -> ServiceError
  {
    let transport = AnsweringTransport(status, text, headers)
    return try await #require(throws: ServiceError.self) {
      _ = try await fetch(client(), CredentialWorld(transport: transport))
    }
  }

  // MARK: Sockets

  @Test(arguments: [AzureClientCredential.Endpoint.v1, .v2])
  func `both endpoints are spoken to as they document`(endpoint: AzureClientCredential.Endpoint) async throws {
    let script: @Sendable (SocketServer.Request) -> SocketServer.Reply = { request in
      request.path.contains("v2.0")
        ? .json(#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"two"}"#)
        : .json(
          #"{"token_type":"Bearer","expires_in":"3599","expires_on":"1445395811","not_before":"1445391911","access_token":"one"}"#
        )
    }
    try await SocketServer.with(script) { server in
      let token = try await Sending.with { transport in
        try await Self.fetch(Self.client(endpoint, authority: server.url), CredentialWorld(transport: transport))
      }

      let request = try #require(server.requests.first)
      #expect(token?.reveal() == (endpoint == .v1 ? "one" : "two"))
      #expect(request.method == "POST")
      #expect(request.target == "/contoso.example/oauth2/\(endpoint == .v1 ? "" : "v2.0/")token")
      #expect(request.fields["content-type"] == "application/x-www-form-urlencoded")
      #expect(request.fields["accept"] == "application/json")
      #expect(request.fields["client-request-id"]?.count == 36)
      #expect(request.fields["x-ms-client-request-id"] == request.fields["client-request-id"])
      let aim =
        endpoint == .v1
        ? "resource=https%3A%2F%2Fmanagement.core.windows.net%2F"
        : "scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
      #expect(request.body == "grant_type=client_credentials&client_id=c-1&client_secret=CANARY&\(aim)")
    }
  }

  // MARK: Audiences

  @Test(
    arguments: [
      ("https://a.example/", nil, "https://a.example/", "https://a.example//.default"),
      (nil, "https://a.example/.default", "https://a.example", "https://a.example/.default"),
      (nil, "api://id/read", "api://id/read", "api://id/read"), ("r", "s", "r", "s"),
      (nil, nil, "https://management.core.windows.net/", "https://management.azure.com/.default"),
    ] as [(String?, String?, String, String)])
  func `a resource and a scope are made from each other`(
    resource: String?, scope: String?, v1: String, v2: String
  ) {
    let audience = TokenAudience(resource: resource, scope: scope)

    #expect(audience.resource == v1)
    #expect(audience.scope == v2)
  }

  @Test func `services with the same credential and audience share one token, others do not`() async throws {
    let transport = AnsweringTransport.token
    let catalog = CredentialCatalog(CredentialWorld(transport: transport))
    let other = TokenAudience(resource: nil, scope: "https://graph.microsoft.com/.default")

    for audience in [TokenAudience.management, .management, other, .management] {
      _ = try await catalog.tokens(for: Self.client(), audience: audience).token()
    }
    _ = try await catalog.tokens(for: Self.client(.v1), audience: .management).token()

    #expect(
      transport.sent.map { $0.members["scope"] ?? $0.members["resource"] } == [
        "https://management.azure.com/.default", "https://graph.microsoft.com/.default",
        "https://management.core.windows.net/",
      ])
  }

  // MARK: Refusals

  @Test(arguments: [
    (401, "invalid_client", 7_000_215, "Invalid client secret provided."),
    (400, "unauthorized_client", 700_016, "Application with identifier 'x' was not found in the directory."),
    (400, "invalid_request", 900_144, "The request body must contain the following parameter: 'scope'."),
    (400, "unsupported_grant_type", 70_003, "The app requested an unsupported grant type 'x'."),
    (400, "invalid_request", 90_002, "Tenant 'x' not found."),
    (400, "invalid_scope", 70_011, "The provided value for the input parameter 'scope' is not valid."),
    (401, "invalid_resource", 500_011, "The resource principal named x was not found."),
  ])
  func `a refusal is told by its code and its first line`(
    status: Int, word: String, code: Int, line: String
  ) async throws {
    let text = #"AADSTS\#(code): \#(line)\r\nTrace ID: 1\r\nCorrelation ID: 2"#

    let error = try await Self.refusal(
      status, #"{"error":"\#(word)","error_description":"\#(text)","error_codes":[\#(code)]}"#)

    #expect(error.kind == .login)
    #expect(error.status == status)
    #expect(
      error.message
        == "the credential of client c-1 was refused: AADSTS\(code): \(line) (request \(error.requestID ?? ""))")
  }

  @Test func `a code that the text does not hold is put before it`() async throws {
    let error = try await Self.refusal(400, #"{"error":"invalid_grant","error_codes":[50034]}"#)

    #expect(error.message.hasPrefix("the credential of client c-1 was refused: AADSTS50034: invalid_grant (request "))
  }

  @Test(arguments: [
    (429, "{}", ErrorClass.busy, "the token endpoint answered 429: too many requests"),
    (500, "{}", .again, "the token endpoint answered 500"), (503, "", .again, "the token endpoint answered 503"),
    (400, #"{"error":"temporarily_unavailable"}"#, .again, "the token endpoint answered 400: temporarily_unavailable"),
    (403, "<html>Blocked</html>", .again, "the token endpoint answered 403 with something that is no JSON"),
    (400, #"{"error":"inva"#, .again, "the token endpoint answered 400 with something that is no JSON"),
    (200, "<html>Sign in</html>", .again, "the token endpoint answered 200 without a token that can be used"),
    (200, #"{"access_token":"abc"#, .again, "the token endpoint answered 200 without a token that can be used"),
    (
      200, #"{"access_token":"a\r\nX-Evil: 1"}"#, .again,
      "the token endpoint answered 200 without a token that can be used"
    ),
    (302, "", .never, "the token endpoint answered 302: a request for a token is not sent elsewhere"),
  ])
  func `what says nothing of the credential passes`(
    status: Int, text: String, kind: ErrorClass, message: String
  ) async throws {
    let error = try await Self.refusal(status, text, [("Retry-After", "7")])

    #expect(error.kind == kind)
    #expect(error.retryAfter == .seconds(7))
    #expect(error.message == "\(message) (request \(error.requestID ?? "none"))")
    #expect(error.requestID?.count == 36)
  }

  @Test func `an error repeats the id that the request was sent with, and tells the endpoint's own`() async throws {
    let transport = AnsweringTransport(401, #"{"error":"no"}"#, [("x-ms-request-id", "theirs-1")])

    let error = try await #require(throws: ServiceError.self) {
      _ = try await Self.fetch(Self.client(), CredentialWorld(transport: transport))
    }

    let id = try #require(transport.sent.first?.header("x-ms-client-request-id"))
    #expect(error.requestID == id)
    #expect(error.message.hasSuffix("(request \(id), there theirs-1)"), "\(error.message)")
  }

  @Test func `a secret that the endpoint repeats is hidden`() async throws {
    let error = try await Self.refusal(401, #"{"error":"invalid_client","error_description":"CANARY is wrong"}"#)

    #expect(error.message.hasPrefix("the credential of client c-1 was refused: <secret> is wrong"))
    let front = String(repeating: "x", count: 296)
    let long = try await Self.refusal(401, #"{"error":"invalid_client","error_description":"\#(front) CANARY"}"#)
    #expect(!long.message.contains("CAN"), "\(long.message)")
  }

  // MARK: Authorities

  @Test(
    arguments: [
      (nil, "https://login.microsoftonline.com"), ("https://login.chinacloudapi.cn/", "https://login.chinacloudapi.cn"),
      ("login.microsoftonline.us", "https://login.microsoftonline.us"), ("http://127.0.0.1:81", "http://127.0.0.1:81"),
    ] as [(String?, String)])
  func `the environment says whom to ask, where nothing else does`(variable: String?, expected: String) async throws {
    let transport = AnsweringTransport.token
    let world = CredentialWorld(
      transport: transport, environment: variable.map { ["AZURE_AUTHORITY_HOST": $0] } ?? [:])

    _ = try await Self.fetch(Self.client(authority: nil), world)
    _ = try await Self.fetch(Self.client(authority: "https://own.example"), world)

    #expect(
      transport.sent.map(\.url) == [expected, "https://own.example"].map { "\($0)/contoso.example/oauth2/v2.0/token" })
  }

  @Test func `a secret is not sent over plain http`() async throws {
    let transport = AnsweringTransport.token
    let world = CredentialWorld(transport: transport, environment: ["AZURE_AUTHORITY_HOST": "http://login.example"])

    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(Self.client(authority: nil), world)
    }

    #expect(error == ServiceError(.login, "AZURE_AUTHORITY_HOST must be an https address"))
    #expect(transport.sent.isEmpty)
  }

  // MARK: Assertions

  @Test func `an assertion stands in place of a secret`() async throws {
    let transport = AnsweringTransport.token
    let world = CredentialWorld(
      transport: transport, environment: ["AZURE_FEDERATED_TOKEN_FILE": "/f/token"],
      read: { $0 == "/f/token" ? Array("ey.CANARY\n".utf8) : nil })
    let credential = AzureAssertionCredential(tenant: "t-1", client: "c-1", authority: "https://login.example")

    _ = try await Self.fetch(.azureAssertion(credential), world)

    #expect(transport.sent.map(\.url) == ["https://login.example/t-1/oauth2/v2.0/token"])
    #expect(
      transport.sent[0].members == [
        "grant_type": "client_credentials", "client_id": "c-1", "scope": "https://management.azure.com/.default",
        "client_assertion": "ey.CANARY",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      ])
  }

  @Test func `the assertion's file is read again after ten minutes, and not before`() async throws {
    let time = Mutex(ContinuousClock.now)
    let reads = Mutex(0)
    let world = CredentialWorld(
      transport: AnsweringTransport(200, #"{"access_token":"t","expires_in":600}"#),
      environment: ["AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_FEDERATED_TOKEN_FILE": "f"],
      read: { _ in
        reads.withLock { $0 += 1 }
        return Array("jwt".utf8)
      }, steady: { time.withLock { $0 } })
    let tokens = CredentialCatalog(world).tokens(
      for: .azureAssertion(AzureAssertionCredential()), audience: .management)

    var counts: [Int] = []
    for pause in [0, 300, 299, 300] {
      time.withLock { $0 += .seconds(pause) }
      _ = try await tokens.token()
      counts.append(reads.withLock { $0 })
    }

    #expect(counts == [1, 1, 1, 2])
  }

  @Test(arguments: [
    ([:], "azure_assertion needs 'tenant', or the environment variable AZURE_TENANT_ID"),
    (["AZURE_TENANT_ID": "t"], "azure_assertion needs 'client', or the environment variable AZURE_CLIENT_ID"),
    (
      ["AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c"],
      "azure_assertion needs 'token_file', or the environment variable AZURE_FEDERATED_TOKEN_FILE"
    ),
    (
      ["AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_FEDERATED_TOKEN_FILE": "none"],
      "the file 'none' cannot be read or holds no token"
    ),
  ])
  func `what an assertion lacks is told`(environment: [String: String], message: String) async throws {
    let world = CredentialWorld(transport: AnsweringTransport.token, environment: environment)

    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(.azureAssertion(AzureAssertionCredential()), world)
    }

    #expect(error == ServiceError(.login, message))
  }
}
