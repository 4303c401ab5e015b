// SPDX-License-Identifier: Apache-2.0
import ExportPlan

/// Which jobs hold back which: each gate counts the members that are still to come. Jobs that wait for the same gates are
/// counted as one.
struct Gates: Sendable {
  private var membersLeft: [Int]
  private let memberships: Memberships
  /// By gate: numbers of `JobTable.waiting(of:)`.
  private let waitingOfGate: [[Int]]
  /// By that number: the jobs of this run that wait, and how many of their gates are closed.
  private var jobs: [Int: [Int]] = [:]
  private var gatesLeft: [Int]

  /// - Parameter waiting: jobs that are to be done and may have to wait.
  init(_ plan: Plan, waiting: some Sequence<Int>) {
    membersLeft = plan.gates.map(\.members.count)
    memberships = Memberships(plan)
    var waitingOfGate = [[Int]](repeating: [], count: plan.gates.count)
    gatesLeft = (0..<plan.jobs.waitingCount).map { number in
      let gates = plan.jobs.gates(ofWaiting: number)
      for gate in gates { waitingOfGate[gate].append(number) }
      return gates.count { plan.gates[$0].members.count > 0 }
    }
    self.waitingOfGate = waitingOfGate
    for job in waiting { jobs[plan.jobs.waiting(of: job), default: []].append(job) }
  }

  /// Jobs that wait for no gate any more.
  func isOpen(_ number: Int) -> Bool { gatesLeft[number] == 0 }

  /// Counts a member as done and tells the jobs that wait for nothing more.
  mutating func passed(by member: Int) -> [Int] {
    var open: [Int] = []
    for gate in memberships.gates(of: member) {
      membersLeft[gate] -= 1
      guard membersLeft[gate] == 0 else { continue }
      for number in waitingOfGate[gate] {
        gatesLeft[number] -= 1
        if gatesLeft[number] == 0 { open += jobs[number] ?? [] }
      }
    }
    return open
  }

  /// Every job of this run that waits for a gate of this member; empty the second time.
  mutating func abandoned(by member: Int) -> [Int] {
    memberships.gates(of: member).flatMap { gate in
      waitingOfGate[gate].flatMap { jobs.removeValue(forKey: $0) ?? [] }
    }
  }
}
