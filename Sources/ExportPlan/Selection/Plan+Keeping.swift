// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

extension Plan {
  /// The plan of some of its jobs (ascending indexes): tables hold what these need, gates the members that are left.
  func keeping(_ kept: [Int]) -> SelectedPlan {
    guard kept.count < jobs.count else { return SelectedPlan(plan: self, total: jobs.count, unawaited: 0) }
    var uses = Uses()
    for index in kept { uses.add(jobs[index]) }
    var isKept = [Bool](repeating: false, count: jobs.count)
    var newIndex = [Int](repeating: 0, count: jobs.count)
    for (new, old) in kept.enumerated() { (isKept[old], newIndex[old]) = (true, new) }

    var unawaited: Set<Int> = []
    var newGates: [PlannedGate] = []
    var gateIndex: [Int: Int] = [:]
    for gate in uses.gates.sorted() {
      let members = gates[gate].members.filter { isKept[$0] }
      if members.count < gates[gate].members.count { unawaited.formUnion(gates[gate].members.filter { !isKept[$0] }) }
      guard !members.isEmpty else { continue }
      gateIndex[gate] = newGates.count
      newGates.append(PlannedGate(name: gates[gate].name, members: members.map { newIndex[$0] }))
    }
    // What files are staged in is needed by where they land.
    for case .directory(_, let staging?) in uses.destinations.map({ destinations[$0].kind }) {
      if let index = destinations.firstIndex(where: { $0.name == staging }) { uses.destinations.insert(index) }
    }
    let (exportIndex, appIndex) = (Self.renumbered(uses.exports), Self.renumbered(uses.apps))
    let (serviceIndex, destinationIndex) = (Self.renumbered(uses.services), Self.renumbered(uses.destinations))
    let newJobs = kept.map { old -> PlannedJob in
      var job = jobs[old]
      job.export = exportIndex[job.export] ?? job.export
      job.app = appIndex[job.app] ?? job.app
      job.service = serviceIndex[job.service] ?? job.service
      job.destination = destinationIndex[job.destination] ?? job.destination
      job.after = job.after.compactMap { gateIndex[$0] }
      return job
    }
    var plan = Plan(
      name: name, asOf: asOf, inputs: inputs, services: uses.services.sorted().map { services[$0] },
      destinations: uses.destinations.sorted().map { destinations[$0] }, apps: uses.apps.sorted().map { apps[$0] },
      exports: uses.exports.sorted().map { exports[$0] }, gates: newGates, jobs: newJobs)
    plan.secrets = secrets.filter { plan.secretNames.contains($0.key) }
    return SelectedPlan(plan: plan, total: jobs.count, unawaited: unawaited.count)
  }

  /// Indexes into the tables.
  private struct Uses {
    var exports: Set<Int> = []
    var apps: Set<Int> = []
    var services: Set<Int> = []
    var destinations: Set<Int> = []
    var gates: Set<Int> = []

    mutating func add(_ job: PlannedJob) {
      exports.insert(job.export)
      apps.insert(job.app)
      services.insert(job.service)
      destinations.insert(job.destination)
      gates.formUnion(job.after)
    }
  }

  private static func renumbered(_ used: Set<Int>) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: used.sorted().enumerated().map { ($1, $0) })
  }

  /// Secrets that services and destinations are reached with.
  private var secretNames: Set<String> {
    var names: Set<String> = []
    for service in services {
      switch service.credential {
      case .none: break
      case .bearer(let secret): names.insert(secret)
      case .azureClient(let client): names.insert(client.secret)
      }
    }
    for case .azureContainer(let container) in destinations.map(\.kind) {
      switch container.credential {
      case .accountKey(let secret), .sas(let secret): names.insert(secret)
      }
    }
    return names
  }
}
