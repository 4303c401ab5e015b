// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  var recoveryChecks: [ConformanceCheck] {
    let lost = ConformanceCheck("an answer that is lost says so") { bench in
      bench.fault(.make) { _, _ in .cut }
      let order = try bench.order(1)

      let error = try await bench.refusal("a cut connection") { _ = try await bench.service.submit(order) }

      try ConformanceProblem.unless(error.isLost, "a task may be there, and the error does not say so")
    }
    switch description.recovery {
    case .blind: return [lost]
    case .token: return [lost, Self.repetition]
    case .named: return [lost, Self.repetition, Self.adoption, Self.absence]
    case .marked, .single, .lookalike: return [lost, Self.adoption, Self.absence, Self.strangers]
    }
  }

  private static let repetition = ConformanceCheck("the same order sent again makes no second task") { bench in
    bench.fault(.make) { _, _ in .cut }
    let order = try bench.order(1)
    _ = try? await bench.service.submit(order)
    let exists = bench.description.refusals.first { $0.means == .exists }
    bench.fault(.make) { _, reply in
      guard case .named = bench.description.recovery, let exists else { return reply }
      var answer = MadeAnswer(exists.when.statuses?.min() ?? 409)
      answer.satisfy(exists.when)
      return answer.reply
    }

    let receipt = try await bench.service.submit(order)

    let tasks = bench.server.state.withLock { $0.tasks }
    try ConformanceProblem.unless(tasks.contains { $0.id == receipt.id }, "it gave another id: '\(receipt.id)'")
    if case .token = bench.description.recovery {
      try ConformanceProblem.unless(tasks.count == 1, "there are \(tasks.count) tasks")
    }
  }

  private static let adoption = ConformanceCheck("a task whose answer was lost is found again") { bench in
    let began = bench.server.state.withLock { $0.now }
    bench.fault(.make) { _, _ in .cut }
    let order = try bench.order(1)
    _ = try? await bench.service.submit(order)

    let found = try await bench.service.find(bench.lookup(order, since: began))

    let tasks = bench.server.state.withLock { $0.tasks }
    try ConformanceProblem.unless(
      found.map(\.id) == tasks.map(\.id), "found \(found.map(\.id)), and there is \(tasks.map(\.id))")
    try ConformanceProblem.unless(found.allSatisfy { !$0.status.isFinal }, "a live task is told to be at its end")
    try ConformanceProblem.unless(
      bench.server.state.withLock { $0.tasks.allSatisfy(\.isStarted) }, "a task that was only made was not set going")
  }

  private static let absence = ConformanceCheck("a task that was never made is not found") { bench in
    bench.server.state.withLock { $0.deaf = [.make: .cut] }
    let order = try bench.order(1)
    _ = try? await bench.service.submit(order)

    let found = try await bench.service.find(bench.lookup(order, since: bench.server.state.withLock { $0.now }))

    try ConformanceProblem.unless(found.isEmpty, "found \(found.map(\.id))")
  }

  private static let strangers = ConformanceCheck("a task of others, or of long before, is not taken for ours") {
    bench in
    let began = bench.server.state.withLock { $0.now }
    // Where tasks are told by their looks, only their age tells them apart.
    let other = try await bench.made(2).reference
    bench.server.change(other.id) { $0.created = began.advanced(by: .seconds(-7200)) }
    let order = try await bench.made(3)

    let found = try await bench.service.find(bench.lookup(order.order, since: began))

    try ConformanceProblem.unless(found.map(\.id) == [order.reference.id], "found \(found.map(\.id))")
  }
}
