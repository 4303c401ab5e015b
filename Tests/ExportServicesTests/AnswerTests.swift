// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// What the answers of a service mean.
@Suite struct AnswerTests {
  private typealias Small = SmallService

  // MARK: Windows that are too large

  @Test(arguments: [
    (400, #"{"error":{"code":"PeriodTooLarge"}}"#, ErrorClass.split),
    (400, #"{"error":{"code":"periodtoolarge"}}"#, .split), (400, #"{"error":{"code":"Range.31"}}"#, .split),
    (422, #"{"error":{"code":"PeriodTooLarge"}}"#, .never), (400, #"{"error":{"code":"Other"}}"#, .never),
    (400, "<html>", .never), (200, #"{"errors":[{"message":"no"}]}"#, .again),
    (503, #"{"error":{"code":"PeriodTooLarge"}}"#, .busy), (500, "{}", .again),
  ])
  func `rows look at status and body, in order`(status: Int, body: String, kind: ErrorClass) async throws {
    let small = try Small([ScriptedTransport.json(status, body)]) {
      $0.refusals = """
        [{when: {status: [400], "body:/error/code": [PeriodTooLarge, "range.*"]}, on: [submit], means: split},
         {when: {"body:/errors/0": present}, means: again}, {status: [503], means: busy}]
        """
    }

    let error = try await #require(throws: ServiceError.self) { try await small.service.submit(small.order()) }

    #expect(error.kind == kind)
    #expect(error.status == status)
    #expect(error.isLost == (status >= 500))
  }

  @Test func `a row for what is absent, or for other requests, lets good answers pass`() async throws {
    let small = try Small([ScriptedTransport.json(201, #"{"id":"t","state":"new"}"#)]) {
      $0.refusals =
        #"[{when: {"body:/id": absent}, means: never}, {when: {"body:/state": new}, on: [list], means: never}]"#
    }

    #expect(try await small.service.submit(small.order()).id == "t")
    #expect(try await small.service.poll(Small.task("t")).phase == .queued)
  }

  // MARK: Progress

  @Test(
    arguments: [
      (#"{"state":"busy","done":40}"#, "40"), (#"{"state":"busy","done":" 7 of 9 "}"#, "7 of 9"),
      (#"{"state":"busy","done":0.5}"#, "0.5"), (#"{"state":"busy","done":null}"#, nil),
      (#"{"state":"busy","done":""}"#, nil), (#"{"state":"busy","done":[1]}"#, nil),
      (#"{"state":"busy","done":{"of":1}}"#, nil), (#"{"state":"busy"}"#, nil),
      (#"{"state":"busy","done":"\#(String(repeating: "x", count: 500))"}"#, String(repeating: "x", count: 100)),
      (#"{"state":"busy","done":"for https://a.example/?sig=abc&x"}"#, "for https://a.example/?sig=<secret>&x"),
    ] as [(String, String?)])
  func `a task's progress is what the service says, short and without secrets`(
    body: String, progress: String?
  ) async throws {
    let small = try Small([ScriptedTransport.json(200, body)]) {
      $0.state = "{from: body:/state, running: [busy], done: [ok], progress: body:/done}"
    }

    let status = try await small.service.poll(Small.task("t"))

    #expect(status.phase == .running)
    #expect(status.progress == progress)
  }

  @Test(arguments: [
    ("azure-iot-hub-devices", Pick.body(pointer: "/progress")),
    ("salesforce-bulk2-query", .body(pointer: "/numberRecordsProcessed")),
  ])
  func `bundled descriptions say where progress stands`(name: String, pick: Pick) throws {
    let file = try #require(BundledDescriptions.file(named: name))

    #expect(ServiceDescription.load(file).description?.state.progress == pick)
  }

  // MARK: Failed tasks

  @Test(arguments: [
    (#"{"state":"bad","why":"PeriodTooLarge: 31 days"}"#, true), (#"{"state":"bad","why":"a LONG window, too"}"#, true),
    (#"{"state":"bad","why":"no room"}"#, false), (#"{"state":"bad"}"#, false), (#"{"state":"bad","why":null}"#, false),
  ])
  func `a failed task says whether its window was too large`(body: String, isTooLarge: Bool) async throws {
    let small = try Small([ScriptedTransport.json(200, body)]) {
      $0.state =
        #"{from: body:/state, done: [ok], failed: [bad], reason: body:/why, too_large: {"body:/why": [periodtoolarge*, "*long*window*"]}}"#
    }

    guard case .failed(_, isTooLarge) = try await small.service.poll(Small.task("t")).phase else {
      Issue.record("not failed, or the other way round")
      return
    }
  }

  @Test(arguments: [
    ("*", "", true), ("a*c", "abc", true), ("a*a", "a", false), ("*b*", "abc", true), ("a*b*c", "a-c-b", false),
    ("abc", "ABC", true), ("abc", "abcd", false), ("*bc", "bcbc", true), ("a**c", "ac", true),
  ])
  func `a star stands for any characters`(pattern: String, text: String, matches: Bool) async throws {
    let body: JSONValue = ["state": "bad", "why": .string(text)]
    let small = try Small([ScriptedTransport.json(200, body.canonicalText)]) {
      $0.state = #"{from: body:/state, done: [ok], failed: [bad], too_large: {body:/why: "\#(pattern)"}}"#
    }

    #expect(
      try await small.service.poll(Small.task("t")).phase
        == .failed(reason: "no reason given", isTooLarge: matches))
  }

  @Test func `Mobile Engagement: both kinds of too large are told`() async throws {
    let task = TaskReference(id: "t", appParameters: MobileEngagementTests.app, dataset: "event")
    for reason in ["PeriodTooLarge: 40 days", "The period is too large: 40 days."] {
      let failed = ScriptedTransport.json(200, #"{"state":"Failed","errorDetails":"\#(reason)"}"#)
      let transport = ScriptedTransport([failed])
      let service = DescribedService(
        description: try #require(MobileEngagementTests.description), base: "https://engagement.example",
        parameters: ["subscription": "s", "resource_group": "g"],
        tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)
      #expect(try await service.poll(task).phase == .failed(reason: reason, isTooLarge: true))
    }
  }

  // MARK: Calls that are left

  @Test(
    arguments: [
      (
        "header:x-left-*", [("X-Left-Writes", "17"), ("x-left-reads", "4"), ("x-left-other", "a;1"), ("x-lef", "0")], 4
      ),
      ("header:x-left-*", [("x-left-", "-3")], nil), ("header:x-left-*", [], nil),
      ("header:X-Left", [("x-left", "5"), ("x-left-reads", "1")], 5), ("body:/left", [], 9), ("body:/state", [], nil),
    ] as [(String, [(String, String)], Int?)])
  func `calls that are left are read from receipts, polls and lists`(
    pick: String, headers: [(String, String)], left: Int?
  ) async throws {
    let body = #"{"id":"t","state":"new","left":9,"all":[{"id":"t","state":"new","left":1}]}"#
    let named = headers.map { (name: $0.0, value: $0.1) }
    let answer = { ScriptedTransport.json($0, body, named) }
    let small = try Small([answer(201), answer(200), answer(200)]) {
      $0.limits = "{active: 2, remaining: \"\(pick)\"}"
      $0.list = "{method: GET, path: /jobs, each: body:/all, id: /id, page: 10}"
    }

    #expect(try await small.service.submit(small.order()).remaining == left)
    #expect(try await small.service.poll(Small.task("t")).remaining == left)
    #expect(try await small.service.poll([Small.task("t")]).map(\.status.remaining) == [left])
  }

  // MARK: Where the task stands in an answer

  @Test func `a poll may hold its task deeper, and one that holds none is an error`() async throws {
    let small = try Small([
      ScriptedTransport.json(200, #"{"jobs":[{"state":"ok"}]}"#), ScriptedTransport.json(200, #"{"jobs":[]}"#),
      ScriptedTransport.json(200, #"{"jobs":[null]}"#),
    ]) { $0.poll = #"{method: POST, path: /, json: {id: "${task.id}"}, task: body:/jobs/0, every: 5s}"# }

    #expect(try await small.service.poll(Small.task("t")).phase == .succeeded)
    for _ in 0..<2 {
      await #expect(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }
    }
  }

  // MARK: Limits

  @Test func `limits of a description are a planner's`() throws {
    let small = try Small([ScriptedTransport.json(200, "{}")]) {
      $0.limits =
        "{active: 32, active_per_app: 4, submits: 10/s, calls: 600/m, shared: [{active: 8, by: [region]}, {active: 2, by: [region, app]}]}"
    }

    let traits = small.service.traits
    #expect(
      traits.limits == ServiceLimits(active: 32, activePerApp: 4, submitsPerSecond: 10, callsPerSecond: 10))
    #expect(
      traits.sharedLimits == [
        SharedLimit(active: 8, parameters: ["region"]), SharedLimit(active: 2, parameters: ["region", "app"]),
      ])
  }
}
