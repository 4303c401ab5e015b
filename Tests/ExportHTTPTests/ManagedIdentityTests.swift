// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Testing

/// Identities of machines and apps (contract.md, section 4.4).
@Suite struct ManagedIdentityTests {
  private static let answer =
    #"{"access_token":"m-1","client_id":"x","expires_in":"86399","expires_on":"1506484173","token_type":"Bearer"}"#

  private static func fetch(
    _ identity: ManagedIdentityCredential.Identity? = nil, _ world: CredentialWorld
  ) async throws -> Secret? {
    try await CredentialCatalog(world).tokens(
      for: .managedIdentity(ManagedIdentityCredential(identity)), audience: .management
    ).token()
  }

  @Test func `a machine's service is asked as it documents`() async throws {
    try await SocketServer.with({ _ in .json(Self.answer) }) { server in
      let token = try await Sending.with { transport in
        try await Self.fetch(
          nil,
          CredentialWorld(
            transport: transport, environment: ["AZURE_POD_IDENTITY_AUTHORITY_HOST": server.url + "/"]))
      }

      let request = try #require(server.requests.first)
      #expect(token?.reveal() == "m-1")
      #expect(request.method == "GET")
      #expect(
        request.target
          == "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com")
      #expect(request.fields["metadata"] == "true")
      #expect(request.fields["x-forwarded-for"] == nil)
    }
  }

  @Test func `an app's endpoint is asked as it documents`() async throws {
    let answer = #"{"access_token":"a-1","expires_on":"4102444800","resource":"r","token_type":"Bearer"}"#
    try await SocketServer.with({ _ in .json(answer) }) { server in
      let token = try await Sending.with { transport in
        try await Self.fetch(
          .resource("/subscriptions/s"),
          CredentialWorld(
            transport: transport,
            environment: ["IDENTITY_ENDPOINT": server.url + "/msi/token", "IDENTITY_HEADER": "CANARY"]))
      }

      let request = try #require(server.requests.first)
      #expect(token?.reveal() == "a-1")
      #expect(
        request.target == "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com"
          + "&mi_res_id=%2Fsubscriptions%2Fs")
      #expect(request.fields["x-identity-header"] == "CANARY")
      #expect(request.fields["metadata"] == "true")
    }
  }

  @Test(arguments: [
    (ManagedIdentityCredential.Identity.client("c"), "client_id", "client_id", "c"),
    (.object("o"), "object_id", "object_id", "o"), (.resource("/r"), "msi_res_id", "mi_res_id", "/r"),
  ])
  func `an identity is named in the words of each`(
    identity: ManagedIdentityCredential.Identity, machine: String, app: String, value: String
  ) async throws {
    let transport = AnsweringTransport(200, Self.answer)

    _ = try await Self.fetch(identity, CredentialWorld(transport: transport))
    _ = try await Self.fetch(
      identity,
      CredentialWorld(
        transport: transport, environment: ["IDENTITY_ENDPOINT": "http://a", "IDENTITY_HEADER": "h"]))

    #expect(transport.sent.map { $0.url.hasPrefix("http://169.254.169.254/") } == [true, false])
    #expect(transport.sent.map { $0.members[machine] }.first == value)
    #expect(transport.sent.map { $0.members[app] }.last == value)
  }

  @Test func `an end that is told as a time of day is reckoned from now`() async throws {
    let transport = AnsweringTransport(200, #"{"access_token":"a","expires_on":"1000"}"#)
    let world = CredentialWorld(
      transport: transport, environment: ["IDENTITY_ENDPOINT": "http://a", "IDENTITY_HEADER": "h"],
      now: { Instant(seconds: 1000) })
    let tokens = CredentialCatalog(world).tokens(for: .managedIdentity(.init()), audience: .management)

    // It has ended already: each is fetched.
    _ = try await tokens.token()
    _ = try await tokens.token()

    #expect(transport.sent.count == 2)
  }

  @Test(
    arguments: [
      (404, [], ErrorClass.again, nil, "the machine's identity service answered 404"),
      (410, [], .busy, Duration.seconds(70), "the machine's identity service is being updated"),
      (410, [("Retry-After", "90")], .busy, .seconds(90), "the machine's identity service is being updated"),
      (
        429, [("Retry-After", "3")], .busy, .seconds(3),
        "the machine's identity service answered 429: too many requests"
      ),
      (500, [], .again, nil, "the machine's identity service answered 500"),
    ] as [(Int, [(name: String, value: String)], ErrorClass, Duration?, String)])
  func `what passes is waited for by those who can be stopped meanwhile`(
    status: Int, headers: [(name: String, value: String)], kind: ErrorClass, pause: Duration?, message: String
  ) async throws {
    let transport = AnsweringTransport(status, "{}", headers)

    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(nil, CredentialWorld(transport: transport))
    }

    #expect(error.kind == kind)
    #expect(error.retryAfter == pause)
    #expect(error.message == "\(message) (request \(error.requestID ?? ""))")
    #expect(transport.sent.count == 1)
  }

  @Test(arguments: [[:], ["IDENTITY_ENDPOINT": "http://a", "IDENTITY_HEADER": "CANARY"]])
  func `every request has an id, and every error repeats it`(environment: [String: String]) async throws {
    let answers: [AnsweringTransport] =
      [400, 404, 410, 429, 500].map { AnsweringTransport($0, #"{"error":"no"}"#) } + [
        AnsweringTransport(200, "<html>"), AnsweringTransport { _ in throw TransportError(.cut, "cut") },
      ]
    for transport in answers {
      let error = try await #require(throws: ServiceError.self) {
        try await Self.fetch(nil, CredentialWorld(transport: transport, environment: environment))
      }

      let id = try #require(transport.sent.first?.header("x-ms-client-request-id"))
      #expect(id.count == 36)
      #expect(error.requestID == id)
      #expect(error.message.hasSuffix("(request \(id))"), "\(error.message)")
    }
  }

  @Test func `an app's endpoint says in its own form what is wrong`() async throws {
    let transport = AnsweringTransport(400, #"{"statusCode":400,"message":"No identity CANARY here"}"#)

    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(
        nil,
        CredentialWorld(
          transport: transport, environment: ["IDENTITY_ENDPOINT": "http://a", "IDENTITY_HEADER": "CANARY"]))
    }

    #expect(error.kind == .login)
    #expect(error.status == 400)
    #expect(
      error.message.hasPrefix(
        "the credential of the managed identity was refused: No identity <secret> here (request "))
  }

  // MARK: Workloads

  private static let workload = [
    "AZURE_AUTHORITY_HOST": "https://login.example", "AZURE_TENANT_ID": "t-1", "AZURE_FEDERATED_TOKEN_FILE": "f",
  ]

  private static func workload(_ transport: AnsweringTransport, _ more: [String: String] = [:]) -> CredentialWorld {
    CredentialWorld(
      transport: transport, environment: workload.merging(more) { $1 },
      read: { $0 == "f" ? Array("ey.CANARY".utf8) : nil })
  }

  @Test(
    arguments: [
      (nil, ["AZURE_CLIENT_ID": "c-1"], "c-1"), (.client("c-2"), ["AZURE_CLIENT_ID": "c-1"], "c-2"),
      (.client("c-2"), [:], "c-2"),
    ] as [(ManagedIdentityCredential.Identity?, [String: String], String)])
  func `where a workload has an identity, that comes before the machine's`(
    identity: ManagedIdentityCredential.Identity?, environment: [String: String], client: String
  ) async throws {
    let transport = AnsweringTransport.token

    let token = try await Self.fetch(identity, Self.workload(transport, environment))

    #expect(token?.reveal() == "t-1")
    #expect(transport.sent.map(\.url) == ["https://login.example/t-1/oauth2/v2.0/token"])
    #expect(transport.sent.first?.members["client_id"] == client)
    #expect(transport.sent.first?.members["client_assertion"] == "ey.CANARY")
  }

  @Test(arguments: ["AZURE_AUTHORITY_HOST", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"])
  func `half of a workload's identity is none`(missing: String) async throws {
    let transport = AnsweringTransport(200, Self.answer)

    _ = try await Self.fetch(nil, Self.workload(transport, [missing: "", "AZURE_CLIENT_ID": "c"]))

    #expect(transport.sent.map { $0.url.hasPrefix("http://169.254.169.254/") } == [true])
  }

  @Test func `an app's endpoint comes before a workload's identity`() async throws {
    let transport = AnsweringTransport.token

    _ = try await Self.fetch(nil, Self.workload(transport, ["IDENTITY_ENDPOINT": "http://a", "IDENTITY_HEADER": "h"]))

    #expect(transport.sent.map { $0.url.hasPrefix("http://a?") } == [true])
  }

  @Test(
    arguments: [
      (nil, "the workload identity needs 'client_id', or the environment variable AZURE_CLIENT_ID"),
      (.resource("/r"), "the workload identity is named by 'client_id', and by nothing else"),
      (.object("o"), "the workload identity is named by 'client_id', and by nothing else"),
    ] as [(ManagedIdentityCredential.Identity?, String)])
  func `a workload's identity that has no name is told`(
    identity: ManagedIdentityCredential.Identity?, message: String
  ) async throws {
    let transport = AnsweringTransport.token

    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(identity, Self.workload(transport))
    }

    #expect(error == ServiceError(.login, message))
    #expect(transport.sent.isEmpty)
  }

  @Test func `an identity that is not there is a refusal`() async throws {
    let transport = AnsweringTransport(
      400, #"{"error":"invalid_request","error_description":"Identity not found"}"#)

    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(.client("c-9"), CredentialWorld(transport: transport))
    }

    #expect(error.kind == .login)
    #expect(
      error.message.hasPrefix(
        "the credential of the managed identity of client c-9 was refused: Identity not found (request "))
  }

  @Test(arguments: [
    (["IDENTITY_ENDPOINT": "e", "IDENTITY_HEADER": "h", "IDENTITY_SERVER_THUMBPRINT": "t"], "Service Fabric"),
    (["IDENTITY_ENDPOINT": "e", "IMDS_ENDPOINT": "i"], "Azure Arc"),
    (["MSI_ENDPOINT": "m", "MSI_SECRET": "s"], "Azure Machine Learning"), (["MSI_ENDPOINT": "m"], "Azure Cloud Shell"),
  ])
  func `a host that this program does not know is told`(environment: [String: String], name: String) async throws {
    let transport = AnsweringTransport.token

    let error = try await #require(throws: ServiceError.self) {
      try await Self.fetch(nil, CredentialWorld(transport: transport, environment: environment))
    }

    #expect(error == ServiceError(.login, "the managed identity of \(name) is not supported"))
    #expect(transport.sent.isEmpty)
  }
}
