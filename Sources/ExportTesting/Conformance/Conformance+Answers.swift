// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  /// What a service, or something before it, answers when it should not.
  private static let oddities: [(what: String, reply: ScriptedServer.Reply)] = [
    ("a page of HTML", .answer(200, ["Content-Type": "text/html"], Array("<html><body>Sign in</body></html>".utf8))),
    ("half a JSON", .json(200, #"{"value":[{"id":"#)),
    ("an empty body", .answer(200)),
    ("JSON of another shape", .json(200, #"["nothing", {"of": "use"}]"#)),
    ("a page of HTML with status 502", .answer(502, [:], Array("<html>Bad gateway</html>".utf8))),
    ("a connection that is cut", .cut),
    ("half a body", .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{".utf8))),
    ("no HTTP", .raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))),
    ("a header of a megabyte", .answer(200, ["X-Long": String(repeating: "x", count: 1 << 20)], Array("{}".utf8))),
    ("a redirect to itself", .answer(302, ["Location": "?again"])),
  ]

  var answerChecks: [ConformanceCheck] {
    [
      ConformanceCheck("an answer that cannot be read is a classified failure") { bench in
        for oddity in Self.oddities {
          bench.server.state.withLock { $0.deaf = [:] }
          let (task, order) = try await bench.made(bench.fresh())
          for (verb, call) in [(Verb.poll, DescribedServer.Call.poll), (.list, .list)] {
            guard bench.server.patterns.contains(where: { $0.call == call }) else { continue }
            bench.server.state.withLock { $0.deaf = [call: oddity.reply] }
            try await Self.hold(bench, verb, task, order, oddity.what)
          }
        }
      },
      ConformanceCheck("a submit that was answered in a way that cannot be read may have made a task") { bench in
        guard bench.description.submit.id?.sources.contains(where: { $0.pick.isOfBody }) ?? false else { return }
        for (what, reply) in Self.oddities {
          bench.server.state.withLock { $0.faults = [.make: { _, _ in reply }] }
          let order = try bench.order(bench.fresh())
          let error = try await bench.refusal(what) { _ = try await bench.service.submit(order) }
          try ConformanceProblem.unless(error.isLost, "\(what): isLost is \(error.isLost)")
          try ConformanceProblem.unless(error.requestID != nil, "\(what): there is no request id")
        }
      },
    ]
  }

  /// A look may tell nothing, or be refused; it never tells that a task has ended.
  private static func hold(
    _ bench: ConformanceBench, _ verb: Verb, _ task: TaskReference, _ order: TaskOrder, _ what: String
  ) async throws {
    do {
      guard verb == .poll else { return try await bench.ask(verb, task, order) }
      let status = try await bench.service.poll(task)
      try ConformanceProblem.unless(
        !status.isFinal || bench.description.state.from == .status, "\(what) is read as \(status.phase)")
    } catch let error as ServiceError {
      try ConformanceProblem.unless(
        error.message.count < 700, "\(what): the message has \(error.message.count) characters")
      try ConformanceProblem.unless(error.requestID != nil, "\(what): there is no request id")
    }
  }
}
