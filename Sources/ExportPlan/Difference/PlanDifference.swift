// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// What one plan has that another has not: jobs, and the settings that all of them run with.
///
/// Jobs are told apart by what people call them (export, app, dataset, format, window); a job that both plans have but
/// under another key, or that waits for something else, is a changed one.
public struct PlanDifference: Sendable, Equatable {
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
    /// Titles, by window, then in the plan's order.
    public var jobs: [String]
  }

  /// A value outside the jobs: `services/engagement/limits/active`.
  public struct Setting: Sendable, Equatable {
    public var path: String
    /// Canonical JSON; `nil` where there was nothing.
    public var before: String?
    public var after: String?
  }

  public var groups: [Group]
  public var settings: [Setting]

  public init(from old: Plan, to new: Plan) {
    let (before, after) = (Side(old), Side(new))
    var changes: [Kind: [Change]] = [:]
    for (name, job) in after.jobs {
      guard let other = before.jobs[name] else {
        changes[.added, default: []].append(Change(name, job))
        continue
      }
      if other.key != job.key || before.waits(other) != after.waits(job) || other.sent != job.sent {
        changes[.changed, default: []].append(Change(name, job))
      }
    }
    for (name, job) in before.jobs where after.jobs[name] == nil {
      changes[.removed, default: []].append(Change(name, job))
    }
    groups = Kind.allCases.flatMap { Self.groups($0, changes[$0] ?? []) }
    settings = PlanSettings.difference(from: old, to: new)
  }

  public var isEmpty: Bool { groups.isEmpty && settings.isEmpty }

  /// Jobs of one kind.
  public func count(_ kind: Kind) -> Int {
    groups.reduce(0) { $1.kind == kind ? $0 + $1.jobs.count : $0 }
  }

  // MARK: Parts

  private struct Name: Hashable {
    var export, app, dataset, format, label: String
  }

  private struct Change {
    var name: Name
    var window: Window

    init(_ name: Name, _ job: PlannedJob) { (self.name, window) = (name, job.window) }
  }

  private struct Side {
    let plan: Plan
    var jobs: [Name: PlannedJob] = [:]

    init(_ plan: Plan) {
      self.plan = plan
      jobs.reserveCapacity(plan.jobs.count)
      for job in plan.jobs {
        let name = Name(
          export: plan.exports[job.export].name, app: plan.apps[job.app].name, dataset: job.dataset,
          format: job.format, label: job.label)
        jobs[name] = job
      }
    }

    func waits(_ job: PlannedJob) -> [String] { job.after.map { plan.gates[$0].name }.sorted() }
  }

  /// The part of a name that is the same in every window.
  private struct Row: Hashable {
    var app, dataset, format: String
  }

  private static func groups(_ kind: Kind, _ changes: [Change]) -> [Group] {
    var result: [Group] = []
    for (export, ofExport) in Dictionary(grouping: changes, by: \.name.export).sorted(by: { $0.key < $1.key }) {
      let windows = Dictionary(grouping: ofExport, by: \.window).sorted {
        ($0.key.start, $0.key.end) < ($1.key.start, $1.key.end)
      }
      var open: (rows: Set<Row>, end: Instant)?
      for (window, jobs) in windows {
        let rows = Set(jobs.map { Row(app: $0.name.app, dataset: $0.name.dataset, format: $0.name.format) })
        let titles = jobs.map(\.name).sorted { ($0.app, $0.dataset, $0.format) < ($1.app, $1.dataset, $1.format) }
          .map { "\($0.export)/\($0.app)/\($0.dataset)/\($0.format)/\($0.label)" }
        if let last = open, last.rows == rows, last.end == window.start {
          result[result.count - 1].lastLabel = jobs[0].name.label
          result[result.count - 1].jobs += titles
        } else {
          result.append(
            Group(
              kind: kind, export: export, firstLabel: jobs[0].name.label, lastLabel: jobs[0].name.label,
              apps: Set(rows.map(\.app)).sorted(), datasets: Set(rows.map(\.dataset)).sorted(), jobs: titles))
        }
        open = (rows, window.end)
      }
    }
    return result
  }
}
