// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import ExportServices

extension ServiceConformance {
  var redactionChecks: [ConformanceCheck] {
    [
      ConformanceCheck("no secret is repeated, whatever the service repeats") { bench in
        for (verb, call) in Self.repeating(bench) {
          // A token is asked for once.
          guard call != .token else {
            try await Self.repeatTokens(bench)
            continue
          }
          bench.server.state.withLock { $0.faults = [:] }
          var (task, order) = try await bench.made(bench.fresh())
          for (status, echo) in Self.echoes {
            if bench.server.task(task.id) == nil {
              bench.server.state.withLock { $0.faults = [:] }
              (task, order) = try await bench.made(bench.fresh())
            }
            try await Self.repeatEverything(bench, verb, call, task, order, status, echo)
          }
        }
      },
      ConformanceCheck("no secret is repeated in what is told of a task") { bench in
        for (verb, call) in bench.requests where [.poll, .list, .current].contains(call) {
          try await Self.repeatAsReason(bench, verb, call)
          try await Self.repeatAsState(bench, verb, call)
        }
      },
    ]
  }

  private static func repeating(_ bench: ConformanceBench) -> [(verb: Verb, call: DescribedServer.Call)] {
    var calls = bench.requests
    if case .links = bench.description.result { calls.append((.fetch, .link)) }
    if bench.description.asksForTokens { calls.append((.submit, .token)) }
    return calls
  }

  /// How the service repeats what it was told.
  private struct Echo {
    var isJSON = false
    /// Only secrets, again and again behind so many letters, so that one of them stands where a text is cut.
    var pad: Int?

    func callAsFunction(_ bench: ConformanceBench, _ request: ScriptedServer.Request) -> String {
      let fields = request.fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: " ")
      let told = "\(request.target) \(fields) \(request.body)"
      // The address for files came with the task.
      guard let pad else { return "\(told) \(bench.delivery.reveal())&sig=\(ConformanceCanary.link)" }
      let proof = request.fields["authorization"]?.split(separator: " ").last.map(String.init)
      let secrets = (bench.shown.filter { told.contains($0) } + [proof ?? ""]).joined(separator: " ")
      return String(repeating: "x", count: pad) + String(repeating: " \(secrets)", count: 60)
    }
  }

  private static let echoes: [(status: Int, echo: Echo)] =
    [200, 400, 401, 403, 404, 500].flatMap { [($0, Echo()), ($0, Echo(isJSON: true))] }
    + [200, 400, 500].map { ($0, Echo(pad: $0 / 80)) }

  private static func repeatTokens(_ bench: ConformanceBench) async throws {
    for (status, echo) in echoes {
      let asking = try bench.anew()
      let order = try asking.order(asking.fresh())
      try await repeatEverything(asking, .submit, .token, asking.reference("none", order), order, status, echo)
    }
  }

  /// The service refuses, or gives an answer of its own, and says back all that it was told.
  private static func repeatEverything(
    _ bench: ConformanceBench, _ verb: Verb, _ call: DescribedServer.Call, _ task: TaskReference, _ order: TaskOrder,
    _ status: Int, _ echo: Echo
  ) async throws {
    bench.fault(call) { request, _ in
      let text = echo(bench, request)
      guard echo.isJSON || echo.pad != nil else {
        return .answer(status, ["Content-Type": "text/plain"], Array(text.utf8))
      }
      let body: JSONValue = ["error": ["code": "Echo", "message": .string(text)], "message": .string(text)]
      return .json(status, body.canonicalText)
    }
    do {
      try bench.holdSecrets(in: try await bench.ask(verb, call, task, order), "\(call) with status \(status)")
    } catch let error as ConformanceProblem {
      throw error
    } catch {
      try bench.holdSecrets(in: error, "\(call) with status \(status)")
    }
  }

  /// The service says why a task failed, and says back all that it was told.
  private static func repeatAsReason(
    _ bench: ConformanceBench, _ verb: Verb, _ call: DescribedServer.Call
  ) async throws {
    let echo = Echo()
    for failed in bench.description.states(of: .failed) + bench.description.states(of: .expired) {
      bench.server.state.withLock { $0.faults = [:] }
      let (task, order) = try await bench.made(bench.fresh())
      bench.fault(call) { request, _ in
        bench.server.change(task.id) { ($0.state, $0.reason) = (failed, echo(bench, request)) }
        return bench.server.answer(call, request)
      }
      try bench.holdSecrets(in: try await bench.ask(verb, call, task, order), "the reason of a task, told by \(call),")
    }
  }

  /// The service shows what it was told where the state stands.
  private static func repeatAsState(
    _ bench: ConformanceBench, _ verb: Verb, _ call: DescribedServer.Call
  ) async throws {
    guard bench.description.state.from?.isOfBody ?? false else { return }
    bench.server.state.withLock { $0.faults = [:] }
    let (task, order) = try await bench.made(bench.fresh())
    let echo = Echo(pad: 1)
    bench.fault(call) { request, _ in
      bench.server.change(task.id) { $0.state = .word(echo(bench, request)) }
      return bench.server.answer(call, request)
    }
    try bench.holdSecrets(in: try await bench.ask(verb, call, task, order), "the state of a task, told by \(call),")
  }
}

extension ConformanceBench {
  /// Searches all that is told of something, also for the beginning of a secret.
  fileprivate func holdSecrets(in told: Any, _ what: String) throws {
    let text = "\(told)"
    for secret in shown + [ConformanceCanary.link] where text.contains(secret.prefix(12)) {
      throw ConformanceProblem("\(what) tells a secret: \(text.prefix(400))")
    }
  }
}
