// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// Jobs that a run did not begin, for one reason.
public struct NotBegun: Sendable {
  /// `waited for snapshots/shop/tag/2016-01-31`
  public var why: String
  public var jobs: [ReportedJob]
  /// The export that all of them are of, where it is told: `errors`.
  public var export: String?

  /// `70 jobs of errors`
  public var who: String { RunReport.jobs(jobs.count) + (export.map { " of \($0)" } ?? "") }
}

extension RunReport {
  /// Jobs that were skipped, and jobs that wait, and that were not begun, by what they waited for; the most frequent first.
  /// Those of one export that waited for several jobs of one other are told together.
  public var notBegun: [NotBegun] {
    let (unmet, lost) = (unmetGates, lostGates)
    let jobs = jobs.filter { $0.state == .skipped ? !$0.isGivenUp : $0.isNotBegun }
    let skips = Dictionary(grouping: jobs.filter { $0.blocker != nil }) { job in
      Skip(export: job.export, blocker: job.blocker?.export ?? 0, isStop: job.isStopped)
    }
    let waits = Dictionary(grouping: jobs.filter { $0.blocker == nil }) { why($0, unmet, lost) }
    let all = skips.map { told($0.value) } + waits.map { NotBegun(why: $0.key, jobs: $0.value) }
    // What waited for one job alone is told together, whichever exports it is of.
    let alike = Dictionary(grouping: all.filter { $0.export == nil }, by: \.why).map { why, groups in
      NotBegun(why: why, jobs: groups.flatMap(\.jobs).sorted { $0.place < $1.place })
    }
    return (alike + all.filter { $0.export != nil })
      .sorted { ($1.jobs.count, $0.why, $0.jobs[0].place) < ($0.jobs.count, $1.why, $1.jobs[0].place) }
  }

  /// Who was skipped for whom.
  private struct Skip: Hashable {
    var export: Int
    var blocker: Int
    var isStop: Bool
  }

  private func told(_ jobs: [ReportedJob]) -> NotBegun {
    let blockers = jobs.reduce(into: [Int: ReportedJob]()) { all, job in
      if let blocker = job.blocker { all[blocker.place] = blocker }
    }
    guard blockers.count > 1, let one = blockers.values.first else { return NotBegun(why: jobs[0].reason, jobs: jobs) }
    let exports = plan.plan.exports
    let became = blockers.values.allSatisfy { $0.state == .failed } ? "failed" : "were not done"
    let whose = "\(blockers.count) jobs of \(exports[one.export].name) that \(became)"
    return NotBegun(
      why: jobs[0].isStopped ? "the export stopped after \(whose)" : "waited for \(whose)", jobs: jobs,
      export: exports[jobs[0].export].name)
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
