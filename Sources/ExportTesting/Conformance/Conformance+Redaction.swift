// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  var redactionChecks: [ConformanceCheck] {
    [
      ConformanceCheck("no secret is repeated, whatever the service repeats") { bench in
        let calls: [(Verb, DescribedServer.Call)] = [
          (.submit, .make), (.poll, .poll), (.list, .list), (.cancel, .cancel), (.fetch, .result), (.fetch, .link),
          (.tidy, .tidy),
        ]
        for status in [200, 400, 401, 403, 404, 500] {
          for (verb, call) in calls {
            for isJSON in [true, false] {
              try await Self.repeatEverything(bench, verb, call, status, isJSON)
            }
          }
        }
      }
    ]
  }

  /// The service says back all that it was told.
  private static func repeatEverything(
    _ bench: ConformanceBench, _ verb: Verb, _ call: DescribedServer.Call, _ status: Int, _ isJSON: Bool
  ) async throws {
    bench.server.state.withLock { ($0.faults, $0.deaf) = ([:], [:]) }
    let (task, order) = try await bench.made(bench.fresh())
    bench.fault(call) { request, _ in
      let fields = request.fields.map { "\($0.key): \($0.value)" }.joined(separator: " ")
      let said = "\(request.target) \(fields) \(request.body) \(ConformanceCanary.link)"
      guard isJSON else { return .answer(status, ["Content-Type": "text/plain"], Array(said.utf8)) }
      let body: JSONValue = ["error": ["code": "Echo", "message": .string(said)], "message": .string(said)]
      return .json(status, body.canonicalText)
    }
    do {
      try await bench.ask(verb, task, order)
    } catch {
      let text = "\(error)"
      for secret in bench.shown where text.contains(secret) {
        throw ConformanceProblem("\(verb) with status \(status) tells a secret: \(text.prefix(400))")
      }
    }
  }
}
