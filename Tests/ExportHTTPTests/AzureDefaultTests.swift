// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportTesting
import Synchronization
import Testing

/// The order of `azure_default` (contract.md, section 4.5).
@Suite struct AzureDefaultTests {
  /// Answers everything, and keeps what was asked in which order.
  private final class World: Sendable {
    private let kept = Mutex<[String]>([])
    let hasMachine: Bool
    let cli: ProgramAnswer

    init(
      hasMachine: Bool = false,
      cli: ProgramAnswer = .ended(status: 0, output: Secret(#"{"accessToken":"t","expires_on":1}"#), errors: "")
    ) {
      (self.hasMachine, self.cli) = (hasMachine, cli)
    }

    var asked: [String] { kept.withLock { $0 } }

    func tokens(_ environment: [String: String], status: Int = 200) -> any TokenSource {
      let transport = AnsweringTransport { request in
        self.kept.withLock { $0.append(Self.word(request)) }
        if request.url.hasPrefix("http://169.254.169.254/"), !self.hasMachine {
          throw TransportError(.unreachable, "no route")
        }
        guard status == 200 else { return HTTPResponse(HTTPHead(status: status), body: Array(#"{"error":"no"}"#.utf8)) }
        return HTTPResponse(HTTPHead(status: 200), body: Array(#"{"access_token":"t","expires_in":1}"#.utf8))
      }
      let world = CredentialWorld(
        transport: transport, environment: environment,
        run: { call in
          self.kept.withLock { $0.append(call.words[0]) }
          return self.cli
        }, read: { _ in Array("jwt".utf8) }, now: { Instant(seconds: 0) })
      return CredentialCatalog(world).tokens(for: .azureDefault, audience: .management)
    }

    private static func word(_ request: HTTPRequest) -> String {
      if request.url.hasPrefix("http://169.254.169.254/") {
        return request.header("Metadata") == nil ? "probe" : "machine"
      }
      if request.header("X-IDENTITY-HEADER") != nil { return "app" }
      return request.members["client_assertion"] != nil ? "assertion" : "secret"
    }
  }

  private static let ids = ["AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c"]
  private static let secret = ids.merging(["AZURE_CLIENT_SECRET": "s"]) { $1 }
  private static let file = ids.merging(["AZURE_FEDERATED_TOKEN_FILE": "f"]) { $1 }
  private static let app = ["IDENTITY_ENDPOINT": "http://a", "IDENTITY_HEADER": "h"]
  private static let everything = secret.merging(file) { $1 }.merging(app) { $1 }

  private static func choosing(_ word: String, _ environment: [String: String] = everything) -> [String: String] {
    environment.merging(["AZURE_TOKEN_CREDENTIALS": word]) { $1 }
  }

  @Test(
    arguments: [
      (everything, true, ["secret"]), (secret, true, ["secret"]), (file.merging(app) { $1 }, true, ["assertion"]),
      (app, true, ["app"]), ([:], true, ["probe", "machine"]), ([:], false, ["probe", "az"]),
      // Half of what a way needs is none of it.
      (["AZURE_CLIENT_SECRET": "s"], false, ["probe", "az"]), (["AZURE_TENANT_ID": "t"], true, ["probe", "machine"]),
      (ids.merging(["AZURE_USERNAME": "u"]) { $1 }, false, ["probe", "az"]),
      // A secret comes before a certificate and a user.
      (
        secret.merging(["AZURE_CLIENT_CERTIFICATE_PATH": "p", "AZURE_USERNAME": "u", "AZURE_PASSWORD": "p"]) { $1 },
        false, ["secret"]
      ),
      // A workload's identity without a client is none of it, as a way of its own and as a managed one.
      (
        ["AZURE_AUTHORITY_HOST": "https://l", "AZURE_TENANT_ID": "t", "AZURE_FEDERATED_TOKEN_FILE": "f"], true, ["az"]
      ),
      (
        choosing("ManagedIdentityCredential", file.merging(["AZURE_AUTHORITY_HOST": "https://l"]) { $1 }), true,
        ["assertion"]
      ),
      (choosing("prod"), true, ["secret"]), (choosing("prod", [:]), true, ["probe", "machine"]),
      (choosing("dev"), true, ["az"]), (choosing(" DEV "), true, ["az"]),
      (choosing("EnvironmentCredential"), true, ["secret"]),
      (choosing("workloadidentitycredential"), true, ["assertion"]),
      (choosing("AzureCliCredential"), true, ["az"]), (choosing("ManagedIdentityCredential"), true, ["app"]),
      // Who asks for it by name knows that it is there.
      (choosing("ManagedIdentityCredential", [:]), true, ["machine"]),
    ] as [([String: String], Bool, [String])])
  func `the first way that is set up is gone`(
    environment: [String: String], hasMachine: Bool, asked: [String]
  ) async throws {
    let world = World(hasMachine: hasMachine)

    let token = try await world.tokens(environment).token()

    #expect(token?.reveal() == "t")
    #expect(world.asked == asked)
  }

  @Test func `the way that gave a token is gone again without asking around`() async throws {
    let world = World(hasMachine: true)
    let tokens = world.tokens([:])

    for _ in 0..<3 {
      let token = try await tokens.token()
      await tokens.refused(try #require(token))
    }

    #expect(world.asked == ["probe", "machine", "machine", "machine"])
  }

  @Test func `when nothing leads anywhere, each way is told with its reason`() async throws {
    let world = World(cli: .notFound)

    let error = try await #require(throws: ServiceError.self) {
      try await world.tokens(["AZURE_TENANT_ID": "t"]).token()
    }

    #expect(error.kind == .login)
    #expect(
      error.message == "azure_default found no way to get a token: "
        + "EnvironmentCredential: AZURE_TENANT_ID and AZURE_CLIENT_ID are not both set; "
        + "WorkloadIdentityCredential: AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE not set; "
        + "ManagedIdentityCredential: no identity service answers on this machine; "
        + "AzureCliCredential: the Azure CLI ('az') was not found: install it, or choose another credential; "
        + "SharedTokenCacheCredential, VisualStudioCodeCredential, AzurePowerShellCredential, "
        + "AzureDeveloperCliCredential, BrokerCredential: not supported by this program")
  }

  @Test(arguments: [
    (
      ids.merging(["AZURE_CLIENT_CERTIFICATE_PATH": "p"]) { $1 },
      "AZURE_CLIENT_CERTIFICATE_PATH is set, and certificates are not supported"
    ),
    (
      ["AZURE_CLIENT_ID": "c", "AZURE_USERNAME": "u", "AZURE_PASSWORD": "p"],
      "AZURE_USERNAME and AZURE_PASSWORD are set, and users with passwords are not supported"
    ),
    (
      ids.merging(["AZURE_USERNAME": "u", "AZURE_PASSWORD": "p"]) { $1 },
      "AZURE_USERNAME and AZURE_PASSWORD are set, and users with passwords are not supported"
    ),
  ])
  func `what is set up and cannot be used is not stepped over`(
    environment: [String: String], reason: String
  ) async throws {
    let world = World(hasMachine: true)

    for environment in [environment, Self.choosing("EnvironmentCredential", environment)] {
      let error = try await #require(throws: ServiceError.self) { try await world.tokens(environment).token() }

      #expect(error.kind == .login)
      #expect(
        error.message
          == "azure_default stops at EnvironmentCredential: \(reason); AZURE_TOKEN_CREDENTIALS can name another way")
    }
    #expect(world.asked.isEmpty)
  }

  @Test func `a way that was asked for alone and is not set up is told`() async throws {
    let world = World()

    let error = try await #require(throws: ServiceError.self) {
      try await world.tokens(Self.choosing("EnvironmentCredential", Self.ids)).token()
    }

    #expect(
      error.message
        == "azure_default found no way to get a token: EnvironmentCredential: AZURE_CLIENT_SECRET is not set")
    #expect(world.asked.isEmpty)
  }

  @Test(
    arguments: [
      (secret, "EnvironmentCredential"), (file, "WorkloadIdentityCredential"), (app, "ManagedIdentityCredential"),
      ([:], "AzureCliCredential"),
    ] as [([String: String], String)])
  func `it says which way it went`(environment: [String: String], way: String) async throws {
    let tokens = World().tokens(environment)
    let proof = BearerProof(tokens)
    let before = await proof.way

    _ = try await proof.prove(HTTPRequest("GET", "https://a.example/"))

    #expect(before == nil)
    #expect(await proof.way == way)
  }

  // MARK: The probe

  /// What the machine's address answers to the probe, and whether there is a service by that.
  @Test(
    arguments: [
      (.success((400, "{}")), true), (.success((200, "")), true), (.success((403, "no")), true),
      (.success((500, "")), true), (.success((403, "a socket operation to an unreachable network")), false),
      (.failure(TransportError(.unreachable, "no route")), false),
      (.failure(TransportError(.timedOut, "late")), false),
    ] as [(Result<(Int, String), TransportError>, Bool)])
  func `any answer shows a machine's service, except that its address is unreachable`(
    answer: Result<(Int, String), TransportError>, isThere: Bool
  ) async throws {
    let transport = AnsweringTransport { request in
      guard request.header("Metadata") == nil else {
        return HTTPResponse(HTTPHead(status: 200), body: Array(#"{"access_token":"m","expires_in":1}"#.utf8))
      }
      let (status, text) = try answer.get()
      return HTTPResponse(HTTPHead(status: status), body: Array(text.utf8))
    }
    let world = CredentialWorld(
      transport: transport, environment: ["AZURE_CLIENT_ID": "c-7"],
      run: { _ in .ended(status: 0, output: Secret(#"{"accessToken":"a"}"#), errors: "") })

    let token = try await CredentialCatalog(world).tokens(for: .azureDefault, audience: .management).token()

    #expect(token?.reveal() == (isThere ? "m" : "a"))
    let probe = try #require(transport.sent.first)
    #expect(probe.timeLimit == .seconds(1))
    #expect(probe.header("x-ms-client-request-id")?.count == 36)
    // The identity is named in both.
    #expect(transport.sent.map { $0.members["client_id"] } == Array(repeating: "c-7", count: isThere ? 2 : 1))
    #expect(Set(transport.sent.map(\.url)).count == 1)
  }

  @Test func `a way that is set up and refused is not stepped over`() async throws {
    let world = World(hasMachine: true)

    let error = try await #require(throws: ServiceError.self) {
      try await world.tokens(Self.file.merging(Self.app) { $1 }, status: 400).token()
    }

    #expect(error.kind == .login)
    #expect(
      error.message.hasPrefix(
        "azure_default tried WorkloadIdentityCredential: the credential of client c was refused: no (request "))
    #expect(error.message.hasSuffix("); before it EnvironmentCredential: AZURE_CLIENT_SECRET is not set"))
    #expect(world.asked == ["assertion"])
  }

  @Test func `a word that names no way is told`() async throws {
    let error = try await #require(throws: ServiceError.self) {
      try await World().tokens(Self.choosing("AzureCLI")).token()
    }

    #expect(
      error.message
        == "AZURE_TOKEN_CREDENTIALS is 'azurecli': expected dev, prod or a name such as AzureCliCredential")
  }
}
