// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension ReportFormat {
  /// `openlineage.ndjson`: a run event of OpenLineage a line, in the order of their times: of the run, and of each job that
  /// something was done for.
  public static let openLineage = ReportFormat("openlineage", file: "openlineage.ndjson") { report in
    OpenLineageReportWriter(report).write()
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

  init(_ report: RunReport) {
    (self.report, plan) = (report, report.plan.plan)
    ids = DerivedID(run: report.header.id)
    names = LineageNames(report.plan.plan)
    facets = LineageFacets(program: report.program)
    runID = ids.uuid(at: report.header.started, "run")
    parent = facets.parent(run: runID, namespace: LineageNames.namespace, name: names.run).canonicalBytes
  }

  func write() -> [UInt8] {
    var lines: [(at: Instant, bytes: [UInt8])] = []
    lines.reserveCapacity(report.jobs.count * 2)
    for job in report.jobs {
      guard let began = job.firstSeen else { continue }
      let ended = job.over(in: report)
      lines.append((began, line(.start, at: began, job)))
      lines.append((ended, line(state(of: job), at: ended, job)))
    }
    // Stable: what happened at the same time stays in the plan's order.
    let order = lines.indices.sorted { (lines[$0].at, $0) < (lines[$1].at, $1) }
    var bytes = runLine(.start, at: report.header.started)
    bytes.reserveCapacity(lines.reduce(4096) { $0 + $1.bytes.count })
    for index in order { bytes += lines[index].bytes }
    return bytes + runLine(runState, at: report.ended)
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

  private func runLine(_ state: State, at instant: Instant) -> [UInt8] {
    var error: String?
    switch (state, report.stop) {
    case (.fail, .halted(let failure)): error = failure.message
    case (.fail, _), (.abort, _): error = report.verdict
    default: break
    }
    return event(
      state, at: instant, run: runID, error: error, nominal: facets.nominalTime(from: plan.asOf, to: nil), parent: nil,
      job: names.run, type: facets.runType, inputs: [], outputs: [])
  }

  private func line(_ state: State, at instant: Instant, _ job: ReportedJob) -> [UInt8] {
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
  private func event(
    _ state: State, at instant: Instant, run: String, error: String?, nominal: JSONValue, parent: [UInt8]?,
    job: String, type: [UInt8], inputs: [JSONValue], outputs: [JSONValue]
  ) -> [UInt8] {
    var json = JSONWriter(capacity: 2048)
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
    return json.bytes + [UInt8(ascii: "\n")]
  }
}
