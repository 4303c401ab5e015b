// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Numbers for what jobs are called, the same in two plans, so that a million names are compared without being made.
struct JobNames {
  private var numbers: [String: UInt32] = [:]

  private mutating func number(_ text: String) -> UInt32 {
    if let known = numbers[text] { return known }
    let new = UInt32(numbers.count)
    numbers[text] = new
    return new
  }

  struct Name: Hashable {
    var app: UInt32
    /// Of export, dataset and format together.
    var sort: UInt32
    var label: UInt32
  }

  /// One of the two plans.
  struct Side {
    let plan: Plan
    private let apps: [UInt32]
    private let sorts: [UInt32]
    private let labels: [UInt32]
    /// By list of gates: of their names together.
    private let waits: [UInt32]

    init(_ plan: Plan, _ names: inout JobNames) {
      self.plan = plan
      apps = plan.apps.map { names.number($0.name) }
      sorts = plan.jobs.sorts.values.map { sort in
        names.number([plan.exports[sort.export].name, sort.dataset, sort.format].joined(separator: "\n"))
      }
      labels = plan.jobs.cells.values.map { names.number($0.label) }
      waits = plan.jobs.waits.values.map { gates in
        names.number(gates.map { plan.gates[$0].name }.sorted().joined(separator: "\n"))
      }
    }

    private func name(_ job: Int) -> Name {
      let row = plan.jobs.rows[job]
      return Name(app: apps[Int(row.app)], sort: sorts[Int(row.sort)], label: labels[Int(row.cell)])
    }

    /// Indexes of jobs: added and changed of the other side, removed of this one.
    func compared(with other: Side) -> (added: [Int], removed: [Int], changed: [PlanDifference.Change: [Int]]) {
      var known: [Name: UInt32] = [:]
      known.reserveCapacity(plan.jobs.count)
      for job in plan.jobs.indices { known[name(job)] = UInt32(job) }
      var isMet = [Bool](repeating: false, count: plan.jobs.count)
      var (added, changed): ([Int], [PlanDifference.Change: [Int]]) = ([], [:])
      for job in other.plan.jobs.indices {
        guard let mine = known[other.name(job)].map({ Int($0) }) else {
          added.append(job)
          continue
        }
        isMet[mine] = true
        if let change = change(mine, other, job) { changed[change, default: []].append(job) }
      }
      return (added, plan.jobs.indices.filter { !isMet[$0] }, changed)
    }

    private func change(_ mine: Int, _ other: Side, _ theirs: Int) -> PlanDifference.Change? {
      if plan.jobs.keys[mine] != other.plan.jobs.keys[theirs] { return .key }
      let (a, b) = (plan.jobs.rows[mine], other.plan.jobs.rows[theirs])
      let waitsOtherwise = waits[Int(a.after)] != other.waits[Int(b.after)]
      let isSentOtherwise = plan.jobs.cells[a.cell].sent != other.plan.jobs.cells[b.cell].sent
      switch (waitsOtherwise, isSentOtherwise) {
      case (true, true): return .waitsAndSent
      case (true, false): return .waits
      case (false, true): return .sent
      case (false, false): return nil
      }
    }
  }
}
