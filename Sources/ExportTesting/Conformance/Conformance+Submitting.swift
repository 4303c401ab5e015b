// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  var submitChecks: [ConformanceCheck] {
    var checks = [
      ConformanceCheck("every dataset is asked for in every form and format") { bench in
        var number = 0
        for question in bench.questions {
          for format in bench.description.traits.formats {
            number += 1
            try await Self.submit(bench, number, question, format)
          }
        }
      },
      ConformanceCheck("a request that is refused for good makes no task and is not lost") { bench in
        bench.server.state.withLock { $0.deaf = [.make: MadeAnswer(400).reply] }
        let order = try bench.order(1)

        let error = try await bench.refusal("status 400") { _ = try await bench.service.submit(order) }

        try ConformanceProblem.unless(!error.isLost, "the task may exist, says \(error)")
        try ConformanceProblem.unless(error.requestID != nil, "the error has no request id: \(error)")
      },
    ]
    if !description.submit.finishing.isEmpty {
      checks.append(
        ConformanceCheck("a task whose later steps were not sent is set going by the next look") { bench in
          bench.server.state.withLock { $0.deaf = [.finish(0): MadeAnswer(500).reply] }
          let order = try bench.order(1)
          let receipt = try await bench.service.submit(order)
          bench.server.state.withLock { $0.deaf = [:] }

          let status = try await bench.service.poll(bench.reference(receipt.id, order))

          let isStarted = bench.server.state.withLock { $0.tasks.allSatisfy(\.isStarted) && $0.tasks.count == 1 }
          try ConformanceProblem.unless(isStarted, "the step was not sent again")
          try ConformanceProblem.unless(status.phase == .queued, "it is shown as \(status.phase)")
        })
    }
    return checks
  }

  private static func submit(
    _ bench: ConformanceBench, _ number: Int, _ question: ConformanceBench.Question, _ format: String
  ) async throws {
    let order = bench.order(number, question, format: format)
    let what = "\(question.dataset.name) as \(format)"
    let receipt = try await bench.service.submit(order)

    let (tasks, requests) = bench.server.state.withLock { ($0.tasks, $0.seen.filter { $0.call == .make }) }
    try ConformanceProblem.unless(tasks.count == number, "\(what) made \(tasks.count) tasks after \(number) submits")
    try ConformanceProblem.unless(tasks.last?.id == receipt.id, "\(what) gave the id '\(receipt.id)'")
    for request in requests.suffix(1).map(\.request) {
      let sent = DescribedServer.sent(request)
      try ConformanceProblem.unless(!sent.contains("${"), "\(what) sent a hole that was not filled")
      // A key in the address is where the service wants its proof.
      if case .keyQuery = bench.description.auth { continue }
      for secret in bench.shown where request.target.contains(secret) {
        throw ConformanceProblem("\(what) has a secret in the address of its request")
      }
    }
    let expected = bench.description.expected(order, parameters: bench.parameters)
    if case .marked = bench.description.recovery {
      try ConformanceProblem.unless(
        tasks.last?.echoed == expected.echoes, "\(what) did not send what the task is recovered by")
    }
  }
}
