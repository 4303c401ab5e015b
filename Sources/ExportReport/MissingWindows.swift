// SPDX-License-Identifier: Apache-2.0
import ExportPlan

/// Windows that were due and are not there, by export, app and dataset.
struct MissingWindows: Sendable {
  /// `EXPORT/APP/DATASET`.
  let title: String
  private(set) var count = 0
  /// The first and the last of them, in the plan's order.
  let first: String
  private(set) var last: String

  /// In the plan's order.
  static func groups(_ report: RunReport) -> [MissingWindows] {
    struct Name: Hashable {
      var export: Int
      var app: Int
      var dataset: String
    }
    let plan = report.plan.plan
    var groups: [MissingWindows] = []
    var places: [Name: Int] = [:]
    for job in report.jobs where job.state != .verified {
      let name = Name(export: job.job.export, app: job.job.app, dataset: job.job.dataset)
      let place = places[name] ?? groups.count
      if place == groups.count {
        let title = "\(plan.exports[name.export].name)/\(plan.apps[name.app].name)/\(name.dataset)"
        groups.append(MissingWindows(title: title, first: job.job.label, last: job.job.label))
        places[name] = place
      }
      groups[place].count += 1
      groups[place].last = job.job.label
    }
    return groups
  }
}
