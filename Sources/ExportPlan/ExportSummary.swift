// SPDX-License-Identifier: Apache-2.0

/// What a plan has of one export, in figures.
public struct ExportSummary: Sendable, Equatable {
  public var export: String
  public var jobs = 0
  public var apps = 0
  public var datasets = 0
  /// Of the first and the last window; `nil` without a job.
  public var firstLabel: String?
  public var lastLabel: String?

  /// By export, in the plan's order; one walk over the jobs.
  public static func all(of plan: Plan) -> [ExportSummary] {
    var summaries = plan.exports.map { ExportSummary(export: $0.name) }
    var apps: Set<UInt64> = []
    var seen: Set<UInt64> = []
    var datasets = [Set<String>](repeating: [], count: plan.exports.count)
    let exports = plan.jobs.sorts.values.map(\.export)
    for row in plan.jobs.rows {
      let export = exports[Int(row.sort)]
      summaries[export].jobs += 1
      if apps.insert(UInt64(export) << 32 | UInt64(row.app)).inserted { summaries[export].apps += 1 }
      guard seen.insert(UInt64(row.sort) << 32 | UInt64(row.cell)).inserted else { continue }
      datasets[export].insert(plan.jobs.sorts[row.sort].dataset)
      let label = plan.jobs.cells[row.cell].label
      summaries[export].firstLabel = min(summaries[export].firstLabel ?? label, label)
      summaries[export].lastLabel = max(summaries[export].lastLabel ?? label, label)
    }
    for export in summaries.indices { summaries[export].datasets = datasets[export].count }
    return summaries
  }
}
