// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  /// What answers that cannot be read lead to, request by request.
  var answerChecks: [ConformanceCheck] {
    var checks = [Self.looks, Self.submits]
    if description.hasLookup { checks.append(Self.lookups) }
    if description.cancel != nil { checks.append(Self.stops) }
    if let tidy = description.tidy { checks.append(Self.tidying(tidy)) }
    return checks + stepAnswerChecks + resultAnswerChecks
  }

  private static let looks = ConformanceCheck("a look that is answered in a way that cannot be read ends no task") {
    bench in
    try await bench.oddly(.poll, good: 200) { oddity, task, _ in
      let status = try await bench.outcome(of: oddity) { try await bench.service.poll(task) }

      guard let status else { return }
      try ConformanceProblem.unless(bench.isHeld(status, oddity), "\(oddity.what) is read as \(status.phase)")
    }
  }

  private static let lookups = ConformanceCheck("a list or a lookup that cannot be read is not read as no task") {
    bench in
    for lookup in bench.lookups {
      try await bench.oddly(lookup.call, good: 200) { oddity, task, order in
        let found = try await bench.outcome(of: oddity) { try await lookup.tasks(task, order) }

        guard let found, !lookup.takes(oddity) else { return }
        // A look at the one task may tell that nothing is known of it.
        let isHeld = lookup.call == .poll && !found.isEmpty && found.allSatisfy { bench.isHeld($0.status, oddity) }
        try ConformanceProblem.unless(isHeld, "\(oddity.what) is read as \(found.isEmpty ? "no task" : "\(found)")")
      }
    }
  }

  private static let submits = ConformanceCheck(
    "a submit that is answered in a way that cannot be read may have made a task"
  ) { bench in
    let statuses = bench.description.submit.making.statuses
    let hasIDInBody = bench.description.submit.id?.sources.contains { $0.pick.isOfBody } ?? false
    try await bench.oddly(.make, good: statuses.min() ?? 200) { oddity, _, _ in
      let order = try bench.order(bench.fresh())
      // What is expected may say all there is to say, without a body.
      if !hasIDInBody, oddity.status.map({ statuses.contains($0) }) ?? false { return }
      let error = try await bench.refusal(of: oddity) { _ = try await bench.service.submit(order) }
      try ConformanceProblem.unless(error.isLost, "\(oddity.what): isLost is \(error.isLost)")
    }
  }

  private static let stops = ConformanceCheck("a stop that is answered in a way that cannot be read ends no task") {
    bench in
    try await bench.oddly(.cancel, good: bench.description.cancel?.statuses.min() ?? 200) { oddity, task, _ in
      let status = try await bench.outcome(of: oddity) { try await bench.service.cancel(task) }

      guard let status else { return }
      try ConformanceProblem.unless(!status.isFinal, "\(oddity.what) is read as \(status.phase)")
    }
  }

  private static func tidying(_ rule: TaskCallRule) -> ConformanceCheck {
    ConformanceCheck("a task is away only when the service has said so") { bench in
      try await bench.oddly(.tidy, good: rule.statuses.min() ?? 200) { oddity, task, _ in
        if let status = oddity.status, rule.statuses.contains(status) { return }
        _ = try await bench.refusal(of: oddity) { try await bench.service.tidy(task) }
      }
    }
  }
}

extension ConformanceBench {
  /// An answer that came says nothing of the task's end, except where statuses are states: what comes with them does
  /// not matter.
  fileprivate func isHeld(_ status: TaskStatus, _ oddity: ConformanceOddity) -> Bool {
    guard let code = oddity.status else { return false }
    return description.state.statuses.contains(code) || !status.isFinal && (200..<300).contains(code)
  }
}

extension ServiceDescription {
  /// Tasks can be asked for by something that is no look at one of them.
  fileprivate var hasLookup: Bool { traits.listPage != nil || ![.token, .blind].contains(traits.recovery) }
}
