// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// What a service, or something before it, answers when it should not.
struct ConformanceOddity: Sendable {
  var what: String
  var reply: ScriptedServer.Reply
  /// Of an answer that comes whole; `nil`: nothing comes that could be called one.
  var status: Int?
  /// What comes is an array, which some take for a list.
  var isArray = false
}

extension ConformanceOddity {
  /// - Parameter good: the status that a good answer would have.
  static func all(good: Int) -> [ConformanceOddity] {
    // Where a good answer has no body, one that has is told by another status.
    let status = good == 204 ? 200 : good
    return pages(status) + broken
  }

  /// A request is cut off in the same way whatever it asks for.
  var isForAll: Bool { if case .stream = reply { false } else { true } }

  private static func pages(_ status: Int) -> [ConformanceOddity] {
    [
      ConformanceOddity(
        what: "a page of HTML", reply: html(status, "<html><body>Sign in</body></html>"), status: status),
      ConformanceOddity(what: "half a JSON", reply: .json(status, #"{"value":[{"id":"#), status: status),
      ConformanceOddity(what: "an empty body", reply: .answer(status), status: status),
      ConformanceOddity(
        what: "JSON of another shape", reply: .json(status, #"["nothing", {"of": "use"}]"#), status: status,
        isArray: true),
      ConformanceOddity(
        what: "an error inside a good answer",
        reply: .json(status, #"{"error": {"code": "Odd", "message": "not today"}}"#), status: status),
      ConformanceOddity(
        what: "a page of HTML with status 502", reply: html(502, "<html>Bad gateway</html>"), status: 502),
    ]
  }

  private static let broken: [ConformanceOddity] = [
    ConformanceOddity(what: "a connection that is cut", reply: .cut),
    ConformanceOddity(what: "half a body", reply: .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{".utf8))),
    ConformanceOddity(what: "no HTTP", reply: .raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))),
    ConformanceOddity(
      what: "a header of a megabyte",
      reply: .answer(200, ["X-Long": String(repeating: "x", count: 1 << 20)], Array("{}".utf8))),
    ConformanceOddity(
      what: "a redirect to itself", reply: .answer(302, ["Location": "?again"])),
    ConformanceOddity(
      what: "a body without an end", reply: .stream(200, [:], Array(repeating: 0x20, count: 1 << 20), times: 1 << 12)),
  ]

  private static func html(_ status: Int, _ text: String) -> ScriptedServer.Reply {
    .answer(status, ["Content-Type": "text/html"], Array(text.utf8))
  }

  /// It can be taken for a list of that kind: an array, where the whole body is one.
  func isList(of pointer: String?) -> Bool { isArray && (pointer == "" || pointer == "/*") }
}

extension ConformanceBench {
  /// Puts every oddity in place of a request's good answer, one after the other, with a task that was made before.
  /// - Parameters:
  ///   - call: that is answered so. The service has not heard of it.
  ///   - good: its good status.
  func oddly(
    _ call: DescribedServer.Call, good: Int,
    _ body: (ConformanceOddity, TaskReference, TaskOrder) async throws -> Void
  ) async throws {
    let isLong = [.make, .poll, .list].contains(call)
    for oddity in ConformanceOddity.all(good: good) where isLong || oddity.isForAll {
      server.state.withLock { ($0.deaf, $0.faults) = ([:], [:]) }
      let (task, order) = try await made(fresh())
      server.state.withLock { $0.deaf = [call: oddity.reply] }
      try await body(oddity, task, order)
    }
    server.state.withLock { $0.deaf = [:] }
  }

  /// The refusal that an oddity leads to: one line with a request id.
  func refusal(of oddity: ConformanceOddity, _ body: () async throws -> Void) async throws -> ServiceError {
    let error = try await refusal(oddity.what, body)
    try Self.holdWords(error, oddity)
    return error
  }

  /// As `refusal`, where it may be taken as well.
  func outcome<Value>(of oddity: ConformanceOddity, _ body: () async throws -> Value) async throws -> Value? {
    do {
      return try await body()
    } catch let error as ServiceError {
      try Self.holdWords(error, oddity)
      return nil
    }
  }

  private static func holdWords(_ error: ServiceError, _ oddity: ConformanceOddity) throws {
    try ConformanceProblem.unless(
      error.message.count < 700, "\(oddity.what): the message has \(error.message.count) characters")
    try ConformanceProblem.unless(!error.message.contains("\n"), "\(oddity.what): the message has several lines")
    try ConformanceProblem.unless(error.requestID != nil, "\(oddity.what): there is no request id")
  }
}
