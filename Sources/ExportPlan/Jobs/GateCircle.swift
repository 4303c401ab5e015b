// SPDX-License-Identifier: Apache-2.0

/// Looks for jobs that wait for themselves.
enum GateCircle {
  /// The first job, in the plan's order, that could never start; `nil` when there is none.
  static func find(in plan: Plan) -> Int? {
    let jobs = plan.jobs
    let memberships = Memberships(plan)
    // Jobs with the same list of gates become free together.
    var jobsOfList = [[Int]](repeating: [], count: jobs.waits.values.count)
    for (job, row) in jobs.rows.enumerated() { jobsOfList[Int(row.after)].append(job) }
    var listsOfGate = [[Int]](repeating: [], count: plan.gates.count)
    for (list, gates) in jobs.waits.values.enumerated() { for gate in gates { listsOfGate[gate].append(list) } }

    var membersLeft = plan.gates.map(\.members.count)
    var gatesLeft = jobs.waits.values.map(\.count)
    var free = gatesLeft.indices.filter { gatesLeft[$0] == 0 }
    while let list = free.popLast() {
      for job in jobsOfList[list] {
        for gate in memberships.gates(of: job) {
          membersLeft[gate] -= 1
          guard membersLeft[gate] == 0 else { continue }
          for waiting in listsOfGate[gate] {
            gatesLeft[waiting] -= 1
            if gatesLeft[waiting] == 0 { free.append(waiting) }
          }
        }
      }
    }
    return jobs.rows.firstIndex { gatesLeft[Int($0.after)] > 0 }
  }
}

/// Which gates each job is a member of: two flat arrays.
public struct Memberships: Sendable {
  /// By job: where its gates begin; one more at the end.
  private var starts: [UInt32]
  private var gates: [UInt32]

  public init(_ plan: Plan) {
    starts = [UInt32](repeating: 0, count: plan.jobs.count + 1)
    for gate in plan.gates { for member in gate.members { starts[member + 1] += 1 } }
    for job in plan.jobs.indices { starts[job + 1] += starts[job] }
    gates = [UInt32](repeating: 0, count: Int(starts[plan.jobs.count]))
    var next = starts
    for (gate, value) in plan.gates.enumerated() {
      for member in value.members {
        gates[Int(next[member])] = UInt32(gate)
        next[member] += 1
      }
    }
  }

  /// Ascending.
  public func gates(of job: Int) -> some RandomAccessCollection<Int> {
    gates[Int(starts[job])..<Int(starts[job + 1])].lazy.map { Int($0) }
  }
}
