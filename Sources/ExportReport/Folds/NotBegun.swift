// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// Jobs that a run did not begin, for one reason.
public struct NotBegun: Sendable {
  /// `waited for snapshots/shop/tag/2016-01-31`
  public var why: String
  public var jobs: [ReportedJob]
}

extension RunReport {
  /// Jobs that were skipped, and jobs that wait and were not begun, by what they waited for; the most frequent first.
  public var notBegun: [NotBegun] {
    let (unmet, lost) = (unmetGates, lostGates)
    let jobs = jobs.filter { $0.state == .skipped || $0.isNotBegun }
    let groups = Dictionary(grouping: jobs) { why($0, unmet, lost) }
    return groups.map { NotBegun(why: $0.key, jobs: $0.value) }
      .sorted { ($1.jobs.count, $0.why) < ($0.jobs.count, $1.why) }
  }

  private func why(_ job: ReportedJob, _ unmet: Set<Int>, _ lost: Set<Int>) -> String {
    if let other = job.skippedBecause { return (job.isStopped ? "the export stopped after " : "waited for ") + other }
    if job.state == .skipped { return "waited for another job" }
    if let gate = job.job.after.first(where: lost.contains) {
      return "wait for all of \(plan.plan.gates[gate].name), of which no run brings back some"
    }
    guard let gate = job.job.after.first(where: unmet.contains) else { return "the run ended before their turn" }
    return "wait for all of \(plan.plan.gates[gate].name), which is not there"
  }

  /// Gates with a member that there is no good result of.
  private var unmetGates: Set<Int> {
    let gates = plan.plan.gates
    guard !gates.isEmpty else { return [] }
    var states = jobs.lazy.map(\.state).makeIterator()
    let isThere = header.dues.map { due -> Bool in
      switch CoverageStatus(due, due.isDue ? states.next() : nil) {
      case .exported, .redoFailed, .redoWaiting: true
      default: false
      }
    }
    return Set(
      gates.indices.filter { gate in gates[gate].members.contains { $0 < isThere.count && !isThere[$0] } })
  }
}
