// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// `auth:` of descriptions: what is read, what is refused, and what is sent.
@Suite struct AuthTests {
  private static func text(_ auth: String) -> String {
    SmallService.text().replacing(
      "formats: {json: JSON}",
      with: "auth: \(auth)\nsecrets: {key: {about: a}, session: {required: false}}\nformats: {json: JSON}")
  }

  private static func problems(_ auth: String) -> String {
    ServiceDescription.load(SourceFile(name: "s.yaml", text: text(auth))).diagnostics.text()
  }

  private static func service(
    _ auth: String, _ transport: ScriptedTransport, base: String = SmallService.base,
    parameters: [String: JSONValue] = ["account": "a-1"], secrets: [String: Secret] = ["key": Secret("CANARY")],
    tokens: any TokenSource
  ) throws -> DescribedService {
    let description = try SmallService.description(text(auth))
    let proof = try description.proof(
      base: base, parameters: parameters, secrets: secrets,
      world: CredentialWorld(transport: transport, now: { Instant(seconds: 1_704_067_200) })
    ) { _ in tokens }
    return DescribedService(
      description: description, base: base, parameters: parameters, secrets: secrets, proof: proof,
      transport: transport)
  }

  private static func none(_ transport: ScriptedTransport) -> any TokenSource {
    CredentialCatalog.tokens(for: .none, transport: transport)
  }

  private static let task = ScriptedTransport.json(200, #"{"id":"t","state":"busy"}"#)
  private static let refusal = ScriptedTransport.json(401, #"{"error":"CANARY is no key"}"#)

  // MARK: Reading

  @Test(arguments: [
    ("{kind: none}", ProofTraits.none), ("{kind: credential}", .credential),
    ("{kind: credential, resource: https://a.example/}", .credential),
    (#"{kind: bearer, token: "${secret.key}"}"#, .secrets),
    (#"{kind: basic, user: "${param.account}", password: "${secret.key}"}"#, .secrets),
    (#"{kind: key-header, name: X-Key, value: "${secret.key}"}"#, .secrets),
    (#"{kind: key-query, name: k, value: "${secret.key}"}"#, .secrets),
    (#"{kind: oauth2-client, token_url: "https://a.example/t", id: i, secret: "${secret.key}"}"#, .secrets),
    (
      #"{kind: oauth2-client, token_url: /t, id: i, secret: "${secret.key}", scope: s, audience: a, style: basic}"#,
      .secrets
    ),
    (#"{kind: oauth2-client, token_url: "http://127.0.0.1:8080/t", id: i, secret: s}"#, .secrets),
    (#"{kind: oauth2-client, token_url: "https://${param.account}.a.example/t", id: i, secret: s}"#, .secrets),
    (
      #"{kind: oauth2-jwt, token_url: "${param.account}", key: "${secret.key}", issuer: i, audience: a, life: 5m}"#,
      .secrets
    ),
    (#"{kind: jwt-es256, key: "${secret.key}", key_id: k, issuer: i, audience: a}"#, .secrets),
    (
      #"{kind: azure-sas-token, key: "${secret.key}", key_form: text, resource: r, policy: p, life: 1h, lower: true}"#,
      .secrets
    ),
    (#"{kind: aws-sigv4, service: logs, region: "${param.account}", id: i, secret: "${secret.key}"}"#, .secrets),
  ])
  func `every kind is read, and says what a manifest must give`(auth: String, proof: ProofTraits) throws {
    #expect(try SmallService.description(Self.text(auth)).traits.proof == proof)
  }

  @Test func `a description that says nothing takes the manifest's credential`() throws {
    #expect(try SmallService.description(SmallService.text()).traits.proof == .credential)
  }

  @Test(arguments: [
    ("key", "s.yaml:6:7: error: 'auth' must be a mapping, not a value [D001]"),
    ("{token: a}", "s.yaml:6:7: error: 'auth' needs 'kind' [D001]"),
    ("{kind: oauth2}", "s.yaml:6:14: error: unknown kind of auth 'oauth2' [D005]"),
    ("{kind: bearer}", "s.yaml:6:7: error: 'auth' needs 'token' [D001]"),
    (#"{kind: bearer, token: "${secret.kay}"}"#, "s.yaml:6:30: error: nothing declares 'secret.kay' [D003]"),
    (#"{kind: bearer, token: "${app.app}"}"#, "s.yaml:6:30: error: unknown scope 'app' in a template [D003]"),
    (#"{kind: bearer, token: "${window.start}"}"#, "s.yaml:6:30: error: unknown scope 'window' in a template [D003]"),
    (#"{kind: bearer, token: a, user: b}"#, "s.yaml:6:32: error: unknown key 'user' in 'auth' [D001]"),
    ("{kind: none, token: a}", "s.yaml:6:20: error: unknown key 'token' in 'auth' [D001]"),
    ("{kind: key-header, name: \"X Key\", value: a}", "s.yaml:6:32: error: 'X Key' is no name of a header [D001]"),
    ("{kind: oauth2-client, id: a}", "s.yaml:6:7: error: 'auth' needs 'token_url' [D001]"),
    (
      "{kind: oauth2-client, token_url: \"http://a.example/t\", id: a, secret: b}",
      "s.yaml:6:40: error: 'token_url' must be https: 'http://a.example/t' [D030]"
    ),
    (
      "{kind: oauth2-client, token_url: //a.example/t, id: a, secret: b}",
      "s.yaml:6:40: error: 'token_url' must be https: '//a.example/t' [D030]"
    ),
    (
      #"{kind: oauth2-client, token_url: "https://a.example/${secret.key}/t", id: a, secret: b}"#,
      "s.yaml:6:59: error: a secret cannot stand in a URL [D010]"
    ),
    (
      #"{kind: oauth2-jwt, token_url: "/t?key=${secret.key}", key: a, issuer: b, audience: c}"#,
      "s.yaml:6:45: error: a secret cannot stand in a URL [D010]"
    ),
    (
      "{kind: oauth2-client, token_url: /t, id: a, secret: b, style: header}",
      "s.yaml:6:69: error: unknown style 'header' [D005]"
    ),
    (
      "{kind: jwt-es256, key: a, key_id: b, issuer: c, audience: d, life: 20}",
      "s.yaml:6:74: error: '20' is not a duration [D006]"
    ),
    (
      "{kind: azure-sas-token, key: a, resource: b, policy: c, life: 5s}",
      "s.yaml:6:69: error: 'life' is too short: '5s' [D031]"
    ),
    (
      "{kind: azure-sas-token, key: a, resource: b, policy: c, key_form: hex}",
      "s.yaml:6:73: error: unknown form of a key 'hex' [D005]"
    ),
  ])
  func `what is wrong with it is told where it stands`(auth: String, expected: String) {
    let problems = Self.problems(auth)

    #expect(problems.contains(expected + "\n"), "\(problems)")
  }

  // MARK: Sending

  @Test(arguments: [
    (#"{kind: bearer, token: "${secret.key}"}"#, "Authorization", "Bearer CANARY"),
    (#"{kind: basic, user: "${param.account}", password: "${secret.key}"}"#, "Authorization", "Basic YS0xOkNBTkFSWQ=="),
    (#"{kind: key-header, name: X-Key, value: "Key ${secret.key}"}"#, "X-Key", "Key CANARY"),
    (
      #"{kind: azure-sas-token, key: "${secret.key}", key_form: text, resource: "${param.account}", policy: p, life: 1h}"#,
      "Authorization",
      "SharedAccessSignature sr=a-1&sig=1VFV8%2BoBBLArIKO%2FMwcaL%2B3mQwlGnBfzFWIWWdqKhDY%3D&se=1704070800&skn=p"
    ),
  ])
  func `values are filled in once, and a refused key is not sent again`(
    auth: String, name: String, value: String
  ) async throws {
    let transport = ScriptedTransport([Self.refusal])
    let service = try Self.service(auth, transport, tokens: Self.none(transport))

    let error = try await #require(throws: ServiceError.self) { try await service.poll(SmallService.task("t")) }

    #expect(transport.sent.count == 1)
    #expect(transport.sent[0].headers.first { $0.name == name }?.value == value)
    #expect(!error.message.contains("CANARY"), "\(error.message)")
  }

  @Test func `a key in the query is in no message`() async throws {
    let transport = ScriptedTransport([{ _ in throw TransportError(.cut, "the connection ended early") }])
    let service = try Self.service(
      #"{kind: key-query, name: api_key, value: "${secret.key}"}"#, transport, tokens: Self.none(transport))

    let error = try await #require(throws: ServiceError.self) { try await service.poll(SmallService.task("t")) }

    #expect(transport.sent.map(\.url) == ["https://small.example/jobs/t?api_key=CANARY"])
    #expect(!error.message.contains("CANARY"))
  }

  @Test func `a token that is refused is asked for anew, once`() async throws {
    let transport = ScriptedTransport([
      ScriptedTransport.json(200, #"{"access_token":"one"}"#), Self.refusal,
      ScriptedTransport.json(200, #"{"access_token":"two"}"#), Self.task,
    ])
    let service = try Self.service(
      #"{kind: oauth2-client, token_url: "/oauth/token", id: "${param.account}", secret: "${secret.key}"}"#, transport,
      tokens: Self.none(transport))

    let status = try await service.poll(SmallService.task("t"))

    #expect(status.phase == .running)
    #expect(
      transport.sent.map { "\($0.method) \($0.url)" } == [
        "POST https://small.example/oauth/token", "GET https://small.example/jobs/t",
        "POST https://small.example/oauth/token", "GET https://small.example/jobs/t",
      ])
    #expect(
      transport.sent.map { request in request.headers.first { $0.name == "Authorization" }?.value }
        == [nil, "Bearer one", nil, "Bearer two"])
    #expect(
      transport.sent[0].body.map { String(decoding: $0, as: UTF8.self) }
        == "grant_type=client_credentials&client_id=a-1&client_secret=CANARY")
  }

  @Test func `tokens are asked for at their own address, and go to the service alone`() async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, #"{"access_token":"one"}"#), Self.task])
    let service = try Self.service(
      #"{kind: oauth2-client, token_url: "https://login.example/t", id: i, secret: s}"#, transport,
      tokens: Self.none(transport))

    _ = try await service.poll(SmallService.task("t"))

    #expect(
      transport.sent.map(\.url) == ["https://login.example/t", "https://small.example/jobs/t"])
  }

  @Test func `an address that turns out to be plain http is refused before anything is sent`() throws {
    let transport = ScriptedTransport([Self.task])

    let error = #expect(throws: ServiceError.self) {
      try Self.service(
        #"{kind: oauth2-client, token_url: "${param.account}", id: i, secret: s}"#, transport,
        parameters: ["account": "http://evil.example/CANARY"], tokens: Self.none(transport))
    }

    #expect(error == ServiceError(.never, "the address for tokens must be https, or on this machine"))
  }

  @Test func `a secret that was not given is told by its name`() throws {
    let transport = ScriptedTransport([Self.task])

    let error = #expect(throws: ServiceError.self) {
      try Self.service(
        #"{kind: bearer, token: "${secret.session}"}"#, transport, tokens: Self.none(transport))
    }

    #expect(error == ServiceError(.login, "'auth' of small needs secret.session, which is not given"))
  }

  @Test func `the audience of the description is the one that is asked for`() throws {
    let transport = ScriptedTransport([Self.task])
    let description = try SmallService.description(
      Self.text("{kind: credential, scope: https://graph.microsoft.com/.default}"))
    var asked: [TokenAudience] = []

    _ = try description.proof(
      base: "https://a.example", parameters: [:], secrets: [:], world: CredentialWorld(transport: transport)
    ) {
      asked.append($0)
      return Self.none(transport)
    }

    #expect(
      asked == [TokenAudience(resource: "https://graph.microsoft.com", scope: "https://graph.microsoft.com/.default")])
  }
}
