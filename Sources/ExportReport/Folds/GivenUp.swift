// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// Jobs that were begun, had no success, and were skipped before they had used their attempts, for one reason.
public struct GivenUp: Sendable {
  /// `export jobs stopped after jobs/shop/job/2016-01-31 (max_failures: 3)`
  public var why: String
  /// By the cause of their last failure.
  public var groups: [FailureGroup]

  public var count: Int { groups.reduce(0) { $0 + $1.count } }
}

extension RunReport {
  /// Jobs that were given up, by what ended them; the most frequent first. `failureGroups` has none of them.
  public var givenUp: [GivenUp] {
    Dictionary(grouping: jobs.filter(\.isGivenUp), by: whyGivenUp)
      .map { GivenUp(why: $0.key, groups: FailureGroup.all(of: $0.value)) }
      .sorted { ($1.count, $0.why) < ($0.count, $1.why) }
  }

  private func whyGivenUp(_ job: ReportedJob) -> String {
    let other = job.skippedBecause ?? "another job"
    guard job.isStopped else { return "waited for \(other)" }
    let export = plan.plan.exports[job.export]
    let most = export.maxFailures.map { " (max_failures: \($0))" } ?? ""
    return "export \(export.name) stopped after \(other)\(most)"
  }
}

extension ReportedJob {
  /// It was skipped although it had been begun: an attempt of it came to nothing, and no other was made.
  public var isGivenUp: Bool { state == .skipped && (attempts > 0 || failure != nil) }
}
