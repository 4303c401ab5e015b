// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

extension Plan {
  /// The plan of some of its jobs (ascending indexes): tables hold what these need, gates the members that are left.
  func keeping(_ kept: [Int]) -> SelectedPlan {
    guard kept.count < jobs.count else { return SelectedPlan(plan: self, total: jobs.count, unawaited: []) }
    let uses = Uses(kept, of: self)
    var newIndex = [Int?](repeating: nil, count: jobs.count)
    for (new, old) in kept.enumerated() { newIndex[old] = new }

    var unawaited: Set<Int> = []
    var newGates: [PlannedGate] = []
    var gateIndex: [Int: Int] = [:]
    for gate in uses.gates.sorted() {
      let members = gates[gate].members.compactMap { newIndex[$0] }
      if members.count < gates[gate].members.count {
        unawaited.formUnion(gates[gate].members.filter { newIndex[$0] == nil })
      }
      guard !members.isEmpty else { continue }
      gateIndex[gate] = newGates.count
      newGates.append(PlannedGate(name: gates[gate].name, members: members))
    }
    let (exportIndex, appIndex) = (Self.renumbered(uses.exports), Self.renumbered(uses.apps))
    let (serviceIndex, destinationIndex) = (Self.renumbered(uses.services), Self.renumbered(uses.destinations))
    let newExports = uses.exports.sorted().map { index -> PlannedExport in
      var export = exports[index]
      export.service = serviceIndex[export.service] ?? export.service
      export.destination = destinationIndex[export.destination] ?? export.destination
      return export
    }
    var plan = Plan(
      name: name, asOf: asOf, inputs: inputs, services: uses.services.sorted().map { services[$0] },
      destinations: uses.destinations.sorted().map { destinations[$0] }, apps: uses.apps.sorted().map { apps[$0] },
      exports: newExports, gates: newGates,
      jobs: jobs.keeping(kept, exports: exportIndex, apps: appIndex, gates: gateIndex))
    plan.otherWindows = otherWindows(besides: plan, exports: exportIndex)
    plan.notifications = notifications
    plan.secrets = secrets.filter { plan.secretNames.contains($0.key) }
    return SelectedPlan(plan: plan, total: jobs.count, unawaited: unawaited.sorted())
  }

  /// What `lookback` and `catch_up` of the part count, and its jobs do not have.
  private func otherWindows(besides part: Plan, exports index: [Int: Int]) -> [PlannedWindow] {
    guard part.exports.contains(where: { $0.lookback > 0 || $0.catchUp != nil }) else { return [] }
    let historical = historicalWindows.map { Set($0) }
    let there = part.historicalWindows.map { Set($0) }
    return PlannedWindow.all(of: self).compactMap { window in
      guard let export = index[window.export], historical[window.export].contains(window.window),
        !there[export].contains(window.window), part.exports[export].lookback > 0 || part.exports[export].catchUp != nil
      else { return nil }
      return PlannedWindow(export: export, label: window.label, window: window.window)
    }
  }

  /// Indexes into the tables.
  private struct Uses {
    var exports: Set<Int> = []
    var apps: Set<Int> = []
    var services: Set<Int> = []
    var destinations: Set<Int> = []
    var gates: Set<Int> = []

    init(_ kept: [Int], of plan: Plan) {
      var (sorts, lists): (Set<UInt32>, Set<UInt32>) = ([], [])
      for index in kept {
        let row = plan.jobs.rows[index]
        apps.insert(Int(row.app))
        sorts.insert(row.sort)
        lists.insert(row.after)
      }
      exports = Set(sorts.map { plan.jobs.sorts[$0].export })
      gates = Set(lists.flatMap { plan.jobs.waits[$0] })
      services = Set(exports.map { plan.exports[$0].service })
      destinations = Set(exports.map { plan.exports[$0].destination })
      // What files are staged in is needed by where they land.
      for case .directory(_, let staging?, _) in destinations.map({ plan.destinations[$0].kind }) {
        if let index = plan.destinations.firstIndex(where: { $0.name == staging }) { destinations.insert(index) }
      }
    }
  }

  private static func renumbered(_ used: Set<Int>) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: used.sorted().enumerated().map { ($1, $0) })
  }

  /// Secrets that services, destinations and those who are told are reached with.
  private var secretNames: Set<String> {
    var names = Set(services.compactMap(\.credential.secret) + services.flatMap(\.secrets.values))
    for case .azureContainer(let container) in destinations.map(\.kind) {
      if let secret = container.credential.secret { names.insert(secret) }
    }
    for notification in notifications { names.formUnion(notification.secrets) }
    return names
  }
}
