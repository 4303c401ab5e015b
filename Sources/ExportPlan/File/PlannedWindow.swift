// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A window of an export as the plan file holds it: once, for all apps and datasets. Jobs name it by its label.
struct PlannedWindow: Sendable, Equatable {
  var export: Int
  var label: String
  var window: Window
  /// By dataset, as it will be sent; none for datasets that take no window.
  var sends: [String: SentWindow] = [:]

  /// Every window that a job of the plan has, and what else `lookback` counts, by export and time.
  static func all(of plan: Plan) -> [PlannedWindow] {
    struct Name: Hashable {
      var export: Int
      var label: String
    }
    var found: [PlannedWindow] = []
    var indexes: [Name: Int] = [:]
    var seen: Set<UInt64> = []
    for row in plan.jobs.rows where seen.insert(UInt64(row.sort) << 32 | UInt64(row.cell)).inserted {
      let (sort, cell) = (plan.jobs.sorts[row.sort], plan.jobs.cells[row.cell])
      let name = Name(export: sort.export, label: cell.label)
      let index = indexes[name] ?? found.count
      if indexes[name] == nil {
        indexes[name] = index
        found.append(PlannedWindow(export: sort.export, label: cell.label, window: cell.window))
      }
      if let sent = cell.sent { found[index].sends[sort.dataset] = sent }
    }
    return (found + plan.otherWindows).sorted {
      ($0.export, $0.window.start, $0.window.end, $0.label) < ($1.export, $1.window.start, $1.window.end, $1.label)
    }
  }
}
