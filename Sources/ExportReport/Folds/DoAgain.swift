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
  fileprivate var selected: Selection.Status {
    switch self {
    case .definitionChanged: .definitionChanged
    default: .neverExported
    }
  }
}

extension RunReport {
  /// Few jobs are named one by one.
  private static let namedMost = 6

  /// What a run has to select so that it does these jobs again, and of others only such as stand in the same way in the
  /// same exports.
  public func selection(of jobs: [ReportedJob]) -> [String] {
    guard !jobs.isEmpty else { return [] }
    if jobs.count <= Self.namedMost, jobs.allSatisfy({ Self.isSelectable($0.title) }) { return jobs.map(\.title) }
    let statuses = Set(jobs.map(\.nextStatus))
    return Selection.Status.allCases.filter(statuses.contains).map { "status:\($0.rawValue)" }
  }

  /// What selects the jobs that failed or were abandoned.
  public var failedSelection: [String] {
    let failed = jobs.filter { $0.state == .failed || $0.state == .abandoned }
    let statuses = Set(failed.map(\.nextStatus))
    return Selection.Status.allCases.filter(statuses.contains).map { "status:\($0.rawValue)" }
  }

  /// The run that does selected jobs of this one again; `nil` when the command cannot be read.
  public func command(selecting expressions: [String]) -> String? {
    ShellWords(resume).map { $0.narrowed(to: expressions).text }
  }

  /// Nothing in it means anything to `--select` but the name.
  private static func isSelectable(_ title: String) -> Bool {
    title.split(separator: "/", omittingEmptySubsequences: false).count <= 5
      && !title.contains { "*?,: ".contains($0) || $0.isNewline }
  }
}
