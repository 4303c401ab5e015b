// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// Plans of one export, for works that begin with one.
enum CountedPlan {
  static let start = Instant(seconds: 1_480_000_000)

  static func make(apps: Int, days: Int, active: Int, activePerApp: Int) -> Plan {
    var plan = Plan(name: "counts", asOf: start)
    plan.services = [
      PlannedService(
        name: "engagement", use: "memory", description: "memory", revision: 1, base: "https://service.example",
        parameters: [:], credential: .none, limits: ServiceLimits(active: active, activePerApp: activePerApp),
        recovery: .marked)
    ]
    plan.destinations = [
      PlannedDestination(
        name: "lake", kind: .azureContainer(.init(url: "https://store.example/c", credential: .sas(secret: "sas"))))
    ]
    plan.apps = (0..<apps).map { PlannedApp(name: "app-\($0)", parameters: ["app": .string("app-\($0)")]) }
    plan.exports = [PlannedExport(name: "history", datasets: ["event": .historical])]
    plan.jobs.reserveCapacity(apps * days)
    for app in 0..<apps {
      for day in 0..<days {
        let date = start.day.adding(days: day - days)
        let window = Window(start: Instant(startOf: date), end: Instant(startOf: date.adding(days: 1)), zone: "UTC")
        plan.jobs.append(
          PlannedJob(
            key: JobKey(Digest(of: "\(app)/\(day)")), export: 0, app: app, dataset: "event", format: "json",
            kind: .historical, window: window, label: date.description,
            sent: SentWindow(start: date.description, end: date.description)))
      }
    }
    return plan
  }
}
