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
    case .token: return [lost, Self.repetition, Self.otherAttempt]
    case .named: return [lost, Self.repetition, Self.otherAttempt, Self.adoption, Self.absence]
    case .marked, .single, .lookalike: return [lost, Self.adoption, Self.absence, Self.strangers]
    }
  }

  private static let repetition = ConformanceCheck("the same order sent again makes no second task") { bench in
    bench.fault(.make) { _, _ in .cut }
    let order = try bench.order(1)
    _ = try? await bench.service.submit(order)
    bench.server.state.withLock { $0.faults = [:] }

    let receipt = try await bench.service.submit(order)

    let (tasks, sent) = bench.server.state.withLock { ($0.tasks, $0.seen.filter { $0.call == .make }.count) }
    try ConformanceProblem.unless(sent == 2, "the request was sent \(sent) times, not twice")
    try ConformanceProblem.unless(
      tasks.map(\.id) == [receipt.id], "it gave the id '\(receipt.id)', and there is \(tasks.map(\.id))")
  }

  private static let otherAttempt = ConformanceCheck("another attempt is another task") { bench in
    let (first, second) = (try await bench.made(1).reference.id, try await bench.made(2).reference.id)

    let tasks = bench.server.state.withLock { $0.tasks }
    try ConformanceProblem.unless(
      first != second && tasks.map(\.id) == [first, second],
      "they have the ids '\(first)' and '\(second)', and there is \(tasks.map(\.id))")
  }

  private static let adoption = ConformanceCheck("a task whose answer was lost is found again") { bench in
    let began = bench.server.state.withLock { $0.now }
    bench.fault(.make) { _, _ in .cut }
    let order = try bench.order(1)
    _ = try? await bench.service.submit(order)
    bench.server.state.withLock { $0.faults = [:] }

    let found = try await bench.service.find(bench.lookup(order, since: began))

    let tasks = bench.server.state.withLock { $0.tasks }
    try ConformanceProblem.unless(
      found.map(\.id) == tasks.map(\.id) && found.count == 1,
      "found \(found.map(\.id)), and there is \(tasks.map(\.id))")
    try ConformanceProblem.unless(found.allSatisfy { !$0.status.isFinal }, "a live task is told to be at its end")
    // What is found and was only made is set going by the look that follows.
    for task in found { _ = try await bench.service.poll(bench.reference(task.id, order)) }
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
    try await Self.holdAge(bench, order, began)
    try await Self.holdLooks(bench, order, began)
  }

  /// Where tasks are told by their age, ours is not found once it is too old.
  private static func holdAge(
    _ bench: ConformanceBench, _ order: (reference: TaskReference, order: TaskOrder), _ began: Instant
  ) async throws {
    if case .marked = bench.description.recovery { return }
    bench.server.change(order.reference.id) { $0.created = began.advanced(by: .seconds(-7200)) }

    let found = try await bench.service.find(bench.lookup(order.order, since: began))

    bench.server.change(order.reference.id) { $0.created = began.advanced(by: .seconds(1)) }
    try ConformanceProblem.unless(found.isEmpty, "of two tasks that are too old it found \(found.map(\.id))")
  }

  /// Whatever it is told by, a task that shows something else is another's.
  private static func holdLooks(
    _ bench: ConformanceBench, _ order: (reference: TaskReference, order: TaskOrder), _ began: Instant
  ) async throws {
    for pointer in bench.server.task(order.reference.id)?.echoed.keys.sorted() ?? [] {
      let shown = bench.server.task(order.reference.id)?.echoed[pointer]
      bench.server.change(order.reference.id) { $0.echoed[pointer] = "another" }

      let found = try await bench.service.find(bench.lookup(order.order, since: began))

      bench.server.change(order.reference.id) { $0.echoed[pointer] = shown }
      try ConformanceProblem.unless(found.isEmpty, "'\(pointer)' is another's, and it found \(found.map(\.id))")
    }
  }
}
