// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

extension Plan {
  /// A plan for tests of what comes after planning: two exports, the second after the first of the same app.
  ///
  /// - Parameters:
  ///   - snapshots: datasets of the first export, one job each.
  ///   - days: jobs of the second export, each of a window of so many days.
  public static func sample(
    apps: [String] = ["a", "b"], snapshots: [String] = ["tag"], days: Int = 2, daysEach: Int = 1,
    asOf: Instant = Instant(seconds: 1_480_000_000),
    limits: ServiceLimits = ServiceLimits(active: 8, activePerApp: 4), retry: RetrySetting = RetrySetting(),
    timeouts: TimeoutSetting = TimeoutSetting()
  ) -> Plan {
    var plan = Plan(name: "sample", asOf: asOf)
    plan.services = [
      PlannedService(
        name: "engagement", use: "scripted", description: "scripted", revision: 1, base: "https://service.example",
        parameters: [:], credential: .none, limits: limits, recovery: .marked)
    ]
    let lake = AzureContainerSetting(url: "https://store.example/container", credential: .sas(secret: "sas"))
    plan.destinations = [PlannedDestination(name: "lake", kind: .azureContainer(lake))]
    plan.apps = apps.map { PlannedApp(name: $0, parameters: ["app": .string($0)]) }
    let kinds = Dictionary(snapshots.map { ($0, DatasetTraits.Kind.snapshot) }, uniquingKeysWith: { first, _ in first })
    plan.exports = [("snapshots", kinds), ("history", ["event": .historical])].map { name, kinds in
      PlannedExport(name: name, datasets: kinds, retry: retry, timeouts: timeouts)
    }
    for app in apps.indices {
      let members = snapshots.map { dataset in
        plan.append(export: 0, app: app, dataset: dataset, kind: .snapshot, day: asOf.day)
      }
      if !members.isEmpty { plan.gates.append(PlannedGate(name: "snapshots/\(apps[app])", members: members)) }
      for day in 0..<days {
        let index = plan.append(
          export: 1, app: app, dataset: "event", kind: .historical,
          day: asOf.day.adding(days: (day - days) * daysEach), length: daysEach)
        if !members.isEmpty { plan.jobs[index].after = [plan.gates.count - 1] }
      }
    }
    return plan
  }

  private mutating func append(
    export: Int, app: Int, dataset: String, kind: DatasetTraits.Kind, day: CivilDate, length: Int = 1
  ) -> Int {
    let window = Window(
      start: Instant(startOf: day), end: Instant(startOf: day.adding(days: length)), zone: "UTC")
    let content = JobContent(
      service: services[0], app: apps[app].parameters, dataset: dataset, options: [:], format: "json",
      window: window, destination: destinations[0].kind)
    let sent =
      kind == .historical ? SentWindow(start: day.description, end: day.adding(days: length - 1).description) : nil
    jobs.append(
      PlannedJob(
        key: content.key, export: export, app: app, dataset: dataset, format: "json", kind: kind, window: window,
        label: day.description, sent: sent))
    return jobs.count - 1
  }
}
