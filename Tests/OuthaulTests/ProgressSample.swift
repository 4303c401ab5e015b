// SPDX-License-Identifier: Apache-2.0
import BatchExport
import ExportTesting

@testable import outhaul

/// A run of the sample plan, some way on.
enum ProgressSample {
  static let start = Instant(seconds: 1_480_000_000)

  static func at(_ seconds: Int) -> Instant { start.advanced(by: .seconds(seconds)) }

  static func header(_ plan: Plan) -> RunHeader {
    RunHeader(
      id: "r-1", started: start, plan: PlanFile(plan).digest, name: plan.name,
      dues: plan.jobs.map { _ in .neverExported })
  }

  static func begun(_ plan: Plan) -> ProgressModel {
    var model = ProgressModel(plan)
    _ = model.take(.began(header(plan)))
    return model
  }

  /// The way to a good result.
  static func verified(_ key: JobKey, at end: Int) -> [JournalEvent] {
    let result = Verification(.verified, artifacts: [Artifact(name: "a", bytes: 40, sha256: nil, rows: 3)])
    return [
      JournalEvent(.intent(attempt: 1), of: key, at: at(1)),
      JournalEvent(.submitted(attempt: 1, task: "t", requestID: nil), of: key, at: at(1)),
      JournalEvent(.succeeded(attempt: 1), of: key, at: at(end)),
      JournalEvent(.verified(attempt: 1, result), of: key, at: at(end)),
    ]
  }

  static func running(_ key: JobKey, since: Int) -> [JournalEvent] {
    [
      JournalEvent(.intent(attempt: 1), of: key, at: at(since)),
      JournalEvent(.submitted(attempt: 1, task: "t", requestID: nil), of: key, at: at(since)),
      JournalEvent(.running, of: key, at: at(since + 1)),
    ]
  }

  static func failed(_ key: JobKey, _ message: String, at end: Int) -> [JournalEvent] {
    let failure = Failure(.taskFailed, message, requestID: "r-9")
    return running(key, since: 2) + [
      JournalEvent(.taskFailed(attempt: 1, failure), of: key, at: at(end)),
      JournalEvent(.failed(failure), of: key, at: at(end)),
    ]
  }

  /// Twelve jobs: four verified, one failed, two at the service, five to come; the service throttles.
  static func midway() -> ProgressModel {
    let plan = Plan.sample(apps: ["shop", "märkte-東京"], snapshots: ["tag", "push"], days: 4)
    let keys = plan.jobs.keys
    var model = begun(plan)
    _ = model.take(.happened((0..<4).flatMap { verified(keys[$0], at: 30 + $0) }))
    _ = model.take(.happened(failed(keys[6], "no room at the service", at: 50)))
    _ = model.take(.happened(running(keys[7], since: 20) + running(keys[8], since: 45)))
    _ = model.take(
      .waits(
        Outlook(
          at: at(60), paused: ["engagement": at(75)],
          gauges: [ServiceGauge(service: "engagement", active: 2, limit: 4, most: 8, isThrottled: true, ready: 5)])))
    return model
  }
}
