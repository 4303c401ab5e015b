// SPDX-License-Identifier: Apache-2.0
import ExportPlan

/// Which jobs hold back which: each gate counts the members that are still to come.
struct Gates: Sendable {
  private var left: [Int]
  private let memberships: Memberships
  /// By gate: the jobs that wait for it.
  let dependents: [[Int]]

  init(_ plan: Plan) {
    left = plan.gates.map(\.members.count)
    memberships = Memberships(plan)
    var waiting = [[Int]](repeating: [], count: plan.gates.count)
    for (job, value) in plan.jobs.enumerated() {
      for gate in value.after { waiting[gate].append(job) }
    }
    dependents = waiting
  }

  /// Counts a member as done and tells the gates that are open now.
  mutating func passed(by member: Int) -> [Int] {
    memberships.gates(of: member).filter { gate in
      left[gate] -= 1
      return left[gate] == 0
    }
  }

  /// Every job that waits for a gate of this member.
  func dependents(of member: Int) -> [Int] { memberships.gates(of: member).flatMap { dependents[$0] } }
}
