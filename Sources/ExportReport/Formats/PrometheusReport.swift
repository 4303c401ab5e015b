// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension ReportFormat {
  /// `metrics.prom`: for the textfile collector of the node exporter. How many series there are follows from the manifest's
  /// exports, services and datasets, and not from its apps and windows.
  public static let prometheus = ReportFormat("prometheus", file: "metrics.prom") { report, sink in
    var writer = PrometheusReportWriter(report)
    try sink(writer.write())
  }
}

private struct PrometheusReportWriter {
  /// Of requests that are not of one service, such as those for a token.
  private static let shared = "shared"

  /// The states that a job may have at the end of a run; all others are `unfinished`.
  private static let states: [JobState] = [.verified, .failed, .abandoned, .skipped, .cancelled]

  private let report: RunReport
  private let plan: Plan
  private var text: MetricText

  init(_ report: RunReport) {
    (self.report, plan) = (report, report.plan.plan)
    text = MetricText(common: [("plan", report.plan.plan.name)])
  }

  mutating func write() -> [UInt8] {
    run()
    jobs()
    results()
    setbacks()
    requests()
    taskTimes()
    return text.bytes
  }

  private mutating func run() {
    text.metric("outhaul_run_info", .gauge, "The last run: its name, and what ran it. Always 1.")
    text.sample("outhaul_run_info", [("run", report.header.id), ("program", report.program)], 1)
    text.metric("outhaul_run_started_timestamp_seconds", .gauge, "When the last run began.")
    text.sample(
      "outhaul_run_started_timestamp_seconds", [], DecimalText.seconds(report.header.started.milliseconds))
    text.metric("outhaul_run_ended_timestamp_seconds", .gauge, "When the last run ended.")
    text.sample("outhaul_run_ended_timestamp_seconds", [], DecimalText.seconds(report.ended.milliseconds))
    text.metric("outhaul_run_duration_seconds", .gauge, "How long the last run took.")
    text.sample("outhaul_run_duration_seconds", [], DecimalText.seconds(report.duration.milliseconds))
    text.metric("outhaul_run_outcome", .gauge, "How the last run ended: 1 for its outcome, 0 for the others.")
    for outcome in RunResult.Outcome.allCases {
      text.sample("outhaul_run_outcome", [("outcome", outcome.rawValue)], report.outcome == outcome ? 1 : 0)
    }
  }

  private mutating func jobs() {
    var counts = [[JobState: Int]](repeating: [:], count: plan.exports.count)
    for job in report.jobs { counts[job.export][job.state, default: 0] += 1 }
    text.metric("outhaul_run_jobs", .gauge, "Jobs that were due in the last run, by export and by where they stand.")
    for (export, counts) in zip(plan.exports, counts) {
      for state in Self.states {
        text.sample("outhaul_run_jobs", [("export", export.name), ("state", state.rawValue)], counts[state] ?? 0)
      }
      let unfinished = counts.reduce(0) { $0 + (Self.states.contains($1.key) ? 0 : $1.value) }
      text.sample("outhaul_run_jobs", [("export", export.name), ("state", "unfinished")], unfinished)
    }
    let dues = report.header.dues.counts
    text.metric("outhaul_plan_jobs", .gauge, "Jobs of the last run's plan, by why they were due or were not.")
    for due in Due.allCases { text.sample("outhaul_plan_jobs", [("due", due.rawValue)], dues[due] ?? 0) }
  }

  private mutating func results() {
    struct Result {
      var rows: Int64 = 0
      var bytes: Int64 = 0
      var files: Int64 = 0
    }
    var results = [Result](repeating: Result(), count: plan.exports.count)
    for job in report.jobs {
      guard let sums = job.sums else { continue }
      results[job.export].rows += sums.rows
      results[job.export].bytes += sums.bytes
      results[job.export].files += Int64(sums.files)
    }
    let metrics: [(String, String, KeyPath<Result, Int64>)] = [
      ("outhaul_run_rows", "Rows of the files that the last run found good, by export.", \.rows),
      ("outhaul_run_bytes", "Bytes of the files that the last run found good, by export.", \.bytes),
      ("outhaul_run_files", "Files that the last run found good, by export.", \.files),
    ]
    for (name, help, path) in metrics {
      text.metric(name, .gauge, help)
      for (export, result) in zip(plan.exports, results) {
        text.sample(name, [("export", export.name)], result[keyPath: path])
      }
    }
  }

  private mutating func setbacks() {
    var counts: [Failure.Cause: Int] = [:]
    for event in report.events.failed {
      switch event.kind {
      case .setback(_, let failure), .refused(_, let failure), .taskFailed(_, let failure), .rejected(_, let failure):
        counts[failure.cause, default: 0] += 1
      default: break
      }
    }
    text.metric("outhaul_run_setbacks", .gauge, "Steps of the last run that did not work, by cause.")
    for cause in Failure.Cause.allCases {
      text.sample("outhaul_run_setbacks", [("cause", cause.rawValue)], counts[cause] ?? 0)
    }
  }

  private mutating func requests() {
    struct Kind: Hashable {
      var service: String
      var step: String
      var status: Int

      var order: (String, String, Int) { (service, step, status) }
    }
    var counts: [Kind: Int] = [:]
    for request in report.requests {
      let kind = Kind(
        service: service(of: request), step: request.step?.rawValue ?? "other", status: request.status ?? 0)
      counts[kind, default: 0] += 1
    }
    text.metric(
      "outhaul_run_requests", .gauge,
      "HTTP requests that the last run sent, by service, step and status; status none: there was no answer.")
    for (kind, count) in counts.sorted(by: { $0.key.order < $1.key.order }) {
      let status = kind.status == 0 ? "none" : String(kind.status)
      text.sample(
        "outhaul_run_requests", [("service", kind.service), ("step", kind.step), ("status", status)], count)
    }
  }

  /// The service of its job; of one that is for several jobs, the only service whose address it went to.
  private func service(of request: RequestRecord) -> String {
    if let key = request.key, let place = report.place(of: key) {
      return plan.service(of: report.jobs[place].job).name
    }
    guard plan.services.count > 1 else {
      return request.step == nil ? Self.shared : plan.services.first?.name ?? Self.shared
    }
    let origin = WebAddress(request.url)?.origin
    let fitting = plan.services.filter { origin != nil && WebAddress($0.base)?.origin == origin }
    return fitting.count == 1 ? fitting[0].name : Self.shared
  }

  private mutating func taskTimes() {
    struct Kind: Hashable {
      var service: Int
      var dataset: String
    }
    var buckets: [Kind: DurationBuckets] = [:]
    for (job, attempts) in zip(report.jobs, report.attempts) {
      let kind = Kind(service: plan.exports[job.export].service, dataset: job.dataset)
      for attempt in attempts {
        if let took = attempt.taskTime { buckets[kind, default: DurationBuckets()].add(took) }
      }
    }
    let name = "outhaul_run_task_seconds"
    text.metric(
      name, .histogram,
      "How long tasks of the last run took at their service, from the submit to where they were seen to have succeeded."
    )
    let sorted = buckets.sorted { ($0.key.service, $0.key.dataset) < ($1.key.service, $1.key.dataset) }
    for (kind, bucket) in sorted {
      let labels: [MetricText.Label] = [("service", plan.services[kind.service].name), ("dataset", kind.dataset)]
      for (bound, count) in bucket.cumulative {
        text.sample("\(name)_bucket", labels + [("le", "\(bound)")], count)
      }
      text.sample("\(name)_bucket", labels + [("le", "+Inf")], bucket.count)
      text.sample("\(name)_sum", labels, DecimalText.seconds(bucket.milliseconds))
      text.sample("\(name)_count", labels, bucket.count)
    }
  }
}
