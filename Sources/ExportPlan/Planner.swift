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
    var expansion = expanded()
    expansion.connect()
    let diagnostics = expansion.diagnostics
    return (diagnostics.hasErrors ? nil : expansion.plan, diagnostics)
  }

  /// The jobs of every export, without edges.
  func expanded() -> Expansion {
    var expansion = Expansion(manifest, traits: traits, inputs: inputs, asOf: asOf)
    for export in manifest.exports { expansion.add(export) }
    return expansion
  }
}

/// The plan as it grows.
struct Expansion {
  let manifest: Manifest
  let traits: [String: ServiceTraits]
  let asOf: Instant
  var plan: Plan
  var diagnostics = DiagnosticList()
  /// The jobs that an export wants of an app, whichever export planned them first.
  var wanted: [ExportOfApp: IndexRuns] = [:]
  private var known = KeyIndex()
  /// By export, and by the one that planned them: jobs that both want. Only then can jobs wait for themselves.
  private var shared: [Int: [Int: Int]] = [:]

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
    plan.notifications = manifest.notifications.map { PlannedNotification($0) }
    plan.apps = manifest.apps.map { app in
      var planned = PlannedApp(
        name: app.name.value, parameters: app.parameters.mapValues(\.value), labels: app.labels)
      planned.found = app.found
      return planned
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
    plan.exports.append(PlannedExport(export, service: service, destination: destination, datasets: datasets))
    let cells = Cells(of: export, asOf: asOf, datasets: datasets)
    for problem in cells.problems { diagnostics.add(problem) }
    let apps = apps(of: export)
    let setting = manifest.services.first { $0.name.value == export.service.value }
    let holds = TemplateHolds(export, service: setting, traits: traits, datasets: datasets)
    for problem in holds.problems(of: apps.map { manifest.apps[$0] }) { diagnostics.add(problem) }
    var expansion = ExportExpansion(
      export, index: index, in: &plan, traits: traits, datasets: datasets, cells: cells)

    let before = plan.jobs.count
    defer { remark(on: export, index, rows: cells.rows.count, own: plan.jobs.count - before) }
    for app in apps {
      let parameters = traits.appParameters.applied(to: plan.apps[app].parameters)
      guard add(app, parameters, &expansion) else { return }
      guard plan.jobs.count <= Planner.jobLimit else {
        diagnostics.add(
          Diagnostic(
            code: "P004", "the plan has more than \(Planner.jobLimit) jobs", at: export.name.place,
            help: "plan fewer apps or a shorter time at once"))
        return
      }
    }
  }

  /// Plans what an export wants of one app.
  /// - Returns: false after a diagnostic that would come again for every app.
  private mutating func add(
    _ app: Int, _ parameters: [String: JSONValue], _ export: inout ExportExpansion
  ) -> Bool {
    let columns = export.columns(of: manifest.apps[app], parameters: parameters)
    var jobs = IndexRuns()
    for row in export.rows.indices {
      for column in columns {
        guard column.isHistorical ? export.rows[row].isHistorical : export.rows[row].isSnapshot else { continue }
        if let days = column.days, !days.contain(export.rows[row].firstDay) { continue }
        let cell: Int
        do {
          cell = try export.cell(row, column.column, in: &plan.jobs)
        } catch {
          diagnostics.add(export.diagnostic(error, row, column.column))
          return false
        }
        var state = column.state
        state.add(export.rows[row].closing)
        jobs.append(
          index(of: JobKey(state.digest), app: app, sort: column.sort, cell: cell, for: export.index))
      }
    }
    if !jobs.isEmpty { wanted[ExportOfApp(export: export.index, app: app)] = jobs }
    return true
  }

  /// The job with this key: the one that is planned already, or a new one.
  private mutating func index(of key: JobKey, app: Int, sort: Int, cell: Int, for export: Int) -> Int {
    if let planned = known.find(key, orAddIn: plan.jobs.keys) {
      let owner = plan.jobs.export(of: planned)
      if owner != export || plan.jobs.app(of: planned) != app { shared[export, default: [:]][owner, default: 0] += 1 }
      return planned
    }
    plan.jobs.append(key, app: app, sort: sort, cell: cell)
    return plan.jobs.count - 1
  }

  /// Tells what a person would not expect of an export that was added.
  /// - Parameters:
  ///   - rows: windows that it asks for.
  ///   - own: jobs that nobody planned before.
  private mutating func remark(on export: ExportSetting, _ index: Int, rows: Int, own: Int) {
    var others = 0
    for (owner, count) in (shared[index] ?? [:]).sorted(by: { $0.key < $1.key }) where owner != index {
      others += count
      let differences = plan.exports[index].differences(from: plan.exports[owner])
      guard !differences.isEmpty else { continue }
      let jobs = "\(count) job\(count == 1 ? "" : "s")"
      diagnostics.add(
        Diagnostic(
          .warning, code: "P013",
          "\(jobs) of '\(export.name.value)' \(count == 1 ? "is" : "are") planned under "
            + "'\(plan.exports[owner].name)' already, whose settings hold", at: export.name.place,
          help: "they differ in \(differences.joined(separator: ", "))"))
    }
    guard own == 0, others == 0, !diagnostics.hasErrors else { return }
    diagnostics.add(
      Diagnostic(
        .warning, code: "P014", "'\(export.name.value)' plans nothing", at: export.name.place,
        help: rows > 0
          ? "no app, or 'include' and 'exclude' leave nothing"
          : export.window.last.map { "no ripe window begins in the \(DurationText.format($0.value)) of 'last'" }
            ?? (export.window.to == nil && export.window.through == nil
              ? "none of its windows is ripe at \(asOf)" : "its bounds hold no whole window")))
  }

  private func apps(of export: ExportSetting) -> [Int] {
    switch export.apps {
    case .all: return Array(manifest.apps.indices)
    case .named(let names):
      let names = Set(names.map(\.value))
      return manifest.apps.indices.filter { names.contains(manifest.apps[$0].name.value) }
    case .labelled(let labels):
      return manifest.apps.indices.filter {
        labels.matches(manifest.apps[$0].labels)
      }
    }
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
    if !shared.isEmpty { refuseCircle() }
  }

  /// Exports cannot wait for each other, but a job that two of them share can close a circle all the same.
  private mutating func refuseCircle() {
    guard let stuck = GateCircle.find(in: plan) else { return }
    let export = manifest.exports[plan.jobs[stuck].export]
    diagnostics.add(
      Diagnostic(
        code: "P006", "'\(plan.title(of: plan.jobs[stuck]))' waits for itself", at: export.name.place,
        help: "two exports that wait for one another ask for the same job: take it out of one"))
  }
}
