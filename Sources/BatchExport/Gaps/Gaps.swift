// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// What is missing of a plan over all runs: where each window of each series stands by the ledger. A series is all
/// windows of one dataset of one app in one format for one export. Pure: the same plan, records and instant give the same
/// gaps; a million windows are two small arrays for each series.
public struct Gaps: Sendable {
  /// A window of the plan, shared by the series that have it.
  public struct Cell: Sendable, Hashable {
    public var window: Window
    public var label: String
  }

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
    public var tellsFormat: Bool { title.split(separator: "/").count > 3 }
    /// The dataset, with the format where that is told.
    public var sort: String { tellsFormat ? "\(dataset)/\(format)" : dataset }
  }

  /// Windows of a series that follow one another and stand alike.
  public struct Range: Sendable, Equatable {
    public var status: GapStatus
    public var first: Cell
    public var last: Cell
    public var windows: Int

    /// `2016-01-05..2016-01-07`, or the name of the one window.
    public var label: String { windows == 1 ? first.label : "\(first.label)..\(last.label)" }
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
    let titles = JobTitles(plan)
    var shared = SharedCells()
    var (series, indexes): ([Series], [UInt64: Int]) = ([], [:])
    var counts = [Int](repeating: 0, count: GapStatus.allCases.count)
    for job in plan.jobs.indices {
      let key = plan.jobs.series(of: job)
      let index = indexes[key] ?? series.count
      if index == series.count {
        indexes[key] = index
        series.append(Series(plan, plan.jobs[job], titles))
      }
      let status = GapStatus(reckoner.due(job), records.brief(of: job))
      series[index].cells.append(shared.cell(of: job, in: plan))
      series[index].statuses.append(status)
      counts[Int(status.rawValue)] += 1
    }
    (self.series, cells) = (series, shared.cells)
    totals = Dictionary(uniqueKeysWithValues: GapStatus.allCases.map { ($0, counts[Int($0.rawValue)]) })
  }

  /// Numbers for windows, the same for all series that have one.
  private struct SharedCells {
    private(set) var cells: [Cell] = []
    private var ofSlot: [UInt64: UInt32] = [:]
    private var indexes: [Cell: UInt32] = [:]

    mutating func cell(of job: Int, in plan: Plan) -> UInt32 {
      let slot = plan.jobs.slot(of: job)
      if let known = ofSlot[slot] { return known }
      let planned = plan.jobs[job]
      let cell = Cell(window: planned.window, label: planned.label)
      let index = indexes[cell] ?? UInt32(cells.count)
      if index == cells.count { cells.append(cell) }
      (indexes[cell], ofSlot[slot]) = (index, index)
      return index
    }
  }

  /// Windows that a run would fill. Missed snapshots are none: nothing brings them back.
  public var holes: Int { totals.reduce(0) { $0 + ($1.key.isHole ? $1.value : 0) } }

  public var windows: Int { totals.values.reduce(0, +) }

  /// All of a series, by time.
  public func ranges(of series: Series) -> [Range] {
    var ranges: [Range] = []
    for (index, status) in series.statuses.enumerated() {
      let cell = cells[Int(series.cells[index])]
      if let last = ranges.last, last.status == status {
        ranges[ranges.count - 1].last = cell
        ranges[ranges.count - 1].windows += 1
      } else {
        ranges.append(Range(status: status, first: cell, last: cell, windows: 1))
      }
    }
    return ranges
  }

  /// Series of one export whose windows are the same and stand alike, in the plan's order.
  public var alike: [[Series]] {
    struct Key: Hashable {
      var export: String
      var cells: [UInt32]
      var statuses: [GapStatus]
    }
    var groups: [[Series]] = []
    var indexes: [Key: Int] = [:]
    for one in series {
      let key = Key(export: one.export, cells: one.cells, statuses: one.statuses)
      let index = indexes[key] ?? groups.count
      if index == groups.count {
        indexes[key] = index
        groups.append([one])
      } else {
        groups[index].append(one)
      }
    }
    return groups
  }
}

extension Gaps.Series {
  fileprivate init(_ plan: Plan, _ job: PlannedJob, _ titles: JobTitles) {
    self.init(
      export: plan.exports[job.export].name, app: plan.apps[job.app].name, dataset: job.dataset, format: job.format,
      title: String(titles.title(of: job).dropLast(job.label.count + 1)))
  }
}
