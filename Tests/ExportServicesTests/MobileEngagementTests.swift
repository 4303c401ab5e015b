// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

@Suite struct MobileEngagementTests {
  static let description: ServiceDescription? = BundledDescriptions.file(named: "azure-mobile-engagement").flatMap {
    ServiceDescription.load($0).description
  }
  static let key = JobKey(Digest(of: "job"))
  static let mark = TaskMark(key, attempt: 1)
  static let app: [String: JSONValue] = ["collection": "shop", "app": "shop ios"]
  static let path =
    "/subscriptions/s-1/resourceGroups/ME/providers/Microsoft.MobileEngagement/appcollections/shop/apps/shop%20ios/devices/exportTasks"

  private func service(_ transport: ScriptedTransport, token: String? = "canary-token") throws -> DescribedService {
    let credential: Credential = token.map { .bearer(Secret($0)) } ?? .none
    return DescribedService(
      description: try #require(Self.description), base: "https://engagement.example",
      parameters: ["subscription": "s-1", "resource_group": "ME"],
      tokens: CredentialCatalog.tokens(for: credential, transport: transport), transport: transport)
  }

  private func order(_ dataset: String, options: [String: JSONValue] = [:], window: SentWindow? = nil) -> TaskOrder {
    TaskOrder(
      mark: Self.mark, appParameters: Self.app, dataset: dataset, options: options, format: "json", window: window,
      delivery: Secret("https://acct.example/c?sig=canary-sas"))
  }

  private static let made = ScriptedTransport.json(202, #"{"id":"t-1","state":"Queued"}"#, [("Retry-After", "5")])

  @Test func `the description is checked without a complaint`() throws {
    let file = try #require(BundledDescriptions.file(named: "azure-mobile-engagement"))

    #expect(ServiceDescription.load(file).diagnostics.isEmpty)
  }

  @Test(arguments: [
    ("activity", "activities"), ("event", "events"), ("job", "jobs"), ("error", "errors"), ("crash", "crashes"),
    ("session", "sessions"),
  ])
  func `a historical dataset sends its days`(dataset: String, kind: String) async throws {
    let transport = ScriptedTransport([Self.made])

    let receipt = try await service(transport).submit(
      order(dataset, window: SentWindow(start: "2016-01-01", end: "2016-01-02")))

    let request = try #require(transport.sent.first)
    #expect(receipt.id == "t-1")
    #expect(receipt.retryAfter == .seconds(5))
    #expect(request.method == "POST")
    #expect(request.url == "https://engagement.example\(Self.path)/\(kind)?api-version=2014-12-01")
    #expect(
      String(decoding: request.body ?? [], as: UTF8.self)
        == #"{"containerUrl":"https://acct.example/c?sig=canary-sas","description":"\#(Self.mark)","#
        + #""endDate":"2016-01-02","exportFormat":"JsonBlob","startDate":"2016-01-01"}"#)
    #expect(request.headers.contains { $0 == ("Authorization", "Bearer canary-token") })
    #expect(request.headers.contains { $0.name == "x-ms-client-request-id" })
  }

  @Test(arguments: [("tag", "tags"), ("token", "tokens"), ("device", "devices")])
  func `a snapshot sends no window`(dataset: String, kind: String) async throws {
    let transport = ScriptedTransport([Self.made])

    _ = try await service(transport).submit(order(dataset))

    let request = try #require(transport.sent.first)
    #expect(request.url.contains("/exportTasks/\(kind)?"))
    #expect(
      String(decoding: request.body ?? [], as: UTF8.self)
        == #"{"containerUrl":"https://acct.example/c?sig=canary-sas","description":"\#(Self.mark)","exportFormat":"JsonBlob"}"#
    )
  }

  @Test func `push feedback goes by window, or by campaigns when they are named`() async throws {
    let transport = ScriptedTransport([Self.made])
    let window = SentWindow(start: "2016-01-01T00:00:00Z", end: "2016-01-02T00:00:00Z")

    _ = try await service(transport).submit(order("push", options: ["campaigns.type": "data_push"], window: window))
    _ = try await service(transport).submit(
      order("push", options: ["campaigns.type": "poll", "campaigns.ids": [159, 160]], window: window))

    let bodies = transport.sent.map { String(decoding: $0.body ?? [], as: UTF8.self) }
    #expect(transport.sent[0].url.contains("/exportTasks/feedbackByDate?"))
    #expect(
      bodies[0].contains(
        #""campaignType":"DataPush","campaignWindowEnd":"2016-01-02T00:00:00Z","campaignWindowStart":"2016-01-01T00:00:00Z""#
      ))
    #expect(transport.sent[1].url.contains("/exportTasks/feedbackByCampaign?"))
    #expect(bodies[1].contains(#""campaignIds":[159,160],"campaignType":"Poll""#))
    #expect(!bodies[1].contains("Window"))
  }

  @Test(arguments: [
    (#"{"state":"Queued"}"#, TaskStatus.Phase.queued), (#"{"state":"Started"}"#, .running),
    (#"{"state":"Succeeded"}"#, .succeeded),
    (#"{"state":"Failed","errorDetails":"no room"}"#, .failed(reason: "no room")),
    (#"{"state":"Paused"}"#, .unknown("Paused")), (#"{"state":"queued"}"#, .unknown("queued")),
    ("{}", .unknown("none")),
  ])
  func `states are read as they are, and unknown ones are held`(body: String, phase: TaskStatus.Phase) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, body)])

    let status = try await service(transport).poll(TaskReference(id: "a/b", appParameters: Self.app, dataset: "event"))

    #expect(status.phase == phase)
    #expect(transport.sent[0].url == "https://engagement.example\(Self.path)/a%2Fb?api-version=2014-12-01")
  }

  @Test func `artifacts stand under the task's own prefix`() throws {
    let task = TaskReference(id: "t-1", appParameters: Self.app, dataset: "event")
    let status = TaskStatus(.succeeded, facts: ["created": "2016-12-16T21:00:00Z", "type": "Event"])

    let finished = try service(ScriptedTransport([Self.made])).finished(task, status: status)

    var expected = FinishedTask(id: "t-1", prefix: "event/20161216T210000Z-t-1/", manifest: "manifest.json")
    expected.type = "Event"
    #expect(finished == expected)
  }

  /// Status, on a submit and on a poll.
  @Test(arguments: [
    (400, ErrorClass.never, ErrorClass.never), (401, .login, .login), (403, .login, .login), (404, .never, .gone),
    (409, .never, .never), (413, .split, .never), (415, .never, .never), (429, .busy, .busy), (500, .again, .again),
    (502, .again, .again), (503, .busy, .busy), (504, .again, .again), (418, .never, .never), (599, .again, .again),
  ])
  func `refusals have their classes`(status: Int, submit: ErrorClass, poll: ErrorClass) async throws {
    let answer = ScriptedTransport.json(
      status, #"{"error":{"code":"Code","message":"words canary-sas"}}"#, [("Retry-After", "30")])
    let service = try service(ScriptedTransport([answer]))

    let refused = try await #require(throws: ServiceError.self) { try await service.submit(order("tag")) }
    let polled = try await #require(throws: ServiceError.self) {
      try await service.poll(TaskReference(id: "t", appParameters: Self.app, dataset: "tag"))
    }

    #expect(refused.kind == submit)
    #expect(polled.kind == poll)
    #expect(refused.message.hasPrefix("\(status) Code: words"))
    #expect(refused.isLost == (submit == .again))
    #expect(refused.retryAfter == ([429, 503, 500, 502, 504].contains(status) ? .seconds(30) : nil))
  }

  /// Codes of the front door and of the provider, on a submit, on a poll and on a list.
  @Test(arguments: [
    (401, "AuthenticationFailed", ErrorClass.login, ErrorClass.login, ErrorClass.login),
    (401, "AuthenticationFailedMissingToken", .login, .login, .login),
    (401, "InvalidAuthenticationToken", .login, .login, .login),
    (401, "ExpiredAuthenticationToken", .login, .login, .login),
    (401, "InvalidAuthenticationTokenTenant", .login, .login, .login),
    (401, "InvalidAuthenticationTokenAudience", .login, .login, .login), (401, "Unauthorized", .login, .login, .login),
    (403, "AuthorizationFailed", .login, .login, .login), (403, "Forbidden", .never, .never, .never),
    (400, "BadRequest", .never, .never, .never), (400, "MissingApiVersionParameter", .never, .never, .never),
    (400, "InvalidApiVersionParameter", .never, .never, .never),
    (400, "NoRegisteredProviderFound", .never, .never, .never),
    (400, "InvalidSubscriptionId", .never, .never, .never), (400, "InvalidRequestContent", .never, .never, .never),
    (402, "PaymentRequired", .never, .never, .never), (404, "NotFound", .never, .gone, .never),
    (404, "SubscriptionNotFound", .never, .never, .never), (404, "ResourceGroupNotFound", .never, .never, .never),
    (404, "ResourceNotFound", .never, .never, .never), (404, "InvalidResourceType", .never, .never, .never),
    (405, "MethodNotAllowed", .never, .never, .never), (409, "Conflict", .never, .never, .never),
    (409, "MissingSubscriptionRegistration", .never, .never, .never),
    (413, "RequestEntityTooLarge", .split, .never, .never),
    (415, "UnsupportedMediaType", .never, .never, .never), (429, "TooManyRequests", .busy, .busy, .busy),
    (429, "SubscriptionRequestsThrottled", .busy, .busy, .busy), (500, "InternalServerError", .again, .again, .again),
    (500, "ServerTimeout", .again, .again, .again), (504, "ServerTimeout", .again, .again, .again),
    (503, "ServerTimeout", .busy, .busy, .busy), (503, "ServiceUnavailable", .busy, .busy, .busy),
    (504, "GatewayTimeout", .again, .again, .again),
  ])
  func `every code that a client can meet has its class`(
    status: Int, code: String, submit: ErrorClass, poll: ErrorClass, list: ErrorClass
  ) async throws {
    let answer = ScriptedTransport.json(
      status, #"{"error":{"code":"\#(code)","message":"words"}}"#,
      [("x-ms-ratelimit-remaining-subscription-reads", "11"), ("x-ms-ratelimit-remaining-tenant-writes", "7")])
    let service = try service(ScriptedTransport([answer]))
    let task = TaskReference(id: "t", appParameters: Self.app, dataset: "tag")

    let refused = [
      try await #require(throws: ServiceError.self) { try await service.submit(order("tag")) },
      try await #require(throws: ServiceError.self) { try await service.poll(task) },
      try await #require(throws: ServiceError.self) { try await service.find(lookup()) },
    ]

    #expect(refused.map(\.kind) == [submit, poll, list])
    #expect(refused.allSatisfy { $0.message.hasPrefix("\(status) \(code): words (request ") })
    #expect(refused.allSatisfy { $0.remaining == 7 })
  }

  @Test(arguments: [("The application is not enabled", "text/plain"), ("", ""), ("{}", "application/json")])
  func `a refusal in plain words, or without any, is one of the job alone`(body: String, type: String) async throws {
    let answer = ScriptedTransport.json(403, body, type.isEmpty ? [] : [("Content-Type", type)])
    let service = try service(ScriptedTransport([answer]))

    let refused = try await #require(throws: ServiceError.self) { try await service.submit(order("tag")) }

    #expect(refused.kind == .never && !refused.isLost)
    #expect(refused.message.hasPrefix("403 \(body == "{}" ? "" : body)"), "\(refused.message)")
  }

  /// Status, body, and whether a task may have been made.
  @Test(arguments: [
    (403, "<html>Blocked</html>", false), (302, "", true), (303, "<html>Sign in</html>", true), (307, "{}", false),
  ])
  func `a gateway's page says nothing of the credential, nor of the task`(
    status: Int, body: String, isLost: Bool
  ) async throws {
    let answer = ScriptedTransport.json(
      status, body, [("Location", "https://login.example/"), ("Content-Type", "text/html; charset=utf-8")])
    let service = try service(ScriptedTransport([answer]))

    let refused = try await #require(throws: ServiceError.self) { try await service.submit(order("tag")) }
    let polled = try await #require(throws: ServiceError.self) {
      try await service.poll(TaskReference(id: "t", appParameters: Self.app, dataset: "tag"))
    }

    #expect(refused.kind == .again && polled.kind == .again)
    #expect(refused.isLost == isLost)
  }

  @Test(arguments: [
    ("", "https://engagement.example/x/devices/exportTasks/t-9?api-version=2014-12-01"),
    ("<html>", "/x/exportTasks/t-9"),
    (#"{"state":"Queued"}"#, "https://other.example/exportTasks/t-9"),
  ])
  func `an answer whose body names no task still says where it is`(body: String, location: String) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(202, body, [("Location", location)])])

    #expect(try await service(transport).submit(order("tag")).id == "t-9")
  }

  @Test(arguments: [
    ("push", ["pushes", "feedback", "push_feedback", "push-feedback"]),
    ("tag", ["tags", "app_info", "app-info", "appinfo"]),
    ("device", ["devices"]), ("token", ["tokens"]), ("activity", ["activities"]), ("event", ["events"]),
    ("job", ["jobs"]),
    ("error", ["errors"]), ("crash", ["crashes"]), ("session", ["sessions"]),
  ])
  func `datasets are known by the names that people type`(dataset: String, names: [String]) throws {
    let traits = try #require(Self.description).traits

    #expect(traits.dataset(dataset)?.aliases == names)
    #expect(traits.dataset(dataset)?.rows.fields.isEmpty == false)
    #expect(traits.formats == ["json", "csv"])
  }

  @Test func `CSV is asked for by the service's own word`() async throws {
    let transport = ScriptedTransport([Self.made])
    var order = order("tag")
    order.format = "csv"

    _ = try await service(transport).submit(order)

    #expect(String(decoding: transport.sent[0].body ?? [], as: UTF8.self).contains(#""exportFormat":"CsvBlob""#))
  }

  @Test(arguments: [500, 502, 503, 504])
  func `a server's fault that does not say when to come back may have made the task`(status: Int) async throws {
    let service = try service(ScriptedTransport([ScriptedTransport.json(status, "{}")]))

    let error = try await #require(throws: ServiceError.self) { try await service.submit(order("tag")) }

    #expect(error.isLost)
  }

  @Test func `a page of HTML is survived and says so`() async throws {
    let service = try service(ScriptedTransport([ScriptedTransport.json(502, "<html>Bad gateway</html>")]))

    let error = try await #require(throws: ServiceError.self) { try await service.submit(order("tag")) }

    #expect(error.message.hasPrefix("502 with a page instead of JSON (request "))
  }

  @Test func `a yes without a task's name is a lost answer`() async throws {
    for body in ["{}", "<html>", #"{"id":null}"#] {
      let service = try service(ScriptedTransport([ScriptedTransport.json(202, body)]))
      let error = try await #require(throws: ServiceError.self) { try await service.submit(order("tag")) }
      #expect(error.isLost, "\(body)")
    }
  }

  @Test func `secrets that a service repeats are hidden`() async throws {
    let answer = ScriptedTransport.json(
      400, #"{"error":{"code":"BadRequest","message":"https://acct.example/c?sig=canary-sas for canary-token"}}"#)

    let error = try await #require(throws: ServiceError.self) {
      try await service(ScriptedTransport([answer])).submit(order("tag"))
    }

    #expect(!error.message.contains("canary"), "\(error.message)")
  }

  @Test(arguments: [
    (TransportError(.unreachable, "no"), false, true), (TransportError(.timedOut, "late"), true, false),
    (TransportError(.cut, "cut"), true, false), (TransportError(.tooLarge(limit: 1), "big"), true, false),
  ])
  func `what may have arrived is lost, and what never left is not`(
    error: TransportError, isLost: Bool, isUnreachable: Bool
  ) async throws {
    let service = try service(ScriptedTransport([{ _ in throw error }]))

    let submitted = try await #require(throws: ServiceError.self) { try await service.submit(order("tag")) }

    #expect(submitted.isLost == isLost)
    #expect(submitted.isUnreachable == isUnreachable)
  }

  // MARK: Looking a task up

  private static func page(_ items: [(String, String, String)], next: String? = nil) -> ScriptedTransport.Answer {
    let value = items.map { #"{"id":"\#($0.0)","description":"\#($0.1)","dateCreated":"\#($0.2)","state":"Started"}"# }
    let link = next.map { #","nextLink":"\#($0)""# } ?? ""
    return ScriptedTransport.json(200, #"{"value":[\#(value.joined(separator: ","))]\#(link)}"#)
  }

  private func lookup(since: String = "2016-01-10T12:00:00Z") -> TaskLookup {
    TaskLookup(
      mark: Self.mark, appParameters: Self.app, dataset: "tag", since: Instant(since) ?? Instant(seconds: 0))
  }

  @Test func `a task is found by its mark over pages`() async throws {
    let next = "https://engagement.example\(Self.path)?api-version=2014-12-01&$skip=40&$top=40"
    let transport = ScriptedTransport([
      Self.page([("x", "nightly", "2016-01-10T12:00:09Z")], next: next),
      Self.page([("t-9", Self.mark.description, "2016-01-10T12:00:01Z")]),
    ])

    let found = try await service(transport).find(lookup())

    #expect(found == [FoundTask(id: "t-9", status: found[0].status)])
    #expect(found[0].status.phase == .running)
    #expect(
      transport.sent.map(\.url) == [
        "https://engagement.example\(Self.path)?api-version=2014-12-01&$top=40&$orderby=dateCreated%20desc", next,
      ])
  }

  @Test func `pages older than the intent are not read, allowing for clocks`() async throws {
    let next = "https://engagement.example/next"
    let transport = ScriptedTransport([Self.page([("x", "other", "2016-01-10T11:44:59Z")], next: next)])

    #expect(try await service(transport).find(lookup()).isEmpty)
    #expect(transport.sent.count == 1)
  }

  @Test func `a list that goes on at another host is refused before the token goes there`() async throws {
    let transport = ScriptedTransport([
      Self.page([("x", "o", "2016-01-10T12:00:00Z")], next: "https://engagement.example.evil/next")
    ])

    await #expect(throws: ServiceError.self) { try await service(transport).find(lookup()) }
    #expect(transport.sent.count == 1)
  }

  @Test(arguments: ["{}", "[]", "<html>", #"{"value":{}}"#])
  func `a list that cannot be read is an error, never an empty answer`(body: String) async throws {
    let service = try service(ScriptedTransport([ScriptedTransport.json(200, body)]))

    await #expect(throws: ServiceError.self) { try await service.find(lookup()) }
  }
}
