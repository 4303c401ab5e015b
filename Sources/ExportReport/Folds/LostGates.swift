// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

extension RunReport {
  /// Jobs that no run will do while the manifest says what it says: they wait for what no run brings back.
  public var waitingInVain: [ReportedJob] {
    let lost = lostGates
    guard !lost.isEmpty else { return [] }
    return jobs.filter { $0.isNotBegun && $0.job.after.contains(where: lost.contains) }
  }

  /// Jobs that a run that is given again has something to do for.
  public var leftCount: Int { jobs.count { $0.state != .verified } - waitingInVain.count }

  /// Gates with a member that there is no good result of and that no run brings back, or that waits for such a one itself.
  var lostGates: Set<Int> {
    let gates = plan.plan.gates
    guard !gates.isEmpty else { return [] }
    var isLost = header.dues.map { CoverageStatus($0, nil).isLost }
    var states = jobs.lazy.map(\.isNotBegun).makeIterator()
    let waits = header.dues.map { $0.isDue ? states.next() ?? false : false }
    var lost: Set<Int> = []
    while true {
      let more = gates.indices.filter { gate in
        !lost.contains(gate) && gates[gate].members.contains { $0 < isLost.count && isLost[$0] }
      }
      guard !more.isEmpty else { return lost }
      lost.formUnion(more)
      for index in waits.indices where waits[index] && !isLost[index] {
        isLost[index] = plan.plan.jobs[index].after.contains(where: lost.contains)
      }
    }
  }
}
