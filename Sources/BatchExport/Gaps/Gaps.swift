// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// What is missing of a plan over all runs: where each window of each series stands by the ledger. A series is all
/// windows of one dataset of one app in one format for one export. Pure: the same plan, records and instant give the same
/// gaps; a million windows are two small arrays for each series.
public struct Gaps: Sendable {
  /// A window of the plan, shared by the series that have it.
  public typealias Cell = NamedWindow
  /// Windows of a series that follow one another and stand alike.
  public typealias Range = WindowSpan<GapStatus>

  public struct Series: Sendable {
    public var export: String
    public var app: String
    public var dataset: String
    public var format: String
    /// `history/shop-ios/event`, with the format behind it where the export has several.
    public var title: String
    /// Indexes of cells, by time, and where each stands.
    public fileprivate(set) var cells: [UInt32] = []
    public fileprivate(set) var statuses: [GapStatus] = []

    public var holes: Int { statuses.count(where: \.isHole) }
    /// Its export has several formats.
    public var tellsFormat: Bool
    /// The dataset, with the format where that is told.
    public var sort: String { tellsFormat ? "\(dataset)/\(format)" : dataset }
  }

  public let name: String
  public let asOf: Instant
  /// When it was reckoned.
  public let at: Instant
  public let cells: [Cell]
  /// In the plan's order.
  public let series: [Series]
  /// By status; all of them.
  public let totals: [GapStatus: Int]

  /// - Parameter records: what the ledger knows of the plan's jobs.
  public init(_ plan: Plan, records: PlanRecords, at now: Instant) {
    (name, asOf, at) = (plan.name, plan.asOf, now)
    var reckoner = DueReckoner(plan, records: records, at: now)
    let walk = PlanSeries(plan)
    var counts = [Int](repeating: 0, count: GapStatus.allCases.count)
    series = walk.series.map { one in
      var series = Series(plan, one)
      series.cells = one.windows
      series.statuses = one.jobs.map { GapStatus(reckoner.due(Int($0)), records.brief(of: Int($0))) }
      for status in series.statuses { counts[Int(status.rawValue)] += 1 }
      return series
    }
    cells = walk.windows
    totals = Dictionary(uniqueKeysWithValues: GapStatus.allCases.map { ($0, counts[Int($0.rawValue)]) })
  }

  /// Windows that a run would fill. Missed snapshots are none: nothing brings them back.
  public var holes: Int { totals.reduce(0) { $0 + ($1.key.isHole ? $1.value : 0) } }

  public var windows: Int { totals.values.reduce(0, +) }

  /// All of a series, by time.
  public func ranges(of series: Series) -> [Range] {
    Range.all(series.cells.map { cells[Int($0)] }, series.statuses)
  }

  /// Series of one export whose windows are the same and stand alike, in the plan's order.
  public var alike: [[Series]] {
    struct Look: Hashable {
      var export: String
      var cells: [UInt32]
      var statuses: [GapStatus]
    }
    return series.alike { Look(export: $0.export, cells: $0.cells, statuses: $0.statuses) }
  }
}

extension Gaps.Series {
  fileprivate init(_ plan: Plan, _ one: PlanSeries.One) {
    self.init(
      export: plan.exports[one.export].name, app: plan.apps[one.app].name, dataset: one.dataset, format: one.format,
      title: one.title, tellsFormat: one.tellsFormat)
  }
}
