// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// A stop of a task, and where the task stands then.
@Suite struct CancelTests {
  private typealias Small = SmallService

  /// - Parameter answers: to the stop, and to the poll behind it; status and body.
  private func cancelled(
    _ answers: (Int, String)...
  ) async throws -> (status: Result<TaskStatus, ServiceError>, paths: [String]) {
    let small = try Small(answers.map { ScriptedTransport.json($0.0, $0.1) }) {
      $0.cancel = #"{method: DELETE, path: "/jobs/${task.id|urlpath}", expect: [200, 204]}"#
    }
    #expect(small.service.traits.canCancel)
    do {
      return (.success(try await small.service.cancel(Small.task("t/1"))), small.paths)
    } catch let error as ServiceError {
      return (.failure(error), small.paths)
    }
  }

  @Test func `an answer that says where the task stands is believed`() async throws {
    let (status, paths) = try await cancelled((200, #"{"state":"off"}"#), (500, "{}"))

    #expect(try status.get().phase == .cancelled)
    #expect(paths == ["DELETE /jobs/t%2F1"])
  }

  @Test(arguments: [
    (204, "", #"{"state":"off"}"#, TaskStatus.Phase.cancelled), (200, "{}", #"{"state":"busy"}"#, .running),
    (200, #"{"state":"stopping"}"#, #"{"state":"ok"}"#, .succeeded),
    // At its end already.
    (409, "{}", #"{"state":"ok"}"#, .succeeded), (400, "{}", #"{"state":"bad","why":"no"}"#, .failed(reason: "no")),
    (404, "{}", #"{"state":"ok"}"#, .succeeded), (404, "{}", #"{"state":"busy"}"#, .running),
  ])
  func `otherwise the task is looked at once`(
    status: Int, body: String, polled: String, phase: TaskStatus.Phase
  ) async throws {
    let (result, paths) = try await cancelled((status, body), (200, polled))

    #expect(try result.get().phase == phase)
    #expect(paths == ["DELETE /jobs/t%2F1", "GET /jobs/t%2F1"])
  }

  @Test func `a parameter of the app that is left out has its default in every request`() async throws {
    let text = Small.text {
      $0.poll = #"{method: GET, path: "/${app.zone}/jobs/${task.id|urlpath}", every: 5s}"#
      $0.list = #"{method: GET, path: "/${app.zone}/jobs", each: body:/all, id: /id, created: /made}"#
      $0.cancel = #"{method: DELETE, path: "/${app.zone}/jobs/${task.id|urlpath}", expect: [200]}"#
    }.replacing("app_params: {", with: "app_params: {zone: {type: text, default: west}, ")
    let transport = ScriptedTransport([ScriptedTransport.json(200, #"{"state":"off","all":[]}"#)])
    let service = DescribedService(
      description: try Small.description(text), base: Small.base, parameters: ["account": "a-1"],
      tokens: CredentialCatalog.tokens(for: .none, transport: transport), transport: transport)

    _ = try await service.poll(Small.task("t"))
    _ = try await service.cancel(Small.task("t"))

    #expect(transport.sent.map { $0.url.dropFirst(Small.base.count) } == ["/west/jobs/t", "/west/jobs/t"])
  }

  @Test(arguments: [404, 204])
  func `a task that is not there any more is at its end`(status: Int) async throws {
    let (result, _) = try await cancelled((status, ""), (404, "{}"))

    #expect(try result.get().phase == .cancelled)
  }

  @Test func `a refusal of a task that goes on is the answer`() async throws {
    let (result, _) = try await cancelled((409, #"{"error":{"code":"Conflict"}}"#), (200, #"{"state":"busy"}"#))

    let error = try #require(throws: ServiceError.self) { try result.get() }
    #expect(error.kind == .never && error.status == 409)
  }

  @Test(arguments: [(429, ErrorClass.busy), (500, .again), (202, .again)])
  func `what may pass is not taken for an end, and nothing is polled`(status: Int, kind: ErrorClass) async throws {
    let (result, paths) = try await cancelled((status, "{}"), (200, #"{"state":"ok"}"#))

    #expect(try #require(throws: ServiceError.self) { try result.get() }.kind == kind)
    #expect(paths.count == 1)
  }

  @Test func `a poll that fails behind a stop fails the stop, which may be asked for again`() async throws {
    let (result, _) = try await cancelled((204, ""), (503, "{}"))

    #expect(try #require(throws: ServiceError.self) { try result.get() }.kind == .again)
  }

  @Test func `a status that the description expects is good, whatever it is`() async throws {
    let small = try Small([ScriptedTransport.json(410, #"{"state":"off"}"#)]) {
      $0.cancel = #"{method: POST, path: "/jobs/${task.id}/cancel", json: {why: none}, expect: [200, 410]}"#
    }

    #expect(try await small.service.cancel(Small.task("t")).phase == .cancelled)
    #expect(small.bodies == [#"{"why":"none"}"#])
  }

  @Test func `a service that cannot stop tasks says so`() async throws {
    let small = try Small([ScriptedTransport.json(200, "{}")])

    await #expect(throws: ServiceError.self) { try await small.service.cancel(Small.task("t")) }
    #expect(!small.service.traits.canCancel)
    #expect(small.paths.isEmpty)
  }
}
