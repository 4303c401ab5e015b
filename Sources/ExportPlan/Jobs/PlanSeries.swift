// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// The jobs of a plan by series: all windows of one dataset of one app in one format for one export. One walk over the
/// jobs; a million of them are two small arrays for each series.
public struct PlanSeries: Sendable {
  public struct One: Sendable {
    public var export: Int
    public var app: Int
    public var dataset: String
    public var format: String
    /// `history/shop-ios/event`, with the format behind it where the export has several.
    public var title: String
    /// Its export has several formats.
    public var tellsFormat: Bool
    /// Jobs of the plan, in its order.
    public fileprivate(set) var jobs: [UInt32] = []
    /// For each job its window, as an index of `windows`.
    public fileprivate(set) var windows: [UInt32] = []
  }

  /// Each window of the plan once, whichever series have it.
  public private(set) var windows: [NamedWindow] = []
  /// In the plan's order.
  public private(set) var series: [One] = []

  public init(_ plan: Plan) {
    let titles = JobTitles(plan)
    let shared = plan.jobs.cells.values.map { NamedWindow(window: $0.window, label: $0.label) }
    var (known, numbers): ([NamedWindow: UInt32], [UInt32?]) = ([:], Array(repeating: nil, count: shared.count))
    var indexes = [Int32](repeating: -1, count: plan.apps.count * plan.jobs.sorts.values.count)
    for (job, row) in plan.jobs.rows.enumerated() {
      let place = Int(row.app) * plan.jobs.sorts.values.count + Int(row.sort)
      if indexes[place] < 0 {
        indexes[place] = Int32(series.count)
        series.append(One(plan.jobs[job], titles))
      }
      let number: UInt32
      if let found = numbers[Int(row.cell)] {
        number = found
      } else {
        let window = shared[Int(row.cell)]
        number = known[window] ?? UInt32(windows.count)
        if number == windows.count { windows.append(window) }
        (known[window], numbers[Int(row.cell)]) = (number, number)
      }
      series[Int(indexes[place])].jobs.append(UInt32(job))
      series[Int(indexes[place])].windows.append(number)
    }
  }
}

extension PlanSeries.One {
  fileprivate init(_ job: PlannedJob, _ titles: JobTitles) {
    self.init(
      export: job.export, app: job.app, dataset: job.dataset, format: job.format,
      title: String(titles.title(of: job).dropLast(job.label.count + 1)),
      tellsFormat: titles.steps(of: job).count > 2)
  }
}

/// A window with the name that people read.
public struct NamedWindow: Sendable, Hashable {
  public var window: Window
  public var label: String

  public init(window: Window, label: String) { (self.window, self.label) = (window, label) }
}
