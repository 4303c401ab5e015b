// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// The spans of a run: itself, its jobs, their attempts, and every request.
struct TraceSpans: Sendable {
  private let report: RunReport
  private let plan: Plan
  private let ids: DerivedID
  private let root: SpanID
  private let attempts: ReportedAttempts
  /// Places of those requests that have spans.
  private let traced: [Int]
  let trace: String

  /// Of a run with more requests than this only those that went wrong have spans, the first of them: what shows a trace does
  /// not bear any number, and a run of a million jobs is to have a trace as well.
  static let requestsMost = 100_000

  init(_ report: RunReport) {
    (self.report, plan) = (report, report.plan.plan)
    ids = DerivedID(run: report.header.id)
    root = ids.span("run")
    trace = ids.trace
    attempts = report.attempts
    traced = Self.traced(report.requests)
  }

  private static func traced(_ requests: RequestTable) -> [Int] {
    guard requests.count > requestsMost else { return Array(requests.indices) }
    return Array(requests.indices.lazy.filter { requests.status(of: $0) ?? 500 >= 400 }.prefix(requestsMost))
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
    let leftOut = report.requests.count - traced.count
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
    if let sums = job.sums {
      span.set("outhaul.rows", sums.rows)
      span.set("outhaul.bytes", sums.bytes)
      span.set("outhaul.files", sums.files)
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

  private func span(of attempt: ReportedAttempt, number: Int, of job: PlannedJob, _ parent: SpanID) -> TraceSpan {
    var span = TraceSpan(
      id(of: attempt, number), of: parent, "attempt", from: attempt.firstSeen ?? report.header.started,
      to: attempt.ended ?? report.ended)
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

  private func parent(of request: RequestRecord, _ tries: SpanTries) -> SpanID {
    guard let key = request.key, let place = report.place(of: key),
      report.jobs[place].firstSeen != nil
    else { return root }
    if let number = request.attempt, let span = tries.last(of: place, key, number) { return span }
    return ids.span("job", report.jobs[place].job.key.hex)
  }

  private func id(of attempt: ReportedAttempt, _ number: Int) -> SpanID {
    ids.span("attempt", attempt.key.hex, "\(attempt.number)", "\(number)")
  }

  private static let methods: Set<String> = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
  ]

  private func span(ofRequest number: Int, _ tries: SpanTries) -> TraceSpan {
    let request = report.requests[number]
    let isKnown = Self.methods.contains(request.method)
    let method = isKnown ? request.method : "_OTHER"
    var span = TraceSpan(
      ids.span("request", "\(number)"), of: parent(of: request, tries), isKnown ? method : "HTTP", from: request.at,
      to: request.at)
    span.end += Swift.max(0, request.took.nanoseconds)
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

extension TraceSpans: Sequence {
  /// A job's with those of its attempts, or a request's: what is made at once.
  struct Batches: IteratorProtocol {
    fileprivate let spans: TraceSpans
    fileprivate var isBegun = false
    fileprivate var job = 0
    fileprivate var request = 0
    private var tries = SpanTries()

    fileprivate init(_ spans: TraceSpans) { self.spans = spans }

    mutating func next() -> [TraceSpan]? {
      guard isBegun else {
        isBegun = true
        return [spans.run]
      }
      if job < spans.report.jobs.count {
        defer { job += 1 }
        return spans.spans(ofJob: job, &tries)
      }
      guard request < spans.traced.count else { return nil }
      defer { request += 1 }
      return [spans.span(ofRequest: spans.traced[request], tries)]
    }
  }

  /// Every span, parents before their children.
  func makeIterator() -> Batches { Batches(self) }

  private func spans(ofJob place: Int, _ tries: inout SpanTries) -> [TraceSpan] {
    let job = report.jobs[place]
    // Nothing was done for it: it took no time of which a span could tell.
    guard let began = job.firstSeen else {
      tries.end()
      return []
    }
    let whole = span(of: job, from: began)
    var made = [whole]
    for (number, attempt) in attempts[place].enumerated() {
      let span = span(of: attempt, number: number, of: job.job, whole.id)
      tries.append(attempt, span.id)
      made.append(span)
    }
    tries.end()
    return made
  }
}
