// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What one plan has that another has not: jobs, and the settings that all of them run with.
///
/// Jobs are told apart by what people call them (export, app, dataset, format, window); a job that both plans have but
/// under another key, or that waits for something else, is a changed one.
public struct PlanDifference: Sendable {
  public enum Kind: String, Sendable, CaseIterable { case added, removed, changed }

  /// Jobs of one export that were added, removed or changed alike, over windows that follow one another.
  public struct Group: Sendable, Equatable {
    public var kind: Kind
    public var export: String
    /// Names of the first and the last window.
    public var firstLabel: String
    public var lastLabel: String
    /// Sorted.
    public var apps: [String]
    public var datasets: [String]
    /// Indexes into the jobs of the older plan when they were removed, else of the newer: by window, app, dataset and
    /// format.
    public var jobs: [Int]
  }

  /// A value outside the jobs: `services/engagement/limits/active`.
  public struct Setting: Sendable, Equatable {
    public var path: String
    /// Canonical JSON; `nil` where there was nothing.
    public var before: String?
    public var after: String?
  }

  public let groups: [Group]
  public let settings: [Setting]
  private let old: Plan
  private let new: Plan

  public init(from old: Plan, to new: Plan) {
    (self.old, self.new) = (old, new)
    var names = JobNames()
    let (before, after) = (JobNames.Side(old, &names), JobNames.Side(new, &names))
    let (added, removed, changed) = before.compared(with: after)
    groups =
      ChangeGroups.groups(.added, added, of: new) + ChangeGroups.groups(.removed, removed, of: old)
      + ChangeGroups.groups(.changed, changed, of: new)
    settings = PlanSettings.difference(from: old, to: new)
  }

  /// Of two plans that are the same.
  public static let none: PlanDifference = {
    let plan = Plan(name: "", asOf: Instant(seconds: 0))
    return PlanDifference(from: plan, to: plan)
  }()

  public var isEmpty: Bool { groups.isEmpty && settings.isEmpty }

  /// Jobs of one kind.
  public func count(_ kind: Kind) -> Int { groups.reduce(0) { $1.kind == kind ? $0 + $1.jobs.count : $0 } }

  /// `EXPORT/APP/DATASET/FORMAT/WINDOW` of every job of a group.
  public func titles(of group: Group) -> [String] {
    let plan = group.kind == .removed ? old : new
    return group.jobs.map { index in
      let job = plan.jobs[index]
      return "\(group.export)/\(plan.apps[job.app].name)/\(job.dataset)/\(job.format)/\(job.label)"
    }
  }
}
