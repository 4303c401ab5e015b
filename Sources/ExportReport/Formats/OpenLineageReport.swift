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

  init(_ report: RunReport) {
    (self.report, plan) = (report, report.plan.plan)
    ids = DerivedID(run: report.header.id)
    names = LineageNames(report.plan.plan)
    facets = LineageFacets(program: report.program)
    runID = ids.uuid(at: report.header.started, "run")
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
    var runFacets = [
      "nominalTime": facets.nominalTime(from: plan.asOf, to: nil), "processing_engine": facets.engine,
    ]
    switch (state, report.stop) {
    case (.fail, .halted(let failure)): runFacets["errorMessage"] = facets.error(failure.message)
    case (.fail, _), (.abort, _): runFacets["errorMessage"] = facets.error(report.verdict)
    default: break
    }
    return event(
      state, at: instant, run: runID, runFacets, job: names.run, ["jobType": facets.jobType("RUN")], inputs: [],
      outputs: [])
  }

  private func line(_ state: State, at instant: Instant, _ job: ReportedJob) -> [UInt8] {
    var runFacets = [
      "nominalTime": facets.nominalTime(from: job.job.window.start, to: job.job.window.end),
      "parent": facets.parent(run: runID, namespace: LineageNames.namespace, name: names.run),
      "processing_engine": facets.engine,
    ]
    if state == .fail || state == .abort { runFacets["errorMessage"] = facets.error(job.reason) }
    return event(
      state, at: instant, run: ids.uuid(at: report.header.started, "job", job.job.key.hex), runFacets,
      job: names.job(job.job), ["jobType": facets.jobType("JOB")], inputs: [names.input(job.job)],
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

  private func event(
    _ state: State, at instant: Instant, run: String, _ runFacets: [String: JSONValue], job: String,
    _ jobFacets: [String: JSONValue], inputs: [JSONValue], outputs: [JSONValue]
  ) -> [UInt8] {
    let event: JSONValue = [
      "eventTime": .string(instant.description), "eventType": .string(state.rawValue), "inputs": .array(inputs),
      "job": ["namespace": .string(LineageNames.namespace), "name": .string(job), "facets": .object(jobFacets)],
      "outputs": .array(outputs), "producer": .string(facets.producer),
      "run": ["runId": .string(run), "facets": .object(runFacets)], "schemaURL": .string(LineageFacets.schema),
    ]
    var writer = JSONWriter(capacity: 1536)
    writer.value(event)
    return writer.bytes + [UInt8(ascii: "\n")]
  }
}
