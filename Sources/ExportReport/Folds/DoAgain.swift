// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension ReportedJob {
  /// The word of `--select` that the job answers to when the run is given again.
  var nextStatus: Selection.Status {
    switch due {
    case .lookback: .lookback
    case .forced: .forced
    case .artifactMissing: state == .abandoned ? .inFlight : .artifactMissing
    default:
      switch state {
      case .submitting, .submitted, .running, .succeeded, .verifying, .abandoned, .split: .inFlight
      default: attempts > 0 || due == .failedBefore || due == .inFlight ? .failed : due.selected
      }
    }
  }
}

extension Due {
  fileprivate var selected: Selection.Status { self == .definitionChanged ? .definitionChanged : .neverExported }
}

extension RunReport {
  /// Few jobs are named one by one.
  private static let namedMost = 6

  /// What a run has to select so that it does exactly these jobs of this one again; `nil` when few words do not say it.
  public func selection(of jobs: [ReportedJob]) -> [String]? {
    guard let first = jobs.first else { return nil }
    if jobs.count <= Self.namedMost, jobs.allSatisfy({ Self.isSelectable($0.title) }) { return jobs.map(\.title) }
    let statuses = statuses(of: jobs)
    let plan = self.plan.plan
    let parts: [(field: String, name: (ReportedJob) -> String)] = [
      ("export", { plan.exports[$0.job.export].name }), ("app", { plan.apps[$0.job.app].name }),
      ("dataset", { $0.job.dataset }),
    ]
    let shared = parts.filter { part in
      Self.isSelectable(part.name(first)) && jobs.allSatisfy { part.name($0) == part.name(first) }
    }
    for parts in [[], shared] {
      let fitting = self.jobs.count { job in
        job.state != .verified && statuses.contains(job.nextStatus)
          && parts.allSatisfy { $0.name(job) == $0.name(first) }
      }
      guard fitting == jobs.count else { continue }
      let terms = parts.map { "\($0.field):\($0.name(first))" }
      return statuses.map { (terms + ["status:\($0.rawValue)"]).joined(separator: ",") }
    }
    return nil
  }

  /// The words that some jobs answer to, each once.
  func statuses(of jobs: [ReportedJob]) -> [Selection.Status] {
    let statuses = Set(jobs.map(\.nextStatus))
    return Selection.Status.allCases.filter(statuses.contains)
  }

  /// The run that does selected jobs of this one again; `nil` when the command cannot be read.
  public func command(selecting expressions: [String]) -> String? {
    ShellWords(resume).map { $0.narrowed(to: expressions).text }
  }

  /// Nothing in it means anything to `--select` but the name.
  private static func isSelectable(_ name: String) -> Bool {
    name.split(separator: "/", omittingEmptySubsequences: false).count <= 5
      && !name.contains { "*?,: ".contains($0) || $0.isNewline }
  }
}
