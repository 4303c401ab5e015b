// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// A submit of several requests, and every way in which one of them can fail.
@Suite struct StepTests {
  private typealias Small = SmallService
  typealias Answer = ScriptedTransport.Answer

  private static func change(_ parts: inout Small.Parts) {
    parts.submit = #"""
      [{method: POST, path: /uploads, expect: [200], take: {upload: body:/upload, key: header:X-Key}}, {method: POST, path: "/jobs/${step.upload|urlpath}", headers: {X-Key: "${step.key}"}, expect: [201], id: body:/id, json: {mark: "${job.mark}"}}, {method: POST, path: "/jobs/${task.id|urlpath}/enqueue", expect: [200, 409], json: {app: "${app.app}", kind: "${dataset.path}"}}, {method: POST, path: "/jobs/${task.id|urlpath}/go", expect: [202]}]
      """#
    parts.state = "{from: body:/state, made: [created], queued: [new], running: [busy], done: [ok], failed: [bad]}"
    parts.list = "{method: GET, path: /jobs, each: body:/all, id: /id, created: /made, page: 10}"
    parts.cancel = #"{method: DELETE, path: "/jobs/${task.id}", expect: [200]}"#
  }

  private static let prepared = ScriptedTransport.json(200, #"{"upload":"u/1"}"#, [("X-Key", "k")])
  private static let made = ScriptedTransport.json(201, #"{"id":"t"}"#)
  private static let good = ScriptedTransport.json(200, "{}")
  private static let started = ScriptedTransport.json(202, "")
  private static let cut: Answer = { _ in throw TransportError(.cut, "cut") }

  private func small(_ answers: [Answer]) throws -> Small { try Small(answers, Self.change) }

  private func shown(_ state: String) -> Answer { ScriptedTransport.json(200, #"{"id":"t","state":"\#(state)"}"#) }

  // MARK: All goes well

  @Test func `each step is sent in order, with what those before it gave`() async throws {
    let small = try small([Self.prepared, Self.made, Self.good, Self.started])

    #expect(try await small.service.submit(small.order()).id == "t")
    #expect(small.paths == ["POST /uploads", "POST /jobs/u%2F1", "POST /jobs/t/enqueue", "POST /jobs/t/go"])
    #expect(
      small.bodies == ["", #"{"from":"2016-01-01","mark":"\#(Small.mark)"}"#, #"{"app":"shop","kind":"rows"}"#, ""])
    #expect(small.transport.sent[1].headers.contains { $0 == ("X-Key", "k") })
  }

  @Test func `a preview shows the request that makes the task`() throws {
    let small = try small([Self.good])
    let preview = try Small.description(Small.text(Self.change)).preview(
      of: small.order(), base: Small.base, parameters: [:])

    #expect(preview.url == "\(Small.base)/jobs/%3Cupload%3E")
    #expect(preview.body?["mark"]?.string == Small.mark.description)
  }

  // MARK: Before the task

  @Test(
    arguments: [
      (ScriptedTransport.json(500, "{}"), ErrorClass.again), (cut, .again), (ScriptedTransport.json(403, "{}"), .never),
      (ScriptedTransport.json(200, #"{"upload":"u"}"#), .again),
      (ScriptedTransport.json(200, #"{"upload":null}"#), .again),
      (ScriptedTransport.json(201, #"{"upload":"u"}"#, [("X-Key", "k")]), .again),
      (ScriptedTransport.json(200, "<html>"), .again),
      (ScriptedTransport.json(429, "{}"), .busy),
    ] as [(Answer, ErrorClass)])
  func `what fails before the task is made has made none`(answer: @escaping Answer, kind: ErrorClass) async throws {
    let small = try small([answer])

    let error = try await #require(throws: ServiceError.self) { try await small.service.submit(small.order()) }

    #expect(error.kind == kind)
    #expect(!error.isLost)
    #expect(error.requestID != nil)
    #expect(small.paths == ["POST /uploads"])
  }

  // MARK: The task itself

  @Test(
    arguments: [
      (cut, true), (ScriptedTransport.json(502, ""), true), (ScriptedTransport.json(201, "{}"), true),
      (ScriptedTransport.json(400, "{}"), false), ({ _ in throw TransportError(.unreachable, "no") }, false),
    ] as [(Answer, Bool)])
  func `only the step that makes the task can lose it`(answer: @escaping Answer, isLost: Bool) async throws {
    let small = try small([Self.prepared, answer])

    let error = try await #require(throws: ServiceError.self) { try await small.service.submit(small.order()) }

    #expect(error.isLost == isLost)
    #expect(small.paths == ["POST /uploads", "POST /jobs/u%2F1"])
  }

  // MARK: After the task

  @Test(
    arguments: [
      cut, ScriptedTransport.json(500, "{}"), ScriptedTransport.json(400, "{}"), ScriptedTransport.json(404, "{}"),
      ScriptedTransport.json(204, ""), { _ in throw CancellationError() },
    ] as [Answer])
  func `what fails after the task is made does not lose its id, and the next look goes on`(
    answer: @escaping Answer
  ) async throws {
    let small = try small([Self.prepared, Self.made, answer, shown("created"), Self.good, Self.started, shown("busy")])

    let receipt = try await small.service.submit(small.order())
    let first = try await small.service.poll(Small.task(receipt.id))
    let second = try await small.service.poll(Small.task(receipt.id))

    #expect(receipt.id == "t")
    #expect([first.phase, second.phase] == [.queued, .running])
    #expect(
      Array(small.paths.dropFirst(3))
        == ["GET /jobs/t", "POST /jobs/t/enqueue", "POST /jobs/t/go", "GET /jobs/t"])
    // What a later run knows of a task is enough.
    #expect(small.bodies[4] == #"{"app":"shop","kind":"rows"}"#)
  }

  @Test func `a task that a later look shows as started is not started again`() async throws {
    let small = try small([Self.prepared, Self.made, Self.cut, shown("new")])

    _ = try await small.service.submit(small.order())

    #expect(try await small.service.poll(Small.task("t")).phase == .queued)
    #expect(small.paths.count == 4)
  }

  @Test func `a step that says that it was done before is done`() async throws {
    let small = try small([shown("created"), ScriptedTransport.json(409, "{}"), Self.started])

    #expect(try await small.service.poll(Small.task("t")).phase == .queued)
    #expect(small.paths == ["GET /jobs/t", "POST /jobs/t/enqueue", "POST /jobs/t/go"])
  }

  @Test(arguments: [(400, ErrorClass.never), (404, .again), (410, .never), (500, .again), (429, .busy)])
  func `a step that is refused fails the look and never the task`(status: Int, kind: ErrorClass) async throws {
    let small = try small([shown("created"), ScriptedTransport.json(status, "{}")])

    let error = try await #require(throws: ServiceError.self) { try await small.service.poll(Small.task("t")) }

    #expect(error.kind == kind)
    #expect(!error.isLost)
    #expect(!error.isAbsent)
  }

  @Test func `a list leaves a made task to its own look, and sets nothing going`() async throws {
    let list = ScriptedTransport.json(
      200, Small.page([Small.item("t", "12:00:01", state: "created"), Small.item("u", "12:00:00")]))
    let small = try small([list])

    #expect(try await small.service.poll([Small.task("t"), Small.task("u")]).map(\.id) == ["u"])
    #expect(small.paths == ["GET /jobs"])
  }

  @Test func `a lost task that is found made is told as queued, and the look that follows sets it going`() async throws
  {
    let list = ScriptedTransport.json(
      200, Small.page([Small.item("t", "12:00:01", state: "created", #""mark":"\#(Small.mark)""#)]))
    let small = try small([list, shown("created"), Self.good, Self.started])

    let found = try await small.service.find(small.lookup())
    #expect(found.map(\.status.phase) == [.queued])
    #expect(small.paths == ["GET /jobs"])

    _ = try await small.service.poll(Small.task(found[0].id))
    #expect(small.paths.suffix(2) == ["POST /jobs/t/enqueue", "POST /jobs/t/go"])
  }

  @Test func `a task that is to be stopped is not set going`() async throws {
    let small = try small([ScriptedTransport.json(200, "{}"), shown("created")])

    #expect(try await small.service.cancel(Small.task("t")).phase == .queued)
    #expect(small.paths == ["DELETE /jobs/t", "GET /jobs/t"])
  }

  // MARK: Named

  @Test func `where we choose the name, the step that sends it makes the task`() async throws {
    let small = try Small([Self.prepared, Self.good, Self.good]) {
      $0.submit = #"""
        [{method: POST, path: /uploads, expect: [200], take: {upload: body:/upload}}, {method: PUT, path: "/jobs/${job.name}", expect: [200], json: {upload: "${step.upload}"}}, {method: POST, path: "/jobs/${task.id}/go", expect: [200]}]
        """#
      $0.state = "{from: body:/state, made: [created], done: [ok]}"
      $0.recover = #"{class: named, id: "${job.name}"}"#
    }
    let name = "outhaul-\(Small.mark.key)-2"

    #expect(try await small.service.submit(small.order()).id == name)
    #expect(small.paths == ["POST /uploads", "PUT /jobs/\(name)", "POST /jobs/\(name)/go"])
  }
}

extension ServiceError {
  fileprivate var isAbsent: Bool { kind == .gone }
}
