// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

/// Plans of one manifest, drawn once and made for any day: a later one has the windows that came since.
struct SimulatedPlans {
  struct Export {
    var name: String
    var datasets: [String]
    var kind: DatasetTraits.Kind
    /// Days back from the first as-of.
    var days = 0
    /// Days of each window.
    var length = 1
    /// Waits for the snapshots, of its app or of all apps.
    var waits: AfterSetting.Match?
    var isSequential = false
    var setting: PlannedExport
  }

  let asOf: Instant
  private(set) var apps: [String]
  private(set) var exports: [Export] = []
  private(set) var limits: ServiceLimits
  let recovery: RecoveryClass

  init(drawing world: SimulatedWorld, asOf: Instant, recovery: RecoveryClass, shortTimeouts: Bool, longWindows: Bool) {
    (self.asOf, self.recovery) = (asOf, recovery)
    apps = ["a", "b", "c"].dropLast(world.draw(0...2))
    limits = ServiceLimits(active: world.draw(1...6), activePerApp: recovery == .single ? 1 : world.draw(1...3))
    if world.isDrawn(200) { limits.submitsPerSecond = Double(world.draw(1...4)) / 2 }
    if world.isDrawn(200) { limits.callsPerSecond = Double(world.draw(1...10)) }
    if world.isDrawn(200) {
      limits.starts = [StartLimit(most: world.draw(2...8), every: .seconds(world.draw(60...1200)))]
    }
    if world.isDrawn(50) {
      let reset = StartLimit.Reset(minute: world.draw(0...1439), zone: "America/Chicago")
      limits.starts.append(StartLimit(most: world.draw(30...60), every: .seconds(86_400), resets: reset))
    }
    for verb in CallLimit.Verb.allCases where world.isDrawn(80) {
      limits.calls.append(CallLimit(verb, most: world.draw(1...8), every: .seconds(world.draw(2...60))))
    }
    let snapshots = world.draw(0...2)
    if snapshots > 0 {
      exports.append(
        Export(
          name: "snapshots", datasets: ["push", "tag"].dropLast(2 - snapshots), kind: .snapshot,
          setting: Self.setting("snapshots", world, shortTimeouts)))
    }
    for (name, dataset) in [("history", "event"), ("archive", "job")].dropLast(world.draw(0...1)) {
      var export = Export(
        name: name, datasets: [dataset], kind: .historical, days: world.draw(1...3),
        setting: Self.setting(name, world, shortTimeouts))
      if longWindows { export.length = world.draw(1...4) }
      if snapshots > 0, world.isDrawn(600) { export.waits = world.isDrawn(600) ? .app : .all }
      export.isSequential = world.isDrawn(250)
      if world.isDrawn(300) { export.setting.lookback = world.draw(1...2) }
      exports.append(export)
    }
  }

  private static func setting(_ name: String, _ world: SimulatedWorld, _ shortTimeouts: Bool) -> PlannedExport {
    let isHasty = shortTimeouts && world.isDrawn(300)
    var export = PlannedExport(
      name: name,
      retry: RetrySetting(
        attempts: world.draw(2...5), first: .seconds(world.draw(1...3)), most: .seconds(world.draw(5...60)),
        coolDown: .seconds(world.draw(0...20))),
      timeouts: TimeoutSetting(
        queued: .seconds(isHasty ? world.draw(30...120) : 3600),
        running: .seconds(isHasty ? world.draw(60...200) : 3600),
        total: .seconds(isHasty ? world.draw(120...300) : 7200), then: world.isDrawn(400) ? .resubmit : .abandon))
    export.priority = world.draw(-1...1)
    if world.isDrawn(300) { export.limits.active = world.draw(1...3) }
    if world.isDrawn(300) { export.limits.activePerApp = world.draw(1...2) }
    if world.isDrawn(150) { export.maxFailures = world.draw(1...2) }
    return export
  }

  /// The plan as of some days later.
  func plan(later days: Int) -> Plan {
    let asOf = asOf.advanced(by: .seconds(86_400 * days))
    var plan = Plan(name: "simulated", asOf: asOf)
    plan.services = [
      PlannedService(
        name: "engagement", use: "simulated", description: "simulated", revision: 1, base: "https://service.example",
        parameters: [:], credential: .none, limits: limits.ofPlans, recovery: recovery)
    ]
    let lake = AzureContainerSetting(url: "https://store.example/container", credential: .sas(secret: "sas"))
    plan.destinations = [PlannedDestination(name: "lake", kind: .azureContainer(lake))]
    plan.apps = apps.map { PlannedApp(name: $0, parameters: ["app": .string($0)]) }
    var snapshots: [Int: [Int]] = [:]
    for (index, export) in exports.enumerated() {
      var setting = export.setting
      setting.datasets = Dictionary(
        export.datasets.map { ($0, export.kind) }, uniquingKeysWith: { first, _ in first })
      plan.exports.append(setting)
      let everything = snapshots.keys.sorted().flatMap { snapshots[$0] ?? [] }
      if export.waits == .all { plan.gates.append(PlannedGate(name: "snapshots", members: everything)) }
      let commonGate = plan.gates.count - 1
      for app in apps.indices {
        var after: [Int] = []
        switch export.waits {
        case .all: after = [commonGate]
        case .app, .window:
          plan.gates.append(PlannedGate(name: "snapshots/\(apps[app])", members: snapshots[app] ?? []))
          after = [plan.gates.count - 1]
        case nil: break
        }
        if export.kind == .snapshot {
          for dataset in export.datasets {
            let job = plan.append(export: index, app: app, dataset: dataset, kind: .snapshot, from: asOf.day, days: 1)
            snapshots[app, default: []].append(job)
          }
          continue
        }
        var before: Int?
        for day in stride(from: -export.days, through: days - 1, by: export.length) where day + export.length <= days {
          let job = plan.append(
            export: index, app: app, dataset: export.datasets[0], kind: .historical,
            from: self.asOf.day.adding(days: day), days: export.length)
          plan.jobs[job].after = after
          if export.isSequential, let before {
            plan.gates.append(PlannedGate(name: "\(export.name)/\(apps[app])", members: [before]))
            plan.jobs[job].after = after + [plan.gates.count - 1]
          }
          before = job
        }
      }
    }
    return plan
  }

  /// What the engine is told of the service.
  func traits(drawing world: SimulatedWorld) -> ServiceTraits {
    let rule = PollRule(
      first: .seconds(world.draw(1...5)), every: .seconds(world.draw(2...10)), growth: 1.5,
      most: .seconds(world.draw(20...60)))
    let days = WindowRule(unit: .day, render: .date, end: .open)
    var traits = ServiceTraits(
      name: "simulated", revision: 1, digest: Digest(of: ""), base: "https://service.example", parameters: [],
      appParameters: [],
      datasets: [
        DatasetTraits(name: "push", kind: .snapshot), DatasetTraits(name: "tag", kind: .snapshot),
        DatasetTraits(name: "event", kind: .historical, window: days),
        DatasetTraits(name: "job", kind: .historical, window: days),
      ], formats: ["json"], limits: limits, recovery: recovery, polling: rule)
    traits.listPage = world.isDrawn(500) ? world.draw(1...10) : nil
    traits.canCancel = world.isDrawn(600)
    if recovery == .token { traits.tokenLife = .seconds(3600) }
    return traits
  }
}

extension ServiceLimits {
  /// What a plan has of them.
  fileprivate var ofPlans: ServiceLimits {
    var limits = self
    (limits.calls, limits.starts) = ([], [])
    return limits
  }
}

extension Plan {
  fileprivate mutating func append(
    export: Int, app: Int, dataset: String, kind: DatasetTraits.Kind, from day: CivilDate, days: Int
  ) -> Int {
    let last = day.adding(days: days)
    let window = Window(start: Instant(startOf: day), end: Instant(startOf: last), zone: "UTC")
    let content = JobContent(
      service: services[0], app: apps[app].parameters, dataset: dataset, options: [:], format: "json",
      window: window, destination: destinations[0].kind)
    let sent = kind == .historical ? SentWindow(start: day.description, end: last.description) : nil
    jobs.append(
      PlannedJob(
        key: content.key, export: export, app: app, dataset: dataset, format: "json", kind: kind, window: window,
        label: day.description, sent: sent))
    return jobs.count - 1
  }
}
