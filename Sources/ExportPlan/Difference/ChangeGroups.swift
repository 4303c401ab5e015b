// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Puts changed jobs together: by export, then over windows that follow one another as long as the same apps, datasets
/// and formats are concerned.
struct ChangeGroups {
  private let plan: Plan
  /// Ranks by name, by dataset and format, and by time.
  private let apps: [Int]
  private let sorts: [Int]
  private let windows: [Int]

  static func groups(
    _ kind: PlanDifference.Kind, _ change: PlanDifference.Change?, _ jobs: [Int], of plan: Plan
  ) -> [PlanDifference.Group] {
    guard !jobs.isEmpty else { return [] }
    let ranks = ChangeGroups(plan)
    let exports = Dictionary(grouping: jobs) { plan.jobs.sorts[plan.jobs.rows[$0].sort].export }
    return exports.map { (plan.exports[$0.key].name, $0.value) }.sorted { $0.0 < $1.0 }
      .flatMap { export, jobs in
        ranks.groups(kind, export, jobs).map { group in
          var group = group
          group.change = change
          return group
        }
      }
  }

  private init(_ plan: Plan) {
    self.plan = plan
    apps = Self.ranks(plan.apps.map(\.name), <)
    sorts = Self.ranks(plan.jobs.sorts.values) { ($0.dataset, $0.format) < ($1.dataset, $1.format) }
    windows = Self.ranks(plan.jobs.cells.values.map(\.window)) { ($0.start, $0.end) < ($1.start, $1.end) }
  }

  /// Where each value would stand among the others; equal ones stand together.
  private static func ranks<Value>(_ values: [Value], _ isBefore: (Value, Value) -> Bool) -> [Int] {
    var ranks = [Int](repeating: 0, count: values.count)
    var rank = 0
    var last: Int?
    for index in values.indices.sorted(by: { isBefore(values[$0], values[$1]) }) {
      if let last, isBefore(values[last], values[index]) { rank += 1 }
      ranks[index] = rank
      last = index
    }
    return ranks
  }

  /// What is the same in every window.
  private struct Row: Hashable {
    var app: Int
    var sort: Int
  }

  private func groups(_ kind: PlanDifference.Kind, _ export: String, _ jobs: [Int]) -> [PlanDifference.Group] {
    let rows = plan.jobs.rows
    func order(_ job: Int) -> (Int, Int, Int) {
      (windows[Int(rows[job].cell)], apps[Int(rows[job].app)], sorts[Int(rows[job].sort)])
    }
    let jobs = jobs.sorted { order($0) < order($1) }
    var result: [PlanDifference.Group] = []
    var open: (rows: [Row], end: Instant)?
    var start = 0
    while start < jobs.count {
      let rank = windows[Int(rows[jobs[start]].cell)]
      let end = jobs[start...].firstIndex { windows[Int(rows[$0].cell)] != rank } ?? jobs.count
      let cell = plan.jobs.cells[rows[jobs[start]].cell]
      let ofWindow = jobs[start..<end].map { Row(app: Int(rows[$0].app), sort: Int(rows[$0].sort)) }
      if let last = open, last.end == cell.window.start, last.rows == ofWindow {
        result[result.count - 1].lastLabel = cell.label
        result[result.count - 1].jobs += jobs[start..<end]
      } else {
        let datasets = Set(ofWindow.map { plan.jobs.sorts.values[$0.sort].dataset }).sorted()
        let apps = Set(ofWindow.map(\.app)).map { plan.apps[$0].name }.sorted()
        result.append(
          PlanDifference.Group(
            kind: kind, export: export, firstLabel: cell.label, lastLabel: cell.label, apps: apps, datasets: datasets,
            jobs: Array(jobs[start..<end])))
      }
      open = (ofWindow, cell.window.end)
      start = end
    }
    return result
  }
}
