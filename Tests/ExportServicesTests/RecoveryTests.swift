// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices
import Testing

/// How a task is found whose answer was lost, by class.
@Suite struct RecoveryTests {
  private typealias Small = SmallService

  private static let lost: ScriptedTransport.Answer = { _ in throw TransportError(.cut, "cut") }
  private static let marked = #""mark":"\#(SmallService.mark)""#

  private func ids(_ found: [FoundTask]) -> [String] { found.map(\.id) }

  // MARK: Marked

  @Test func `marked: an answer that is lost is found in the list, by its mark alone`() async throws {
    let list = Small.page([
      Small.item("t-3", "12:00:03", #""mark":"outhaul:1:other:2""#), Small.item("t-2", "12:00:02", Self.marked),
      Small.item("t-1", "12:00:01"),
    ])
    let small = try Small([Self.lost, ScriptedTransport.json(200, list)])

    let error = try await #require(throws: ServiceError.self) { try await small.service.submit(small.order()) }
    let found = try await small.service.find(small.lookup())

    #expect(error.isLost)
    #expect(ids(found) == ["t-2"])
    #expect(found[0].status.phase == .running)
    #expect(small.paths == ["POST /jobs", "GET /jobs"])
    #expect(small.service.traits.recovery == .marked)
  }

  @Test func `marked: two tasks of one mark are both told, the newest first, each once`() async throws {
    let small = try Small(pages: [
      "/jobs": Small.page(
        [Small.item("a", "12:00:01", Self.marked), Small.item("x", "12:00:09")], next: "/more"),
      "/more": Small.page([Small.item("b", "12:00:05", Self.marked), Small.item("a", "12:00:01", Self.marked)]),
    ])

    #expect(ids(try await small.service.find(small.lookup())) == ["b", "a"])
  }

  @Test func `a page out of order does not end the search before its newest task is too old`() async throws {
    let small = try Small(pages: [
      "/jobs": Small.page([Small.item("x", "12:00:09"), Small.item("y", "01:00:00")], next: "/more"),
      "/more": Small.page([Small.item("t", "12:00:01", Self.marked)], next: "/older"),
      "/older": Small.page([Small.item("z", "11:44:59"), Small.item("z", "02:00:00")], next: "/unread"),
    ])

    #expect(ids(try await small.service.find(small.lookup())) == ["t"])
    #expect(small.paths == ["GET /jobs", "GET /more", "GET /older"])
  }

  @Test func `a list in no order is read to its end`() async throws {
    let small = try Small(pages: [
      "/jobs": Small.page([Small.item("x", "02:00:00")], next: "/more"),
      "/more": Small.page([Small.item("t", "12:00:01", Self.marked)]),
    ]) {
      $0.list =
        "{method: GET, path: /jobs, each: body:/all, next: body:/next, id: /id, created: /made, newest_first: false}"
    }

    #expect(ids(try await small.service.find(small.lookup())) == ["t"])
  }

  @Test func `marked: a text of our own choice may be the mark`() async throws {
    let small = try Small(pages: [
      "/jobs": Small.page([
        Small.item("t", nil, #""file":"\#("outhaul-\(Small.mark.key)-2")/rows.json""#),
        Small.item("u", nil, #""file":"\#("outhaul-\(Small.mark.key)-1")/rows.json""#),
      ])
    ]) {
      $0.submit = #"{method: POST, path: /jobs, expect: [201], id: body:/id, json: {file: "${job.name}/rows.json"}}"#
      $0.recover = #"{class: marked, mark: /file, value: "${job.name}/rows.json"}"#
    }

    #expect(ids(try await small.service.find(small.lookup())) == ["t"])
  }

  @Test func `a task of ours without an id is an error, never an empty answer`() async throws {
    let small = try Small(pages: ["/jobs": #"{"all":[{"state":"busy",\#(Self.marked)}]}"#])

    await #expect(throws: ServiceError.self) { try await small.service.find(small.lookup()) }
  }

  @Test func `a list that goes round in a circle is an error`() async throws {
    let small = try Small(pages: [
      "/jobs": Small.page([Small.item("x", "12:00:09")], next: "/more"),
      "/more": Small.page([Small.item("y", "12:00:08")], next: "/jobs"),
    ])

    let error = try await #require(throws: ServiceError.self) { try await small.service.find(small.lookup()) }

    #expect(error.message.contains("goes round in a circle"))
    #expect(small.paths.count == 2)
  }

  /// What the first page says of the next, and what is asked for then.
  @Test(arguments: [
    ("/more?from=2", "GET /more?from=2"), ("https://small.example/more", "GET /more"), ("//evil.example/more", nil),
    ("https://small.example.evil/more", nil), ("more", "GET /more"), ("?page=2", "GET /jobs?page=2"),
    ("small.example:81/more", nil), ("https://small.example@evil.example/more", nil), ("/mo re", nil),
  ])
  func `a list goes on at the same host or not at all`(next: String, asked: String?) async throws {
    let small = try Small([
      ScriptedTransport.json(200, #"{"all":[],"next":"\#(next)"}"#), ScriptedTransport.json(200, #"{"all":[]}"#),
    ])

    if let asked {
      #expect(try await small.service.find(small.lookup()).isEmpty)
      #expect(small.paths == ["GET /jobs", asked])
    } else {
      await #expect(throws: ServiceError.self) { try await small.service.find(small.lookup()) }
      #expect(small.paths == ["GET /jobs"])
    }
  }

  // MARK: Named

  private func naming(_ parts: inout SmallService.Parts) {
    parts.submit = #"{method: PUT, path: "/jobs/${job.name}", expect: [200, 201], json: {kind: rows}}"#
    parts.recover = #"{class: named, id: "${job.name}"}"#
    parts.refusals =
      #"[{status: [404], on: [poll], means: gone}, {when: {status: [400], "body:/error/code": TaskAlreadyExists}, on: [submit], means: exists}]"#
    parts.list = nil
  }

  private static let name = "outhaul-\(SmallService.mark.key)-2"

  @Test func `named: the task has the name that we chose, whatever the answer says`() async throws {
    let small = try Small([ScriptedTransport.json(201, #"{"id":"other"}"#)], naming)

    let receipt = try await small.service.submit(small.order())

    #expect(receipt.id == Self.name)
    #expect(small.paths == ["PUT /jobs/\(Self.name)"])
    #expect(Self.name.utf8.count <= 63 && Self.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" })
  }

  @Test func `named: a task that is there already is the one that was asked for`() async throws {
    let answer = ScriptedTransport.json(400, #"{"error":{"code":"TaskAlreadyExists","message":"of that name"}}"#)
    let small = try Small([answer], naming)

    #expect(try await small.service.submit(small.order()).id == Self.name)
  }

  @Test func `named: another refusal with that status is one`() async throws {
    let small = try Small([ScriptedTransport.json(400, #"{"error":{"code":"BadRequest","message":"no"}}"#)], naming)

    let error = try await #require(throws: ServiceError.self) { try await small.service.submit(small.order()) }

    #expect(error.kind == .never && !error.isLost)
  }

  @Test func `named: a lost task is looked at by its name, and is not there when nothing is`() async throws {
    let there = try Small(pages: ["/jobs/\(Self.name)": #"{"state":"ok"}"#], naming)
    let absent = try Small(pages: [:], naming)
    let broken = try Small([ScriptedTransport.json(500, "{}")], naming)

    #expect(
      try await there.service.find(there.lookup()).map { "\($0.id) \($0.status.phase)" } == ["\(Self.name) succeeded"])
    #expect(try await absent.service.find(absent.lookup()).isEmpty)
    await #expect(throws: ServiceError.self) { try await broken.service.find(broken.lookup()) }
  }

  // MARK: Token

  @Test func `token: the same attempt sends the same token, another attempt another one`() async throws {
    let small = try Small([Self.lost, ScriptedTransport.json(201, #"{"id":"t"}"#)]) {
      $0.submit = #"{method: POST, path: /jobs, expect: [201], id: body:/id, json: {token: "${job.token}"}}"#
      $0.recover = "{class: token, life: 8h}"
    }
    var next = small.order()
    next.mark = TaskMark(JobKey(Digest(of: "job")), attempt: 3)

    await #expect(throws: ServiceError.self) { try await small.service.submit(small.order()) }
    _ = try await small.service.submit(small.order())
    _ = try await small.service.submit(next)

    #expect(small.bodies[0] == small.bodies[1])
    #expect(small.bodies[1] != small.bodies[2])
    #expect(
      small.bodies[0].contains(#/"token":"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"/#))
    #expect(small.service.traits.recovery == .token)
    #expect(small.service.traits.tokenLife == .seconds(8 * 3600))
    await #expect(throws: ServiceError.self) { try await small.service.find(small.lookup()) }
  }

  // MARK: Single

  private func single(_ parts: inout SmallService.Parts) {
    parts.recover =
      #"{class: single, current: {method: POST, path: /current, json: {of: "${app.app}"}, task: body:/data/current, id: /id, created: /made}, same: {/from: "${window.start}", /size: "${option.size}"}}"#
  }

  /// What the service shows, and what is found.
  @Test(arguments: [
    (SmallService.item("t", "12:00:01", #""from":"2016-01-01","size":7"#), ["t"]),
    (SmallService.item("t", "11:45:00", #""from":"2016-01-01","size":7"#), ["t"]),
    (SmallService.item("old", "11:44:59", #""from":"2016-01-01","size":7"#), []),
    (SmallService.item("other", "12:00:01", #""from":"2016-01-02","size":7"#), []),
    (SmallService.item("other", "12:00:01", #""from":"2016-01-01","size":8"#), []),
    (SmallService.item("other", "12:00:01", #""from":"2016-01-01""#), []), ("null", []),
  ])
  func `single: the one task there is is ours when it has our parameters and is not older`(
    shown: String, found: [String]
  ) async throws {
    let small = try Small([ScriptedTransport.json(200, #"{"data":{"current":\#(shown)}}"#)], single)

    #expect(ids(try await small.service.find(small.lookup(options: ["size": 7]))) == found)
    #expect(small.paths == ["POST /current"])
    #expect(small.bodies == [#"{"of":"shop"}"#])
  }

  @Test(arguments: [
    #"{"errors":["no"]}"#, "<html>", #"{"data":{"current":{"from":"2016-01-01","state":"ok"}}}"#,
    #"{"data":{"current":{"message":"not today"}}}"#, #"{"data":{"current":[]}}"#,
  ])
  func `single: an answer that does not say which task there is is an error`(body: String) async throws {
    let small = try Small([ScriptedTransport.json(200, body)], single)

    await #expect(throws: ServiceError.self) { try await small.service.find(small.lookup()) }
  }

  @Test func `single: nothing there is no task, and a list does as well, of which the newest counts`() async throws {
    let nothing = try Small([ScriptedTransport.json(404, "{}")], single)
    let listed = try Small(pages: [
      "/jobs": Small.page([
        Small.item("b", "12:00:05", #""from":"2016-01-01""#), Small.item("a", "12:00:09", #""from":"2016-01-01""#),
      ])
    ]) { $0.recover = #"{class: single, same: {/from: "${window.start}"}}"# }

    #expect(try await nothing.service.find(nothing.lookup()).isEmpty)
    #expect(ids(try await listed.service.find(listed.lookup())) == ["a"])
  }

  // MARK: Lookalike

  private func lookalike(_ parts: inout SmallService.Parts) {
    parts.recover =
      #"{class: lookalike, same: {/from: "${window.start}", /of: "${app.app}", /path: "${dataset.path}", /kind: "${option.kind}", /form: "${job.format}", /account: "${param.account}"}}"#
  }

  private static let ours = #""from":"2016-01-01","of":"shop","path":"rows","kind":"L","form":"JSON","account":"a-1""#

  @Test func `lookalike: tasks with the same parameters are told, newest first, unless they are older`() async throws {
    let small = try Small(
      pages: [
        "/jobs": Small.page(
          [
            Small.item("b", "12:00:02", Self.ours), Small.item("c", "12:00:03", Self.ours),
            Small.item("x", "12:00:04", Self.ours.replacing("shop", with: "club")),
          ], next: "/more"),
        "/more": Small.page([
          Small.item("a", "11:50:00", Self.ours), Small.item("b", "12:00:02", Self.ours),
          Small.item("old", "11:44:59", Self.ours), Small.item("y", nil, #""from":"2016-01-01""#),
        ]),
      ], lookalike)

    let found = try await small.service.find(small.lookup(options: ["kind": "large"]))

    #expect(ids(found) == ["c", "b", "a"])
  }

  @Test func `lookalike: none is none, and one whose age cannot be read may be ours`() async throws {
    let none = try Small(pages: ["/jobs": Small.page([])], lookalike)
    let ageless = try Small(pages: ["/jobs": Small.page([Small.item("t", nil, Self.ours)])], lookalike)

    #expect(try await none.service.find(none.lookup()).isEmpty)
    #expect(ids(try await ageless.service.find(ageless.lookup(options: ["kind": "large"]))) == ["t"])
  }

  @Test func `lookalike: one whose age is told and cannot be read is an error, unless its parameters are others`()
    async throws
  {
    let odd = #"{"id":"t","state":"ok","made":"yesterday",\#(Self.ours)}"#
    let ours = try Small(pages: ["/jobs": Small.page([odd])], lookalike)
    let others = try Small(pages: ["/jobs": Small.page([odd.replacing("shop", with: "club")])], lookalike)

    let error = try await #require(throws: ServiceError.self) {
      try await ours.service.find(ours.lookup(options: ["kind": "large"]))
    }

    #expect(error.kind == .never && error.message.contains("'yesterday'"), "\(error.message)")
    #expect(try await others.service.find(others.lookup(options: ["kind": "large"])).isEmpty)
  }

  /// What a service makes of 2016-01-10T12:00:00Z and of a number, and whether it is taken for the same.
  @Test(arguments: [
    (#""2016-01-10T12:00:00Z""#, "1452427200", true), (#""2016-01-10T12:00:00.000Z""#, "1452427200000", true),
    (#""2016-01-10T13:00:00+01:00""#, "1452427200", true),
    (#""2016-01-10T12:00:00.000+0000""#, #""2016-01-10T12:00:00.000+0000""#, true),
    (#""2016-01-10T12:00:00Z""#, #""2016-01-10T08:00:00.000+0000""#, false),
    (#""2016-01-10T12:00:01Z""#, "1452427200", false),
    (#""2016-01-10T12:00:00Z""#, "1452426299", false), (#""2016-01-10T12:00:00Z""#, "1452426299999", false),
  ])
  func `instants are the same in any spelling, and times may be numbers`(
    from: String, made: String, isOurs: Bool
  ) async throws {
    let small = try Small(pages: ["/jobs": #"{"all":[{"id":7,"state":"ok","made":\#(made),"from":\#(from)}]}"#]) {
      $0.recover = #"{class: lookalike, same: {/from: "${window.start}"}}"#
    }
    var lookup = small.lookup()
    lookup.window = SentWindow(start: "2016-01-10T12:00:00Z", end: "2016-01-11T12:00:00Z")

    #expect(ids(try await small.service.find(lookup)) == (isOurs ? ["7"] : []))
  }

  // MARK: Blind

  @Test func `blind: nothing is looked for`() async throws {
    let small = try Small([ScriptedTransport.json(200, "{}")]) {
      ($0.recover, $0.list) = ("{class: blind}", nil)
    }

    let error = try await #require(throws: ServiceError.self) { try await small.service.find(small.lookup()) }

    #expect(error.kind == .never)
    #expect(small.paths.isEmpty)
    #expect(small.service.traits.recovery == .blind)
  }
}
