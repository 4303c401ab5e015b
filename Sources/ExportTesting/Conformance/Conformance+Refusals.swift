// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  /// Requests that are refused as they are: a stop that is refused leads to a look.
  private static let refusable: [(verb: Verb, call: DescribedServer.Call)] = [
    (.submit, .make), (.poll, .poll), (.list, .list), (.fetch, .result), (.tidy, .tidy),
  ]

  var refusalChecks: [ConformanceCheck] {
    [
      ConformanceCheck("every refusal has its class, its pause and a request id") { bench in
        for (number, refusal) in bench.description.refusals.enumerated() {
          for (verb, call) in Self.refusable where refusal.verbs.isEmpty || refusal.verbs.contains(verb) {
            guard bench.server.patterns.contains(where: { $0.call == call }) else { continue }
            for status in refusal.when.statuses?.sorted() ?? [bench.status(of: verb)] {
              try await Self.refuse(bench, refusal, verb, call, status, "refusal \(number + 1), \(verb) \(status)")
            }
          }
        }
      },
      ConformanceCheck("a credential that is refused is proved once more, and then told") { bench in
        bench.server.state.withLock { $0.deaf = [.make: MadeAnswer(401).reply] }
        let order = try bench.order(1)

        let error = try await bench.refusal("status 401") { _ = try await bench.service.submit(order) }

        let sent = bench.server.calls.filter { $0 == .make }.count
        try ConformanceProblem.unless(error.kind == .login, "401 is of the class \(error.kind)")
        try ConformanceProblem.unless(sent <= 2, "it was sent \(sent) times")
      },
    ]
  }

  private static func refuse(
    _ bench: ConformanceBench, _ refusal: Refusal, _ verb: Verb, _ call: DescribedServer.Call, _ status: Int,
    _ what: String
  ) async throws {
    var made = MadeAnswer(status)
    made.satisfy(refusal.when)
    made.status = status
    if let wait = refusal.wait { made.put("7", at: wait) }
    let reply = made.reply
    // A row that stands before it may fit as well.
    guard let meant = bench.description.refusal(of: made.read, verb)?.means else {
      throw ConformanceProblem("\(what): no answer can be like that")
    }
    // A state that is a status of HTTP is no refusal.
    if verb == .poll, bench.description.state.statuses.contains(status) { return }
    bench.server.state.withLock { $0.deaf = [:] }
    let (task, order) = try await bench.made(bench.fresh())
    bench.server.state.withLock { $0.deaf = [call: reply] }
    if meant == .exists {
      _ = try await bench.service.submit(order)
      return
    }
    let error = try await bench.refusal(what) { try await bench.ask(verb, task, order) }

    try ConformanceProblem.unless(
      error.kind.rawValue == meant.rawValue, "\(what): the class is \(error.kind), not \(meant)")
    try ConformanceProblem.unless(error.requestID != nil, "\(what): there is no request id")
    try ConformanceProblem.unless(error.status == status, "\(what): the error tells the status \(error.status ?? 0)")
    guard refusal.wait != nil, bench.description.refusal(of: made.read, verb)?.wait != nil else { return }
    try ConformanceProblem.unless(
      error.retryAfter == .seconds(7), "\(what): the pause is \(error.retryAfter.map { "\($0)" } ?? "none"), not 7 s")
  }
}

extension ConformanceBench {
  /// That a refusal may have which names none.
  func status(of verb: Verb) -> Int {
    switch verb {
    case .submit: description.submit.making.statuses.min() ?? 200
    // What comes with a good status may be a file.
    case .fetch: 403
    case .poll, .list, .cancel, .tidy: 200
    }
  }

  /// Sends one request of a kind.
  func ask(_ verb: Verb, _ task: TaskReference, _ order: TaskOrder) async throws {
    switch verb {
    case .submit: _ = try await service.submit(order)
    case .poll: _ = try await service.poll(task)
    case .list: _ = try await listing(task, order)
    case .cancel: _ = try await service.cancel(task)
    case .tidy: try await service.tidy(task)
    case .fetch:
      try await service.source(of: task, status: TaskStatus(.succeeded)).files { _, body in
        while try await body.next() != nil {}
      }
    }
  }

  /// Reads the list of tasks, whichever way the description has a use for it.
  private func listing(_ task: TaskReference, _ order: TaskOrder) async throws -> [FoundTask] {
    if description.traits.listPage != nil { return try await service.poll([task]) }
    return try await service.find(lookup(order, since: Instant(seconds: 1_800_000_000)))
  }
}
