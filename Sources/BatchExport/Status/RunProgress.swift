// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// Where the due jobs of a run stand: the fold of its events so far. Pure.
public struct RunProgress: Sendable {
  private let dues: [Due]
  /// Per job of the plan; empty without the plan.
  private let ofJob: [JobState]
  /// By state, jobs that were due; none of them is told as ready but what came back from an attempt.
  public let states: [JobState: Int]

  /// - Parameters:
  ///   - plan: `nil` when it is not there: then jobs that nothing has happened to are counted, not named.
  ///   - dues: per job of the plan, when the run began.
  ///   - splits: jobs that are in parts.
  public init(_ plan: Plan?, dues: [Due], events: some Sequence<JournalEvent>, splits: [JobKey: [JobPart]] = [:]) {
    self.dues = dues
    var known: [JobKey: JobRecord] = [:]
    for event in events { known[event.key, default: JobRecord()].apply(event) }
    guard let plan, plan.jobs.count == dues.count else {
      ofJob = []
      // Parts are jobs of their own in the journal; what is due is their wholes.
      for part in splits.values.joined() + known.values.flatMap({ $0.parts ?? [] }) { known[part.key] = nil }
      var states = Dictionary(grouping: known.values.lazy.map(\.state)) { $0 }.mapValues(\.count)
      let untouched = dues.count(where: \.isDue) - known.count
      if untouched > 0 { states[.waiting, default: 0] += untouched }
      self.states = states
      return
    }
    ofJob = zip(plan.jobs.keys, dues).map { key, due in
      guard due.isDue else { return .planned }
      return known[key]?.state ?? (splits[key] != nil ? .split : due == .inFlight ? .submitted : .waiting)
    }
    states = Dictionary(grouping: zip(ofJob, dues).lazy.filter { $0.1.isDue }.map { $0.0 }) { $0 }.mapValues(\.count)
  }

  /// What is due now, without jobs that are over in this run.
  public func left(_ now: [Due]) -> [Due] {
    guard ofJob.count == now.count else { return now }
    return zip(now, ofJob).map { $0.isDue && $1.isFinal ? .alreadyExported : $0 }
  }

  /// Jobs that wait for a start and for no other job, by place of their service in the plan: those that nothing has
  /// happened to and whose gates are passed, and those that came back from an attempt.
  public func ready(of plan: Plan, records: PlanRecords) -> (untouched: Int, byService: [Int]) {
    var (untouched, byService) = (0, [Int](repeating: 0, count: plan.services.count))
    guard !ofJob.isEmpty else { return (0, byService) }
    let isShut = plan.gates.map { $0.members.contains { Self.isOpen($0, records) } }
    for job in plan.jobs.indices where dues[job].isDue {
      let isNew = ofJob[job] == .waiting && !plan.jobs[job].after.contains { isShut[$0] }
      guard isNew || ofJob[job] == .ready else { continue }
      if isNew { untouched += 1 }
      byService[plan.exports[plan.jobs.export(of: job)].service] += 1
    }
    return (untouched, byService)
  }

  /// There is no good result of it.
  private static func isOpen(_ job: Int, _ records: PlanRecords) -> Bool { records.brief(of: job)?.isGood != true }

  /// Gates with open members that jobs of the run wait for; those that hold most first.
  public func gates(of plan: Plan, records: PlanRecords) -> [RunStatus.Gate] {
    guard !ofJob.isEmpty, !plan.gates.isEmpty else { return [] }
    var waiting = [Int](repeating: 0, count: plan.gates.count)
    for job in plan.jobs.indices where dues[job].isDue && ofJob[job] == .waiting {
      for gate in plan.jobs[job].after { waiting[gate] += 1 }
    }
    let isOpen = { Self.isOpen($0, records) }
    return plan.gates.indices.filter { waiting[$0] > 0 }.compactMap { gate -> RunStatus.Gate? in
      let members = plan.gates[gate].members
      let open = members.count(where: isOpen)
      guard open > 0 else { return nil }
      return RunStatus.Gate(name: plan.gates[gate].name, waiting: waiting[gate], members: members.count, open: open)
    }.sorted { ($1.waiting, $0.name) < ($0.waiting, $1.name) }
  }
}
