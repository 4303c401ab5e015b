// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Testing

@testable import ExportServices

/// Where requests go, what they may hold, and what never comes back out of them.
@Suite struct RequestSafetyTests {
  private typealias Small = SmallService

  private func service(
    _ text: String, base: String = SmallService.base, parameters: [String: JSONValue], _ transport: ScriptedTransport,
    secrets: [String: Secret] = [:], now: Instant = Instant(seconds: 0)
  ) throws -> DescribedService {
    DescribedService(
      description: try Small.description(text), base: base, parameters: parameters, secrets: secrets,
      proof: BearerProof(CredentialCatalog.tokens(for: .bearer(Secret("canary/token")), transport: transport)),
      transport: transport, now: { now })
  }

  // MARK: The base

  private static let hub = Small.text().replacing("base: \(Small.base)", with: "base: https://${param.hub}.hub.example")
    .replacing("params: {account: {type: text}}", with: "params: {hub: {type: text, required: true}}")

  @Test func `a base may have holes for parameters`() async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, #"{"state":"ok"}"#)])
    let description = try Small.description(Self.hub)
    let service = try service(Self.hub, base: description.traits.base, parameters: ["hub": "con-toso.1"], transport)

    _ = try await service.poll(Small.task("t"))

    #expect(description.traits.base == "https://${param.hub}.hub.example")
    #expect(description.traits.parameters.first?.pattern == "[A-Za-z0-9.-]+")
    #expect(transport.sent[0].url == "https://con-toso.1.hub.example/jobs/t")
    #expect(
      try description.preview(of: Small.order(), base: description.traits.base, parameters: ["hub": "a"]).url
        == "https://a.hub.example/jobs")
  }

  @Test(arguments: [
    "evil.example/", "a@evil.example", "evil.example?", "a b", "evil.example#", "a:81", "", "ä", "a\\b", "a\n",
  ])
  func `what would be another host is refused before anything is sent`(value: String) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, "{}")])
    let service = try service(
      Self.hub, base: "https://${param.hub}.hub.example", parameters: ["hub": .string(value)], transport)

    let error = try await #require(throws: ServiceError.self) { try await service.submit(Small.order()) }

    #expect(error.kind == .never)
    #expect(!error.isLost)
    #expect(transport.sent.isEmpty)
  }

  @Test(arguments: [".evil.example", "@evil.example", "evil.example", ":81", "https://evil.example/"])
  func `a path that a value begins cannot make another host`(value: String) throws {
    let description = try Small.description(Small.text())
    let template = RequestTemplate(
      method: "POST", target: .path(try Template(parsing: "${app.shop}/v1/exports")), query: [])

    let error = #expect(throws: ServiceError.self) {
      try description.fill(template, base: Small.base, Scope(parameters: [:], app: ["shop": .string(value)]))
    }
    let good = try description.fill(template, base: Small.base, Scope(parameters: [:], app: ["shop": "/eu"]))

    #expect(error == ServiceError(.never, "the request's path does not begin with '/'"))
    #expect(good.url == "\(Small.base)/eu/v1/exports")
  }

  // MARK: Headers and addresses

  private static let headed = Small.text {
    $0.poll = #"{method: GET, path: "/jobs/${param.account}", headers: {X-Account: "${param.account}"}, every: 5s}"#
    $0.recover = "{class: blind}"
  }.replacing("params: {account: {type: text}}", with: "params: {account: {type: text, required: true}}")

  @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\u{0}", "a\u{7F}"])
  func `a line break in a header's value is never sent`(value: String) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, "{}")])
    let text = Self.headed.replacing("/jobs/${param.account}", with: "/jobs/${param.account|urlpath}")
    let service = try service(text, parameters: ["account": .string(value)], transport)

    let error = try await #require(throws: ServiceError.self) { try await service.poll(Small.task("t")) }

    #expect(
      error.message == "a value for the header 'X-Account' holds a line break or another control character")
    #expect(transport.sent.isEmpty)
  }

  @Test(arguments: ["a b", "a\r\nHost: evil.example", "a\t"])
  func `a blank in an address is never sent`(value: String) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, "{}")])
    let text = Self.headed.replacing(#"headers: {X-Account: "${param.account}"}, "#, with: "")
    let service = try service(text, parameters: ["account": .string(value)], transport)

    await #expect(throws: ServiceError.self) { try await service.poll(Small.task("t")) }
    #expect(transport.sent.isEmpty)
  }

  // MARK: Secrets

  private static let secretive = Small.text {
    $0.more = "secrets: {key: {about: a key}}"
    $0.submit = #"""
      {method: POST, path: /jobs, headers: {X-Key: "${secret.key}"}, expect: [201], id: body:/id, json: {mark: "${job.mark}", to: "${job.delivery}"}}
      """#
  }

  /// Of the delivery `https://acct.example/c?sig=canary`, of a token and of a secret.
  @Test(arguments: [
    "https://acct.example/c?sig=canary", "sig=canary", "https%3A%2F%2Facct.example%2Fc%3Fsig%3Dcanary", "canary/token",
    "canary%2Ftoken", "canary%2ftoken", "canary+key&more", "canary%2Bkey%26more", "canary+key&amp;more",
    "https:\\/\\/acct.example\\/c?sig=canary", "Bearer canary/token",
  ])
  func `no secret comes back in an error, in whatever form the service repeats it`(text: String) async throws {
    let body: JSONValue = ["error": ["code": "Bad", "message": .string("not <\(text)> at all")]]
    for answer in [ScriptedTransport.json(400, body.canonicalText), ScriptedTransport.json(400, "no \(text) here")] {
      let transport = ScriptedTransport([answer])
      let service = try service(
        Self.secretive, parameters: [:], transport, secrets: ["key": Secret("canary+key&more")])

      let error = try await #require(throws: ServiceError.self) { try await service.submit(Small.order()) }

      #expect(!error.message.contains("canary"), "\(error.message)")
      #expect(error.message.contains("<secret>"))
      #expect(error.requestID != nil)
    }
  }

  @Test func `a secret that would be cut is hidden first`() async throws {
    let front = String(repeating: "x", count: 292) + " canary/token"
    let body: JSONValue = ["message": .string(front)]
    for answer in [ScriptedTransport.json(400, body.canonicalText), ScriptedTransport.json(400, front)] {
      let service = try service(Small.text(), parameters: [:], ScriptedTransport([answer]))

      let error = try await #require(throws: ServiceError.self) { try await service.poll(Small.task("t")) }

      #expect(error.message.hasPrefix("400 \(front.prefix(292)) <secret (request "), "\(error.message)")
    }
  }

  @Test(arguments: [("bad", "failed"), ("canary/token", "unknown")])
  func `what a task says of itself tells no token`(state: String, phase: String) async throws {
    let answer = ScriptedTransport.json(200, #"{"state":"\#(state)","why":"sent with canary/token"}"#)
    let service = try service(Small.text(), parameters: [:], ScriptedTransport([answer]))

    let status = try await service.poll(Small.task("t"))

    let expected: TaskStatus.Phase =
      phase == "failed" ? .failed(reason: "sent with <secret>") : .unknown("<secret>")
    #expect(status.phase == expected)
  }

  @Test func `the signature of a container's address is hidden, also when it comes back alone`() async throws {
    let answer = ScriptedTransport.json(
      400, #"{"message":"canary+signature is none of ours, canary%2Bsignature neither"}"#)
    let service = try service(Small.text(), parameters: [:], ScriptedTransport([answer]))
    var order = Small.order()
    order.delivery = Secret("https://acct.example/c?sp=wl&sig=canary%2Bsignature&se=1")

    let error = try await #require(throws: ServiceError.self) { try await service.submit(order) }

    #expect(error.message.hasPrefix("400 <secret> is none of ours, <secret> neither"), "\(error.message)")
  }

  @Test func `a signature of an address is hidden, whoever made it`() async throws {
    let transport = ScriptedTransport([
      ScriptedTransport.json(
        200,
        #"{"state":"bad","why":"cannot write to https://acct.example/c?sp=wl&sig=abc%2Fd&se=1 or X-Amz-Signature=0f0f"}"#
      )
    ])
    let service = try service(Small.text(), parameters: [:], transport)

    let status = try await service.poll(Small.task("t"))

    #expect(
      status.phase
        == .failed(
          reason: "cannot write to https://acct.example/c?sp=wl&sig=<secret>&se=1 or X-Amz-Signature=<secret>"))
  }

  // MARK: What the service has forgotten

  @Test(arguments: [("2016-02-09T12:00:00Z", true), ("2016-02-09T12:00:01Z", false)])
  func `a lost task that the service may have forgotten is not believed to be absent`(
    now: String, isAbsent: Bool
  ) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, Small.page([]))])
    let service = try service(
      Small.text { $0.more = "keeps: {job: 30d, result: 7d}" }, parameters: [:], transport,
      now: try #require(Instant(now)))
    let lookup = try Small([ScriptedTransport.json(200, "{}")]).lookup()

    if isAbsent {
      #expect(try await service.find(lookup).isEmpty)
    } else {
      let error = try await #require(throws: ServiceError.self) { try await service.find(lookup) }
      #expect(error.kind == .never)
      #expect(error.message.hasPrefix("the service tells of tasks for 30d only"))
    }
  }

  // MARK: Tidying

  @Test(
    arguments: [(204, nil), (404, nil), (500, ErrorClass.again), (202, .again), (403, .never)] as [(Int, ErrorClass?)])
  func `tidying takes a task away, and one that is away already is fine`(status: Int, kind: ErrorClass?) async throws {
    let small = try Small([ScriptedTransport.json(status, "")]) {
      $0.more = #"tidy: {method: DELETE, path: "/jobs/${task.id|urlpath}", expect: [204]}"#
    }

    if let kind {
      let error = try await #require(throws: ServiceError.self) { try await small.service.tidy(Small.task("t")) }
      #expect(error.kind == kind)
    } else {
      try await small.service.tidy(Small.task("t"))
    }
    #expect(small.paths == ["DELETE /jobs/t"])
    #expect(small.service.traits.tidies)
  }
}
