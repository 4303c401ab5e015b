// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension ReportFormat {
  /// `openlineage.ndjson`: a run event of OpenLineage a line, in the order of their times: of the run, and of each job that
  /// something was done for.
  public static let openLineage = ReportFormat("openlineage", file: "openlineage.ndjson") { report, sink in
    var writer = OpenLineageReportWriter(report)
    try writer.write(to: sink)
  }
}

private struct OpenLineageReportWriter {
  private enum State: String { case start = "START", complete = "COMPLETE", fail = "FAIL", abort = "ABORT" }

  private let report: RunReport
  private let plan: Plan
  private let ids: DerivedID
  private let names: LineageNames
  private let facets: LineageFacets
  /// The run's own; its jobs name it as their parent.
  private let runID: String
  private let parent: [UInt8]
  private var json = JSONWriter(capacity: ReportFormat.pieceLength + 4096)

  init(_ report: RunReport) {
    (self.report, plan) = (report, report.plan.plan)
    ids = DerivedID(run: report.header.id)
    names = LineageNames(report.plan.plan)
    facets = LineageFacets(program: report.program)
    runID = ids.uuid(at: report.header.started, "run")
    parent = facets.parent(run: runID, namespace: LineageNames.namespace, name: names.run).canonicalBytes
  }

  mutating func write(to sink: ReportFormat.Sink) throws {
    runLine(.start, at: report.header.started)
    for moment in moments {
      let job = report.jobs[Int(moment.number / 2)]
      line(moment.number.isMultiple(of: 2) ? .start : state(of: job), at: moment.at, job)
      try json.flush(to: sink)
    }
    runLine(runState, at: report.ended)
    try sink(json.take())
  }

  /// When a job began (even numbers, twice its place) or was over (odd ones).
  private typealias Moment = (at: Instant, number: UInt32)

  /// In order; what happened at the same time stays in the plan's order. A line is made when its turn comes.
  private var moments: [Moment] {
    var moments: [Moment] = []
    moments.reserveCapacity(report.jobs.count * 2)
    for (place, job) in report.jobs.enumerated() {
      guard let began = job.firstSeen else { continue }
      moments.append((began, UInt32(place * 2)))
      moments.append((job.over(in: report), UInt32(place * 2 + 1)))
    }
    moments.sort { ($0.at, $0.number) < ($1.at, $1.number) }
    return moments
  }

  // MARK: States

  private func state(of job: ReportedJob) -> State {
    switch job.state {
    case .verified: .complete
    case .failed: .fail
    default: .abort
    }
  }

  private var runState: State {
    switch report.outcome {
    case .done: .complete
    case .incomplete, .halted: .fail
    case .interrupted, .broken: .abort
    }
  }

  // MARK: Lines

  private mutating func runLine(_ state: State, at instant: Instant) {
    var error: String?
    switch (state, report.stop) {
    case (.fail, .halted(let failure)): error = failure.message
    case (.fail, _), (.abort, _): error = report.verdict
    default: break
    }
    event(
      state, at: instant, run: runID, error: error, nominal: facets.nominalTime(from: plan.asOf, to: nil), parent: nil,
      job: names.run, type: facets.runType, inputs: [], outputs: [])
  }

  private mutating func line(_ state: State, at instant: Instant, _ job: ReportedJob) {
    event(
      state, at: instant, run: ids.uuid(at: report.header.started, "job", job.job.key.hex),
      error: state == .fail || state == .abort ? job.reason : nil,
      nominal: facets.nominalTime(from: job.job.window.start, to: job.job.window.end), parent: parent,
      job: names.job(job.job), type: facets.jobType, inputs: [names.input(job.job)],
      outputs: state == .complete ? outputs(job) : [])
  }

  private func outputs(_ job: ReportedJob) -> [JSONValue] {
    guard let result = job.verification else { return [] }
    let place = plan.destination(of: job.job).kind
    return result.artifacts.map { artifact in
      let (namespace, name) = names.output(artifact.name, in: place)
      return [
        "namespace": .string(namespace), "name": .string(name),
        "outputFacets": ["outputStatistics": facets.statistics(rows: artifact.rows, bytes: artifact.bytes)],
      ]
    }
  }

  /// Members sorted by name. What every event has is JSON already.
  private mutating func event(
    _ state: State, at instant: Instant, run: String, error: String?, nominal: JSONValue, parent: [UInt8]?,
    job: String, type: [UInt8], inputs: [JSONValue], outputs: [JSONValue]
  ) {
    json.beginObject()
    json.member("eventTime", instant.description)
    json.member("eventType", state.rawValue)
    json.member("inputs", .array(inputs))
    json.key("job")
    json.beginObject()
    json.key("facets")
    json.beginObject()
    json.key("jobType")
    json.raw(type)
    json.endObject()
    json.member("name", job)
    json.member("namespace", LineageNames.namespace)
    json.endObject()
    json.member("outputs", .array(outputs))
    json.member("producer", facets.producer)
    json.key("run")
    json.beginObject()
    json.key("facets")
    json.beginObject()
    if let error { json.member("errorMessage", facets.error(error)) }
    json.member("nominalTime", nominal)
    if let parent {
      json.key("parent")
      json.raw(parent)
    } else {
      json.key("processing_engine")
      json.raw(facets.engine)
    }
    json.endObject()
    json.member("runId", run)
    json.endObject()
    json.member("schemaURL", LineageFacets.schema)
    json.endObject()
    json.closingNewline()
  }
}
