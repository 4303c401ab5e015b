// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  /// What is answered before a task is made, and after.
  var stepAnswerChecks: [ConformanceCheck] {
    var checks: [ConformanceCheck] = []
    if !description.submit.preparing.isEmpty { checks.append(Self.preparing) }
    if !description.submit.finishing.isEmpty { checks.append(Self.finishing) }
    if description.asksForTokens { checks.append(Self.tokens) }
    return checks
  }

  private static let preparing = ConformanceCheck("a step before the task that cannot be read makes no task") { bench in
    for (index, step) in bench.description.submit.preparing.enumerated() {
      try await bench.oddly(.prepare(index), good: step.statuses.min() ?? 200) { oddity, _, _ in
        let count = bench.server.state.withLock { $0.tasks.count }
        let order = try bench.order(bench.fresh())
        // A step of which nothing is taken has been sent when its status is good.
        let needsBody = step.take.values.contains(where: \.isOfBody)
        if !needsBody, oddity.status.map({ step.statuses.contains($0) }) ?? false { return }

        let error = try await bench.refusal(of: oddity) { _ = try await bench.service.submit(order) }

        try ConformanceProblem.unless(!error.isLost, "\(oddity.what): no task was asked for, and it is told as lost")
        try ConformanceProblem.unless(
          bench.server.state.withLock { $0.tasks.count } == count, "\(oddity.what): a task was made all the same")
      }
    }
  }

  private static let finishing = ConformanceCheck("a step after the task that cannot be read is sent again") { bench in
    for (index, step) in bench.description.submit.finishing.enumerated() {
      try await bench.oddly(.finish(index), good: step.statuses.min() ?? 200) { oddity, _, _ in
        let order = try bench.order(bench.fresh())
        let task = bench.reference(try await bench.service.submit(order).id, order)
        let status = try await bench.outcome(of: oddity) { try await bench.service.poll(task) }
        bench.server.state.withLock { $0.deaf = [:] }
        _ = try await bench.service.poll(task)

        try ConformanceProblem.unless(!(status?.isFinal ?? false), "\(oddity.what): the task is told to be at its end")
        try ConformanceProblem.unless(
          bench.server.task(task.id)?.isStarted ?? false, "\(oddity.what): the task was not set going")
      }
    }
  }

  private static let tokens = ConformanceCheck("a token that cannot be read is no refusal, and nothing is sent with it")
  {
    bench in
    for oddity in ConformanceOddity.all(good: 200) {
      bench.server.state.withLock { $0.deaf = [.token: oddity.reply] }
      let asking = try bench.anew()
      let order = try asking.order(asking.fresh())

      let error = try await asking.refusal(of: oddity) { _ = try await asking.service.submit(order) }

      try ConformanceProblem.unless(!error.isLost, "\(oddity.what): no task was asked for, and it is told as lost")
      try ConformanceProblem.unless(error.kind != .login, "\(oddity.what): the credential is told as refused")
      try ConformanceProblem.unless(bench.server.calls.allSatisfy { $0 == .token }, "\(oddity.what): more was sent")
    }
  }
}

extension ServiceDescription {
  /// The service itself gives out tokens.
  var asksForTokens: Bool {
    switch auth {
    case .oauthClient, .oauthAssertion: true
    default: false
    }
  }
}
