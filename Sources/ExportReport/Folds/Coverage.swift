// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// What there is of a plan when a run has ended: where each window of each series stands, by what the ledger had when the
/// run began and what became of the jobs in it.
public struct Coverage: Sendable {
  public struct Series: Sendable {
    public var export: String
    public var app: String
    public var dataset: String
    public var format: String
    /// `history/shop-ios/event`, with the format behind it where the export has several.
    public var title: String
    /// The dataset, with the format where the export has several.
    public var sort: String
    /// Indexes of `windows`, by time, and where each stands.
    public var windows: [UInt32]
    public var statuses: [CoverageStatus]

    public var missing: Int { statuses.count(where: \.isMissing) }
  }

  public let windows: [NamedWindow]
  /// In the plan's order.
  public let series: [Series]
  /// By status; all of them.
  public let totals: [CoverageStatus: Int]

  public init(_ report: RunReport) {
    let plan = report.plan.plan
    let dues = report.header.dues
    var states = report.jobs.lazy.map(\.state).makeIterator()
    let all = dues.map { CoverageStatus($0, $0.isDue ? states.next() : nil) }
    let walk = PlanSeries(plan)
    windows = walk.windows
    series = walk.series.map { one in
      Series(
        export: plan.exports[one.export].name, app: plan.apps[one.app].name, dataset: one.dataset, format: one.format,
        title: one.title, sort: one.tellsFormat ? "\(one.dataset)/\(one.format)" : one.dataset, windows: one.windows,
        // A run that broke off while it was begun may know of fewer jobs.
        statuses: one.jobs.map { Int($0) < all.count ? all[Int($0)] : .waiting })
    }
    // Of a run that had nothing to do no jobs are kept, and the counts are all there is.
    var counts = [Int](repeating: 0, count: CoverageStatus.allCases.count)
    for status in all { counts[Int(status.rawValue)] += 1 }
    totals = Dictionary(uniqueKeysWithValues: CoverageStatus.allCases.map { ($0, counts[Int($0.rawValue)]) })
  }

  public func count(_ status: CoverageStatus) -> Int { totals[status] ?? 0 }

  /// Windows that are due and not there.
  public var missing: Int { totals.reduce(0) { $0 + ($1.key.isMissing ? $1.value : 0) } }

  /// Windows of the series that follow one another and stand alike.
  public func spans(of one: Series) -> [WindowSpan<CoverageStatus>] {
    WindowSpan.all(one.windows.map { windows[Int($0)] }, one.statuses)
  }

  public func calendar(of one: Series) -> WindowCalendar<CoverageStatus> {
    WindowCalendar(one.windows.map { windows[Int($0)] }, one.statuses)
  }

  /// Series of one export whose windows are the same and stand alike, in the plan's order.
  public var alike: [[Series]] {
    struct Look: Hashable {
      var export: String
      var windows: [UInt32]
      var statuses: [CoverageStatus]
    }
    return series.alike { Look(export: $0.export, windows: $0.windows, statuses: $0.statuses) }
  }
}
