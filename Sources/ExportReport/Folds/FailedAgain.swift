// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// What failed, as a run that is given again can select it, and the jobs that it then does: all that the selection fits.
public struct FailedAgain: Sendable {
  /// Expressions of `--select`.
  public let selection: [String]
  public let jobs: [ReportedJob]

  /// `nil`: nothing failed, was abandoned or was given up.
  public init?(_ report: RunReport) {
    let failed = report.jobs.filter { $0.isFailure || $0.isGivenUp }
    guard !failed.isEmpty else { return nil }
    let statuses = report.statuses(of: failed)
    let fitting = report.jobs.filter { $0.state != .verified && statuses.contains($0.nextStatus) }
    if fitting.count > failed.count, let exact = report.selection(of: failed) {
      (selection, jobs) = (exact, failed)
    } else {
      (selection, jobs) = (statuses.map { "status:\($0.rawValue)" }, fitting)
    }
  }

  /// `121 jobs: 106 failed, 15 given up`; the number alone where all of them failed.
  public var counts: String {
    var rest = jobs.count
    let counts = [
      ("failed", jobs.count { $0.state == .failed }), ("abandoned", jobs.count { $0.state == .abandoned }),
      ("given up", jobs.count(where: \.isGivenUp)),
    ].filter { $0.1 > 0 }
    for (_, count) in counts { rest -= count }
    let others = rest > 0 ? ["\(rest) not done that stand alike"] : []
    let all = RunReport.jobs(jobs.count)
    guard counts.count + others.count > 1 || counts.first?.0 != "failed" else { return all }
    return "\(all): " + (counts.map { "\($0.1) \($0.0)" } + others).joined(separator: ", ")
  }
}
