// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// How a task's state is read: by words, by status, by rules.
@Suite struct StateTests {
  private typealias Small = SmallService

  private static let byStatus =
    "{from: \"status:\", queued: [204], running: [202, 404], done: [200], expired: [410], failed: [422], reason: body:/why}"

  @Test(
    arguments: [
      (200, "", TaskStatus.Phase.succeeded), (202, "", .running), (202, "<html>", .running), (404, "", .running),
      (204, "", .queued), (410, "", .failed(reason: "expired at the service")),
      (422, #"{"why":"no room"}"#, .failed(reason: "no room")),
    ] as [(Int, String, TaskStatus.Phase)])
  func `statuses may be states, and are no refusals then`(
    status: Int, body: String, phase: TaskStatus.Phase
  ) async throws {
    let small = try Small([ScriptedTransport.json(status, body)]) { $0.state = Self.byStatus }

    #expect(try await small.service.poll(Small.task("t")).phase == phase)
  }

  @Test func `a status that is no state is refused as ever`() async throws {
    let small = try Small([ScriptedTransport.json(429, "{}")]) { $0.state = Self.byStatus }

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }

    #expect(error.kind == .busy)
  }

  private static let byRules = """
    {from: body:/state, fold_case: true, running: [running], done: [done], failed: [broken], reason: body:/error/text,
     rules: [{when: {status: [202]}, is: queued}, {when: {body:/state: done, body:/error: present}, is: failed},
             {when: {body:/rows: "0", body:/state: done}, is: empty}, {when: {header:X-Gone: present}, is: expired}]}
    """.replacing("\n", with: " ")

  @Test(
    arguments: [
      (202, [], "", TaskStatus.Phase.queued, false), (200, [], #"{"state":"DONE"}"#, .succeeded, false),
      (200, [], #"{"state":"done","error":{"text":"no"}}"#, .failed(reason: "no"), false),
      (200, [], #"{"state":"done","rows":0}"#, .succeeded, true),
      (200, [("X-Gone", "1")], #"{"state":"running"}"#, .failed(reason: "expired at the service"), false),
      (200, [], #"{"state":"Broken"}"#, .failed(reason: "no reason given"), false),
      (200, [], #"{"state":"paused"}"#, .unknown("paused"), false),
    ] as [(Int, [(String, String)], String, TaskStatus.Phase, Bool)])
  func `rules come first, in their order`(
    status: Int, headers: [(String, String)], body: String, phase: TaskStatus.Phase, isEmpty: Bool
  ) async throws {
    let small = try Small([ScriptedTransport.json(status, body, headers.map { (name: $0.0, value: $0.1) })]) {
      $0.state = Self.byRules
    }

    let seen = try await small.service.poll(Small.task("t"))

    #expect(seen.phase == phase)
    #expect(seen.isEmpty == isEmpty)
    #expect(small.service.finished(Small.task("t"), status: seen).isEmpty == isEmpty)
  }

  @Test func `rules alone may tell, and what none fits is held`() async throws {
    let small = try Small([
      ScriptedTransport.json(200, #"{"url":"https://x.example"}"#), ScriptedTransport.json(200, #"{"url":null}"#),
      ScriptedTransport.json(200, "<html>"),
    ]) { $0.state = "{rules: [{when: {body:/url: present}, is: done}]}" }

    #expect(try await small.service.poll(Small.task("t")).phase == .succeeded)
    #expect(try await small.service.poll(Small.task("t")).phase == .unknown("none"))
    await #expect(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }
  }

  @Test func `a word for nothing to export is a success without files`() async throws {
    let small = try Small([ScriptedTransport.json(200, #"{"state":"NoData"}"#)]) {
      $0.state = "{from: body:/state, done: [ok], empty: [NoData], expired: [TimedOut]}"
    }

    let seen = try await small.service.poll(Small.task("t"))

    #expect(seen.phase == .succeeded)
    #expect(seen.isEmpty)
  }

  @Test func `an item of a list is not read by the list's own status`() async throws {
    let small = try Small(pages: [
      "/jobs": Small.page([Small.item("t", "12:00:01", #""mark":"\#(Small.mark)""#)])
    ]) { $0.state = "{from: \"status:\", running: [202], done: [200]}" }

    let found = try await small.service.find(small.lookup())

    #expect(found.map(\.status.phase) == [.queued])
  }

  @Test func `the status of a stop's answer is no state of the task`() async throws {
    let small = try Small([ScriptedTransport.json(200, "{}"), ScriptedTransport.json(202, "")]) {
      $0.state = "{from: \"status:\", running: [202], done: [200]}"
      $0.cancel = #"{method: DELETE, path: "/jobs/${task.id}", expect: [200]}"#
    }

    #expect(try await small.service.cancel(Small.task("t")).phase == .running)
    #expect(small.paths == ["DELETE /jobs/t", "GET /jobs/t"])
  }

  @Test(arguments: [#""state":"bad","why":"no: Bearer token-canary""#, #""state":"Bearer token-canary""#])
  func `what proved who asks is not repeated, neither as a reason nor as a state`(words: String) async throws {
    let transport = ScriptedTransport([ScriptedTransport.json(200, "{\(words)}")])
    let service = DescribedService(
      description: try Small.description(Small.text()), base: Small.base, parameters: ["account": "a-1"],
      tokens: CredentialCatalog.tokens(for: .bearer(Secret("token-canary")), transport: transport),
      transport: transport)

    let phase = try await service.poll(Small.task("t")).phase

    #expect("\(phase)".contains("Bearer <secret>"), "\(phase)")
    #expect(!"\(phase)".contains("canary"), "\(phase)")
  }

  @Test func `white space around a state does not count`() async throws {
    let small = try Small([ScriptedTransport.json(200, #"{"state":" ok\n"}"#)])

    #expect(try await small.service.poll(Small.task("t")).phase == .succeeded)
  }
}
