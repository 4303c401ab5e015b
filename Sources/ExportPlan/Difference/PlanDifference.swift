// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What one plan has that another has not: jobs, and the settings that all of them run with.
///
/// Jobs are told apart by what people call them (export, app, dataset, format, window); a job that both plans have but
/// under another key, or that waits for something else, is a changed one.
public struct PlanDifference: Sendable {
  public enum Kind: String, Sendable, CaseIterable { case added, removed, changed }

  /// What is not the same of a job that both plans have.
  public enum Change: String, Sendable, CaseIterable {
    /// It is another job under the same name: what was exported of it does not count.
    case key
    case waits, sent
    case waitsAndSent = "waits and sent"

    /// As a reader of a difference wants to know it.
    public var words: String {
      switch self {
      case .key: "another key: exported again"
      case .waits: "waits for something else"
      case .sent: "sent otherwise"
      case .waitsAndSent: "waits for something else, sent otherwise"
      }
    }
  }

  /// Jobs of one export that were added, removed or changed alike, over windows that follow one another.
  public struct Group: Sendable, Equatable {
    public var kind: Kind
    /// Of changed jobs.
    public var change: Change?
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
    /// How many ranges of windows it sums up.
    public var ranges = 1
  }

  /// A value outside the jobs: `services/engagement/limits/active`.
  public struct Setting: Sendable, Equatable {
    /// Steps from the outside in.
    public var steps: [String]
    /// Canonical JSON; `nil` where there was nothing.
    public var before: String?
    public var after: String?

    public var path: String { steps.joined(separator: "/") }
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
      ChangeGroups.groups(.added, nil, added, of: new) + ChangeGroups.groups(.removed, nil, removed, of: old)
      + Change.allCases.flatMap { ChangeGroups.groups(.changed, $0, changed[$0] ?? [], of: new) }
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

  /// What every job of some groups is called, by group.
  func titles(of groups: [Group]) -> [[String]] {
    let (before, after) = (JobTitles(old), JobTitles(new))
    return groups.map { group in
      group.jobs.map { group.kind == .removed ? before.title(of: old.jobs[$0]) : after.title(of: new.jobs[$0]) }
    }
  }
}
