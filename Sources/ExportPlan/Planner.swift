// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest

/// Expands a manifest into a plan. A pure function: no clock, no network, no environment, no ledger.
public struct Planner: Sendable {
  /// More jobs than this are an error with a name, not a machine that runs out of memory.
  public static let jobLimit = 5_000_000

  private let manifest: Manifest
  private let traits: [String: ServiceTraits]
  private let inputs: [PlanInput]
  private let asOf: Instant

  /// - Parameters:
  ///   - traits: by the manifest's service names.
  ///   - inputs: every text that the manifest and the traits were read from.
  ///   - asOf: the instant that `last`, open ends and snapshots are reckoned from.
  public init(_ manifest: Manifest, traits: [String: ServiceTraits], inputs: [PlanInput], asOf: Instant) {
    (self.manifest, self.traits, self.inputs, self.asOf) = (manifest, traits, inputs, asOf)
  }

  /// The plan, or every reason why there is none. Expects a manifest that its rules accepted; what they refuse is
  /// left out here.
  public func plan() -> (plan: Plan?, diagnostics: DiagnosticList) {
    var expansion = Expansion(manifest, traits: traits, inputs: inputs, asOf: asOf)
    for export in manifest.exports { expansion.add(export) }
    expansion.connect()
    let diagnostics = expansion.diagnostics
    return (diagnostics.hasErrors ? nil : expansion.plan, diagnostics)
  }
}

/// The plan as it grows.
struct Expansion {
  let manifest: Manifest
  let traits: [String: ServiceTraits]
  let asOf: Instant
  var plan: Plan
  var diagnostics = DiagnosticList()
  /// Where a key was first planned.
  var jobOfKey: [JobKey: Int] = [:]
  /// The jobs that an export wants of an app, whichever export planned them first.
  var wanted: [ExportOfApp: [Int]] = [:]

  struct ExportOfApp: Hashable {
    var export: Int
    var app: Int
  }

  init(_ manifest: Manifest, traits: [String: ServiceTraits], inputs: [PlanInput], asOf: Instant) {
    (self.manifest, self.traits, self.asOf) = (manifest, traits, asOf)
    plan = Plan(name: manifest.name, asOf: asOf, inputs: inputs, secrets: manifest.secrets)
    plan.services = manifest.services.compactMap { setting in
      traits[setting.name.value].map { PlannedService(setting, $0) }
    }
    plan.destinations = manifest.destinations.map { PlannedDestination(name: $0.name.value, kind: $0.kind) }
    plan.apps = manifest.apps.map {
      PlannedApp(name: $0.name.value, parameters: $0.parameters.mapValues(\.value), labels: $0.labels)
    }
  }

  // MARK: One export

  mutating func add(_ export: ExportSetting) {
    let index = plan.exports.count
    guard let traits = traits[export.service.value],
      let service = plan.services.firstIndex(where: { $0.name == export.service.value }),
      let destination = plan.destinations.firstIndex(where: { $0.name == export.destination.value })
    else { return plan.exports.append(PlannedExport(name: export.name.value)) }
    let datasets = export.datasets.compactMap { traits.dataset(typed: $0.value) }
    plan.exports.append(PlannedExport(export, datasets: datasets))
    let cells = Cells(of: export, asOf: asOf, datasets: datasets)
    for problem in cells.problems { diagnostics.add(problem) }
    let formats = export.formats.isEmpty ? Array(traits.formats.prefix(1)) : export.formats.map(\.value)
    let matrix = Matrix(export, traits)

    for app in apps(of: export) {
      let parameters = traits.appParameters.applied(to: plan.apps[app].parameters)
      for (cell, cellDatasets) in cells.rows {
        for dataset in cellDatasets {
          let wanted = formats.filter {
            matrix.wants(manifest.apps[app], dataset: dataset, format: $0, day: cell.firstDay)
          }
          guard !wanted.isEmpty else { continue }
          guard let sent = sent(cell, dataset, export) else { return }
          for format in wanted {
            let content = JobContent(
              service: plan.services[service], app: parameters, dataset: dataset.name,
              options: plan.exports[index].options[dataset.name] ?? [:], format: format, window: cell.window,
              destination: plan.destinations[destination].kind)
            append(
              PlannedJob(
                key: content.key, export: index, app: app, service: service, destination: destination,
                dataset: dataset.name, format: format, kind: dataset.kind, window: cell.window, label: cell.label,
                sent: sent.value))
          }
        }
      }
      guard plan.jobs.count <= Planner.jobLimit else {
        diagnostics.add(
          Diagnostic(
            code: "P004", "the plan has more than \(Planner.jobLimit) jobs", at: export.name.place,
            help: "plan fewer apps or a shorter time at once"))
        return
      }
    }
  }

  private mutating func append(_ job: PlannedJob) {
    let index: Int
    if let known = jobOfKey[job.key] {
      index = known
    } else {
      index = plan.jobs.count
      jobOfKey[job.key] = index
      plan.jobs.append(job)
    }
    wanted[ExportOfApp(export: job.export, app: job.app), default: []].append(index)
  }

  private func apps(of export: ExportSetting) -> [Int] {
    manifest.apps.indices.filter { index in
      switch export.apps {
      case .all: true
      case .named(let names): names.contains { $0.value == manifest.apps[index].name.value }
      case .labelled(let labels): labels.allSatisfy { manifest.apps[index].labels[$0.key] == $0.value }
      }
    }
  }

  /// The window on the wire; `nil` after a diagnostic, once for an export.
  private mutating func sent(_ cell: WindowCell, _ dataset: DatasetTraits, _ export: ExportSetting) -> Sent? {
    guard let rule = dataset.window else { return Sent(value: nil) }
    do {
      return Sent(value: try rule.render(cell.window))
    } catch {
      diagnostics.add(error.diagnostic(cell: cell, dataset: dataset.name, export.window))
      return nil
    }
  }

  private struct Sent {
    var value: SentWindow?
  }

  // MARK: Edges

  /// Gates between exports and between the windows of one, made only where somebody waits.
  mutating func connect() {
    var edges = Edges(plan, wanted: wanted)
    for (index, export) in manifest.exports.enumerated() {
      for after in export.after {
        guard let before = manifest.exports.firstIndex(where: { $0.name.value == after.export.value }) else { continue }
        if !edges.hold(index, after: before, match: after.match) {
          diagnostics.add(
            Diagnostic(
              code: "P007",
              "'\(export.name.value)' and '\(after.export.value)' have no window in common, so nothing would wait",
              at: after.export.place, help: "give both the same 'every', 'zone' and bounds, or write match: app"))
        }
      }
      if export.order == .sequential { edges.holdInOrder(index) }
    }
    plan = edges.plan
    refuseCircle()
  }

  /// Exports cannot wait for each other, but a job that two of them share can close a circle all the same.
  private mutating func refuseCircle() {
    var left = plan.gates.map(\.members.count)
    var blockers = plan.jobs.map(\.after.count)
    var gatesOfJob: [Int: [Int]] = [:]
    var jobsOfGate: [Int: [Int]] = [:]
    for (gate, value) in plan.gates.enumerated() {
      for job in value.members { gatesOfJob[job, default: []].append(gate) }
    }
    for (job, value) in plan.jobs.enumerated() { for gate in value.after { jobsOfGate[gate, default: []].append(job) } }
    var free = plan.jobs.indices.filter { blockers[$0] == 0 }
    var count = 0
    while let job = free.popLast() {
      count += 1
      for gate in gatesOfJob[job] ?? [] {
        left[gate] -= 1
        guard left[gate] == 0 else { continue }
        for dependent in jobsOfGate[gate] ?? [] {
          blockers[dependent] -= 1
          if blockers[dependent] == 0 { free.append(dependent) }
        }
      }
    }
    guard count < plan.jobs.count, let stuck = plan.jobs.indices.first(where: { blockers[$0] > 0 }) else { return }
    let export = manifest.exports[plan.jobs[stuck].export]
    diagnostics.add(
      Diagnostic(
        code: "P006", "'\(plan.title(of: plan.jobs[stuck]))' waits for itself", at: export.name.place,
        help: "two exports that wait for one another ask for the same job: take it out of one"))
  }
}
