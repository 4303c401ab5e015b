// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// The spans of a run: itself, its jobs, their attempts, and every request.
struct TraceSpans: Sendable {
  private struct Try: Hashable {
    var key: JobKey
    var number: Int
  }

  private let report: RunReport
  private let plan: Plan
  private let ids: DerivedID
  private let places: [JobKey: Int]
  private let root: String

  /// Of a run with more requests than this only those that went wrong have spans, the first of them: what shows a trace does
  /// not bear any number, and a run of a million jobs is to have a trace as well.
  static let requestsMost = 100_000

  init(_ report: RunReport) {
    (self.report, plan) = (report, report.plan.plan)
    ids = DerivedID(run: report.header.id)
    places = report.places
    root = ids.span("run")
  }

  var trace: String { ids.trace }

  /// Every span, parents before their children.
  func forEach(_ body: (TraceSpan) -> Void) {
    body(run)
    var spanOfTry: [Try: String] = [:]
    for (job, attempts) in zip(report.jobs, report.attempts) {
      // Nothing was done for it: it took no time of which a span could tell.
      guard let began = job.firstSeen else { continue }
      let span = span(of: job, from: began)
      body(span)
      for (index, attempt) in attempts.enumerated() {
        let made = self.span(of: attempt, number: index, of: job.job, span.id)
        spanOfTry[Try(key: attempt.key, number: attempt.number)] = made.id
        body(made)
      }
    }
    for index in tracedRequests {
      let request = report.requests[index]
      body(span(of: request, number: index, parent: parent(of: request, spanOfTry)))
    }
  }

  // MARK: The run

  private var run: TraceSpan {
    var span = TraceSpan(root, of: nil, "run \(plan.name)", from: report.header.started, to: report.ended)
    span.set("outhaul.run.id", report.header.id)
    span.set("outhaul.plan.name", plan.name)
    span.set("outhaul.plan.digest", report.plan.digest.description)
    span.set("outhaul.run.outcome", report.outcome.rawValue)
    span.set("outhaul.run.jobs.due", report.jobs.count)
    span.set("outhaul.run.jobs.verified", report.count(.verified))
    span.set("outhaul.run.jobs.failed", report.count(.failed))
    span.set("outhaul.run.rows", report.rows)
    span.set("outhaul.run.bytes", report.bytes)
    let leftOut = report.requests.count - tracedRequests.count
    if leftOut > 0 { span.set("outhaul.run.requests.left_out", leftOut) }
    for note in report.notes {
      if case .limited = note.notice { continue }
      span.events.append(event(note))
    }
    switch (report.outcome, report.stop) {
    case (.done, _): span.status = .ok
    case (_, .halted(let failure)): span.fail(failure)
    default:
      span.fail(nil)
      span.message = report.verdict
    }
    return span
  }

  private func event(_ note: RunNote) -> TraceSpan.Event {
    var attributes: [TraceSpan.Attribute] = [("outhaul.service", .text(note.notice.service))]
    switch note.notice {
    case .unanswered(_, let failure):
      attributes += [("outhaul.cause", .text(failure.cause.rawValue)), ("outhaul.message", .text(failure.message))]
    case .answers(_, let after): attributes.append(("outhaul.milliseconds", .number(after.milliseconds)))
    case .throttled(_, let active), .limited(_, let active):
      attributes.append(("outhaul.active", .number(Int64(active))))
    case .spent(_, let until): attributes.append(("outhaul.until", .text(until.description)))
    }
    return TraceSpan.Event(name: "outhaul.\(note.notice.word)", at: note.at, attributes: attributes)
  }

  // MARK: Jobs and attempts

  private func span(of job: ReportedJob, from began: Instant) -> TraceSpan {
    let export = plan.exports[job.job.export]
    var span = TraceSpan(
      ids.span("job", job.job.key.hex), of: root, "job \(export.name)/\(job.job.dataset)", from: began,
      to: job.over(in: report))
    span.set("outhaul.job.title", job.title)
    span.set("outhaul.job.key", job.job.key.hex)
    span.set("outhaul.export", export.name)
    span.set("outhaul.service", plan.services[export.service].name)
    span.set("outhaul.app", plan.apps[job.job.app].name)
    span.set("outhaul.dataset", job.job.dataset)
    span.set("outhaul.window.start", job.job.window.start.description)
    span.set("outhaul.window.end", job.job.window.end.description)
    span.set("outhaul.job.due", job.due.rawValue)
    span.set("outhaul.job.state", job.state.rawValue)
    if let result = job.verification {
      span.set("outhaul.rows", result.rows)
      span.set("outhaul.bytes", result.bytes)
      span.set("outhaul.files", result.artifacts.count)
    }
    switch job.state {
    case .verified: span.status = .ok
    case .failed, .abandoned: span.fail(job.failure)
    case .skipped:
      span.status = .error
      span.message = job.reason
    default: break
    }
    return span
  }

  private func span(of attempt: ReportedAttempt, number: Int, of job: PlannedJob, _ parent: String) -> TraceSpan {
    var span = TraceSpan(
      ids.span("attempt", attempt.key.hex, "\(attempt.number)", "\(number)"), of: parent, "attempt",
      from: attempt.firstSeen ?? report.header.started, to: attempt.ended ?? report.ended)
    if attempt.number > 0 { span.set("outhaul.attempt", attempt.number) }
    span.set("outhaul.attempt.ending", attempt.ending.rawValue)
    if attempt.key != job.key { span.set("outhaul.part.key", attempt.key.hex) }
    span.set("outhaul.task", attempt.task)
    span.set("outhaul.request.id", attempt.requestID)
    for (name, instant) in [
      (attempt.isAdopted ? "outhaul.adopted" : "outhaul.submitted", attempt.submitted),
      ("outhaul.running", attempt.running), ("outhaul.succeeded", attempt.succeeded),
    ] {
      if let instant { span.events.append(TraceSpan.Event(name: name, at: instant, attributes: [])) }
    }
    for setback in attempt.setbacks {
      span.note(setback.failure, step: setback.step.rawValue, at: setback.at)
    }
    span.events.sort { $0.at < $1.at }
    switch attempt.ending {
    case .verified: span.status = .ok
    case .refused, .taskFailed, .rejected, .abandoned, .failed: span.fail(attempt.failure)
    case .cancelled, .absent, .split, .open: break
    }
    return span
  }

  // MARK: Requests

  private var tracedRequests: [Int] {
    let all = report.requests.indices
    guard all.count > Self.requestsMost else { return Array(all) }
    return Array(all.lazy.filter { report.requests[$0].status ?? 500 >= 400 }.prefix(Self.requestsMost))
  }

  private func parent(of request: RequestRecord, _ tries: [Try: String]) -> String {
    guard let key = request.key else { return root }
    if let number = request.attempt, let span = tries[Try(key: key, number: number)] { return span }
    guard let place = places[report.parts.whole(of: key)], report.jobs[place].firstSeen != nil else { return root }
    return ids.span("job", report.jobs[place].job.key.hex)
  }

  private static let methods: Set<String> = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
  ]

  private func span(of request: RequestRecord, number: Int, parent: String) -> TraceSpan {
    let isKnown = Self.methods.contains(request.method)
    let method = isKnown ? request.method : "_OTHER"
    var span = TraceSpan(
      ids.span("request", "\(number)"), of: parent, isKnown ? method : "HTTP", from: request.at, to: request.at)
    span.end += max(0, request.took.nanoseconds)
    span.kind = .client
    span.set("http.request.method", method)
    if !isKnown { span.set("http.request.method_original", request.method) }
    span.set("url.full", request.url)
    if let address = WebAddress(request.url) {
      span.set("server.address", address.host)
      if let port = address.effectivePort { span.set("server.port", port) }
    }
    if let status = request.status { span.set("http.response.status_code", status) }
    span.set("outhaul.step", request.step?.rawValue)
    span.set("outhaul.request.id", request.requestID)
    span.set("outhaul.request.service_id", request.serviceID)
    switch request.status {
    case nil:
      span.status = .error
      span.message = request.error
      span.set("error.type", "_OTHER")
    case let status? where status >= 400:
      // The status code says it: the conventions want no message beside it.
      span.status = .error
      span.set("error.type", "\(status)")
    default: break
    }
    return span
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
