// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  var stateChecks: [ConformanceCheck] {
    var checks = StateRule.Class.allCases.filter { !description.states(of: $0).isEmpty }.map { kind in
      ConformanceCheck("every state that means \(kind.rawValue) is read as that") { bench in
        let (task, _) = try await bench.made()
        for state in bench.description.states(of: kind) {
          bench.server.change(task.id) { $0.state = state }
          let status = try await bench.service.poll(task)
          try ConformanceProblem.unless(Self.fits(status, kind), "\(state) is read as \(status.phase)")
        }
      }
    }
    checks.append(
      ConformanceCheck("a state that nothing names is held and shown") { bench in
        let (task, _) = try await bench.made()
        guard bench.description.state.from != nil else { return try await Self.holdNone(bench, task) }
        // Also one of HTTP, where states are statuses.
        let word = bench.description.state.from == .status ? "299" : "unheard-of"
        bench.server.change(task.id) { $0.state = .word(word) }

        let status = try await bench.service.poll(task)

        try ConformanceProblem.unless(
          status.phase == .unknown(word), "'\(word)' is read as \(status.phase)")
      })
    return checks
  }

  /// Where rules tell everything, none of them is for an answer that shows nothing.
  private static func holdNone(_ bench: ConformanceBench, _ task: TaskReference) async throws {
    bench.server.change(task.id) { $0.state = .word("unheard-of") }

    let status = try await bench.service.poll(task)

    try ConformanceProblem.unless(status.phase == .unknown("none"), "an answer without one is read as \(status.phase)")
  }

  private static func fits(_ status: TaskStatus, _ kind: StateRule.Class) -> Bool {
    switch (kind, status.phase) {
    case (.made, .queued), (.queued, .queued), (.running, .running), (.cancelled, .cancelled): true
    case (.done, .succeeded): !status.isEmpty
    case (.empty, .succeeded): status.isEmpty
    case (.failed, .failed), (.expired, .failed): true
    default: false
    }
  }
}
