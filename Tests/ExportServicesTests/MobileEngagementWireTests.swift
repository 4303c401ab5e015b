// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// Fields and headers of Mobile Engagement one by one (contract.md, sections 1 to 3).
@Suite struct MobileEngagementWireTests {
  private static let task = TaskReference(id: "t-1", appParameters: MobileEngagementTests.app, dataset: "push")

  private static func service(_ transport: ScriptedTransport) throws -> DescribedService {
    DescribedService(
      description: try #require(MobileEngagementTests.description), base: "https://engagement.example",
      parameters: ["subscription": "s-1", "resource_group": "ME"],
      tokens: CredentialCatalog.tokens(for: .bearer(Secret("t")), transport: transport), transport: transport)
  }

  private static func order(_ options: [String: JSONValue] = [:]) -> TaskOrder {
    TaskOrder(
      mark: MobileEngagementTests.mark, appParameters: MobileEngagementTests.app, dataset: "push", options: options,
      format: "json", window: SentWindow(start: "2016-01-01T00:00:00Z", end: "2016-01-02T00:00:00Z"),
      delivery: Secret("https://acct.example/c?sig=x"))
  }

  private static func header(_ name: String, of request: HTTPRequest?) -> String? {
    request?.headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  // MARK: Requests

  @Test func `JSON is asked for, and what is sent says that it is JSON`() async throws {
    let transport = ScriptedTransport([
      ScriptedTransport.json(202, #"{"id":"t-1","state":"Queued"}"#),
      ScriptedTransport.json(200, #"{"id":"t-1","state":"Started"}"#), ScriptedTransport.json(200, #"{"value":[]}"#),
    ])
    let service = try Self.service(transport)

    _ = try await service.submit(Self.order())
    _ = try await service.poll(Self.task)
    _ = try await service.poll([Self.task])

    #expect(transport.sent.map { Self.header("Accept", of: $0) } == Array(repeating: "application/json", count: 3))
    #expect(
      transport.sent.map { Self.header("Content-Type", of: $0) } == ["application/json; charset=utf-8", nil, nil])
    #expect(Set(transport.sent.map { Self.header("x-ms-client-request-id", of: $0) }).count == 3)
  }

  @Test(arguments: [
    ("announcement", "Announcement"), ("poll", "Poll"), ("data_push", "DataPush"), ("native_push", "NativePush"),
  ])
  func `a kind of campaign is sent by the service's word`(word: String, wire: String) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(202, #"{"id":"t-1","state":"Queued"}"#)])
    let service = try Self.service(transport)

    _ = try await service.submit(Self.order(["campaigns.type": .string(word)]))
    _ = try await service.submit(Self.order(["campaigns.type": .string(word), "campaigns.ids": [159]]))

    for request in transport.sent {
      let body = try JSONValue(parsing: request.body ?? [])
      #expect(body["campaignType"]?.string == wire)
    }
  }

  // MARK: Answers

  @Test func `a poll tells the task's type and when it was made, which say where its files are`() async throws {
    let body =
      #"{"id":"t-1","description":"d","state":"Succeeded","dateCreated":"2016-12-16T21:00:00Z","#
      + #""dateCompleted":"2016-12-16T21:07:31Z","exportType":"Push"}"#
    let service = try Self.service(ScriptedTransport([ScriptedTransport.json(200, body)]))

    let status = try await service.poll(Self.task)

    #expect(status.facts == ["created": "2016-12-16T21:00:00Z", "type": "Push"])
    #expect(service.finished(Self.task, status: status).prefix == "push/20161216T210000Z-t-1/")
  }

  @Test(arguments: [
    ("Activity", "activity"), ("Tag", "tag"), ("Crash", "crash"), ("Error", "error"), ("Event", "event"),
    ("Job", "job"),
    ("Session", "session"), ("Token", "token"), ("Push", "push"), ("Device", "device"),
  ])
  func `every type of task has its folder`(type: String, folder: String) async throws {
    let body = #"{"id":"t-1","state":"Succeeded","dateCreated":"2016-12-16T21:00:00Z","exportType":"\#(type)"}"#
    let service = try Self.service(ScriptedTransport([ScriptedTransport.json(200, body)]))

    let status = try await service.poll(Self.task)

    #expect(service.finished(Self.task, status: status).prefix == "\(folder)/20161216T210000Z-t-1/")
  }

  @Test func `a poll may say when to look again`() async throws {
    let transport = ScriptedTransport([
      ScriptedTransport.json(200, #"{"id":"t-1","state":"Started"}"#, [("Retry-After", "17")]),
      ScriptedTransport.json(200, #"{"id":"t-1","state":"Started"}"#),
    ])
    let service = try Self.service(transport)

    #expect(try await service.poll(Self.task).retryAfter == .seconds(17))
    #expect(try await service.poll(Self.task).retryAfter == nil)
  }

  @Test(
    arguments: [
      ("5d3b", ", there 5d3b"), ("", ""), ("two words", ""), (String(repeating: "x", count: 101), ""),
    ])
  func `an error tells the service's own id of the request beside ours`(own: String, told: String) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(409, "{}", [("X-Ms-Request-Id", own)])])

    let error = try await #require(throws: ServiceError.self) { try await Self.service(transport).poll(Self.task) }

    let id = Self.header("x-ms-client-request-id", of: transport.sent.first)
    #expect(error.requestID == id)
    #expect(error.message.hasSuffix("(request \(id ?? "")\(told))"), "\(error.message)")
  }

  @Test(arguments: [
    "subscription-reads", "subscription-writes", "tenant-reads", "tenant-writes", "subscription-resource-requests",
    "subscription-resource-entities-read", "subscription-global-reads", "subscription-global-writes",
  ])
  func `what may still be asked is read from each of the headers, and the least counts`(name: String) async throws {
    let headers = [
      ("x-ms-ratelimit-remaining-other", "900"), ("x-ms-ratelimit-remaining-\(name)", "11"),
      ("X-MS-RateLimit-Remaining-More", "700"),
    ].map { (name: $0.0, value: $0.1) }
    let service = try Self.service(
      ScriptedTransport([
        ScriptedTransport.json(202, #"{"id":"t-1","state":"Queued"}"#, headers),
        ScriptedTransport.json(200, #"{"id":"t-1","state":"Started"}"#, headers),
        ScriptedTransport.json(429, "{}", headers),
      ]))

    let receipt = try await service.submit(Self.order())
    let status = try await service.poll(Self.task)
    let error = try await #require(throws: ServiceError.self) { try await service.poll(Self.task) }

    #expect([receipt.remaining, status.remaining, error.remaining] == [11, 11, 11])
  }
}
