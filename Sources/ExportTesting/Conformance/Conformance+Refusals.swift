// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices

extension ServiceConformance {
  var refusalChecks: [ConformanceCheck] {
    [
      ConformanceCheck("no refusal is hidden by one that stands before it") { bench in
        for (number, refusal) in bench.description.refusals.enumerated() {
          let verbs = refusal.verbs.isEmpty ? Set(Verb.allCases) : refusal.verbs
          func isMet(_ status: Int) -> Bool {
            verbs.contains { bench.meets(number, Self.answer(refusal, status), $0) }
          }
          guard let statuses = refusal.when.statuses else {
            let isMet = [200, 400, 500].contains { isMet($0) }
            try ConformanceProblem.unless(isMet, "refusal \(number + 1): no answer is told by it")
            continue
          }
          for status in statuses.sorted() {
            try ConformanceProblem.unless(
              isMet(status), "refusal \(number + 1): no answer with status \(status) is told by it")
          }
        }
      },
      ConformanceCheck("every refusal has its class, its pause and a request id") { bench in
        for (number, refusal) in bench.description.refusals.enumerated() {
          for (verb, call) in bench.requests where refusal.verbs.isEmpty || refusal.verbs.contains(call.verb(verb)) {
            for status in refusal.when.statuses?.sorted() ?? [bench.status(of: call.verb(verb))] {
              // A row that stands before it may be meant for this request.
              guard bench.meets(number, Self.answer(refusal, status), call.verb(verb)) else { continue }
              try await Self.refuse(bench, refusal, verb, call, status, "refusal \(number + 1), \(call) \(status)")
            }
          }
        }
      },
      ConformanceCheck("a credential that is refused is proved once more, and then told") { bench in
        bench.server.state.withLock { $0.deaf = [.make: MadeAnswer(401).reply] }
        let order = try bench.order(1)

        let error = try await bench.refusal("status 401") { _ = try await bench.service.submit(order) }

        let sent = bench.server.state.withLock { $0.seen.filter { $0.call == .make }.map(\.request) }
        let count = bench.description.provesAnew ? 2 : 1
        try ConformanceProblem.unless(error.kind == .login, "401 is of the class \(error.kind)")
        try ConformanceProblem.unless(sent.count == count, "it was sent \(sent.count) times, not \(count)")
        guard case .credential = bench.description.auth else { return }
        try ConformanceProblem.unless(
          Set(sent.map { $0.fields["authorization"] }).count == 2, "it was sent with the same token again")
      },
    ]
  }

  private static func answer(_ refusal: Refusal, _ status: Int) -> MadeAnswer {
    var made = MadeAnswer(status)
    made.satisfy(refusal.when)
    if let wait = refusal.wait { made.put("7", at: wait) }
    made.status = status
    return made
  }

  private static func refuse(
    _ bench: ConformanceBench, _ refusal: Refusal, _ verb: Verb, _ call: DescribedServer.Call, _ status: Int,
    _ what: String
  ) async throws {
    // A status that the request may end well with is no refusal.
    if !(200..<300).contains(status), bench.goodStatuses(of: call).contains(status) { return }
    bench.server.state.withLock { $0.deaf = [:] }
    let (task, order) = try await bench.made(bench.fresh())
    bench.server.state.withLock { $0.deaf = [call: answer(refusal, status).reply] }
    if refusal.means == .exists {
      if call == .make { _ = try await bench.service.submit(order) }
      return
    }
    let isAbsence = refusal.means == .gone || status == 404
    // What is away already needs no taking away.
    if call == .tidy, isAbsence { return }
    if call == .cancel, isAbsence {
      // A look tells what became of the task.
      let told = try await bench.service.cancel(task)
      return try ConformanceProblem.unless(!told.isFinal, "\(what): a live task is told as \(told.phase)")
    }
    if call == .current, isAbsence {
      let found = try await bench.ask(verb, call, task, order)
      return try ConformanceProblem.unless(found.isEmpty, "\(what): something was found")
    }
    let error = try await bench.refusal(what) { try await bench.ask(verb, call, task, order) }

    // A step of a task that was seen a moment ago does not prove that it is no more.
    let meant = call.isFinish && isAbsence ? ErrorClass.again.rawValue : refusal.means.rawValue
    try ConformanceProblem.unless(
      error.kind.rawValue == meant, "\(what): the class is \(error.kind), not \(meant)")
    try ConformanceProblem.unless(error.requestID != nil, "\(what): there is no request id")
    try ConformanceProblem.unless(error.status == status, "\(what): the error tells the status \(error.status ?? 0)")
    guard refusal.wait != nil else { return }
    try ConformanceProblem.unless(
      error.retryAfter == .seconds(7), "\(what): the pause is \(error.retryAfter.map { "\($0)" } ?? "none"), not 7 s")
  }
}

extension DescribedServer.Call {
  /// What its answer is held against.
  fileprivate func verb(_ verb: Verb) -> Verb { isFinish ? .submit : verb }

  fileprivate var isFinish: Bool { if case .finish = self { true } else { false } }
}

extension ConformanceBench {
  /// Beside those from 200 to 299.
  fileprivate func goodStatuses(of call: DescribedServer.Call) -> Set<Int> {
    switch call {
    case .prepare(let index): description.submit.preparing[index].statuses
    case .finish(let index): description.submit.finishing[index].statuses
    case .poll: description.state.statuses
    case .cancel: description.cancel?.statuses ?? []
    case .tidy: description.tidy?.statuses ?? []
    case .make, .list, .current, .result, .link, .token: []
    }
  }

  /// Of all refusals, that one tells the answer.
  fileprivate func meets(_ number: Int, _ made: MadeAnswer, _ verb: Verb) -> Bool {
    let answer = made.read
    return description.refusals.firstIndex { $0.fits(answer, verb) } == number
  }
}

extension ServiceDescription {
  /// A proof that was refused is followed by another.
  fileprivate var provesAnew: Bool {
    switch auth {
    case .credential, .signedToken: true
    default: asksForTokens
    }
  }
}
