// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  var endingChecks: [ConformanceCheck] {
    var checks: [ConformanceCheck] = []
    if description.cancel != nil {
      checks += [
        ConformanceCheck("a task that is stopped is told to be at its end") { bench in
          let (task, _) = try await bench.made()

          let status = try await bench.service.cancel(task)

          let ends = !bench.description.states(of: .cancelled).isEmpty
          try ConformanceProblem.unless(!ends || status.isFinal, "it is \(status.phase)")
        },
        ConformanceCheck("stopping a task that is done tells that it is done") { bench in
          let (task, _) = try await bench.made()
          bench.finish(task)
          bench.server.state.withLock { $0.deaf = [.cancel: MadeAnswer(400).reply] }

          let status = try await bench.service.cancel(task)

          try ConformanceProblem.unless(status.phase == .succeeded, "it is \(status.phase)")
        },
      ]
    }
    if description.tidy != nil {
      checks.append(
        ConformanceCheck("a task is taken away, and taken away again without a word") { bench in
          let (task, _) = try await bench.made()
          bench.finish(task)

          try await bench.service.tidy(task)
          try ConformanceProblem.unless(bench.server.state.withLock { $0.tasks.isEmpty }, "it is still there")
          try await bench.service.tidy(task)
        })
    }
    return checks
  }
}
