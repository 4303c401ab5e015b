// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun
import Foundation

/// How many events the scheduler takes: jobs that are submitted, seen to run, seen to have succeeded, and verified.
enum SchedulerBenchmark {
  static func run(jobs: Int) {
    for count in [jobs / 10, jobs] {
      let (events, seconds) = life(of: count)
      Figure(
        name: "scheduler: events, \(count) jobs", value: Double(events) / seconds, unit: "per second of CPU",
        atLeast: 1_000_000
      ).tell()
    }
  }

  private static func life(of count: Int) -> (events: Int, seconds: Double) {
    let start = Instant(seconds: 1_480_000_000)
    let plan = BenchmarkPlan.make(apps: 100, days: count / 100, active: 4000, activePerApp: 100)
    let rule = PollRule(first: .seconds(5), every: .seconds(5), growth: 1.5, most: .seconds(60))
    let limits = plan.services[0].limits
    var scheduler = Scheduler(
      plan, services: [.init(limits: limits, polling: PollPolicy(rule))], records: PlanRecords(plan),
      bounds: .init(active: 4000, collecting: 64))
    var random = SeededGenerator(seed: 1)
    var actions = scheduler.handle(.begin, at: start, using: &random)
    var (events, next) = (0, [Scheduler.Event]())
    let verification = Verification(.verified, artifacts: [])
    // One thread does it all: other work on the machine does not count.
    let began = Usage.cpu
    while !actions.isEmpty {
      next.removeAll(keepingCapacity: true)
      for action in actions {
        switch action {
        case .submit(let job, let attempt):
          next.append(.submitted(job: job, attempt: attempt, .success(TaskReceipt(id: "task"))))
          next.append(.polled(job: job, attempt: attempt, .success(TaskStatus(.running))))
          next.append(.polled(job: job, attempt: attempt, .success(TaskStatus(.succeeded))))
        case .collect(let job, let attempt, _, _):
          next.append(.collected(job: job, attempt: attempt, .success(verification)))
        case .record, .find, .poll, .list, .stop, .recall, .tidy, .notice, .finish: break
        }
      }
      actions.removeAll(keepingCapacity: true)
      events += next.count
      for event in next { scheduler.handle(event, at: start, using: &random, into: &actions) }
    }
    return (events, Usage.cpu - began)
  }
}

/// Plans of one export.
enum BenchmarkPlan {
  static func make(apps: Int, days: Int, active: Int, activePerApp: Int) -> Plan {
    let start = Instant(seconds: 1_480_000_000)
    var plan = Plan(name: "benchmark", asOf: start)
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
    let last = start.day
    for app in 0..<apps {
      for day in 0..<days {
        let date = last.adding(days: day - days)
        let window = Window(
          start: Instant(startOf: date), end: Instant(startOf: date.adding(days: 1)), zone: "UTC")
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
