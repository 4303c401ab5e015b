// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

/// Which of the jobs that are ready start, and how many of an export.
@Suite struct PriorityTests {
  private static let start = Instant(seconds: 1_480_000_000)

  /// The first export has a job of `tag` for each app, the second `days` of history; nobody waits for anybody.
  private static func plan(apps: [String], days: Int, change: (inout [PlannedExport]) -> Void) -> Plan {
    var plan = Plan.sample(apps: apps, snapshots: ["tag", "token", "device"], days: days)
    plan.gates = []
    for job in plan.jobs.indices { plan.jobs[job].after = [] }
    change(&plan.exports)
    return plan
  }

  /// Seed 51042 of the simulation: a run of a part of the plan did not count the task for the export.
  @Test func `a live task of an app that this plan does not have takes its place in the export's limit`() async throws {
    let harness = try RunHarness()
    let whole = Plan.sample(apps: ["a", "b"], snapshots: [], days: 1)
    let journal = try Journal(directory: harness.directory, now: harness.clock.now)
    let events = [JournalEvent(.intent(attempt: 1), of: whole.jobs.keys[0], at: harness.clock.now)]
    try await journal.append(events, titles: [whole.jobs.keys[0]: "history/a/event/2016-11-23"])
    await journal.close()
    var part = Plan.sample(apps: ["b"], snapshots: [], days: 1)
    part.exports[1].limits.active = 1

    let service = ScriptedService()
    let result = try await harness.run(part, service)

    #expect(result.states == [.ready])
    #expect(await service.tasks.isEmpty)
  }

  private static func scheduler(
    _ plan: Plan, active: Int, perApp: Int = 100, records: [JobKey: JobRecord] = [:]
  ) -> Scheduler {
    let rule = PollRule(first: .seconds(1), every: .seconds(1), growth: 1, most: .seconds(1))
    let limits = ServiceLimits(active: active, activePerApp: perApp)
    return Scheduler(plan, services: [.init(limits: limits, polling: PollPolicy(rule))], records: records)
  }

  /// What a whole run of tasks that end in the order in which they were made did.
  private struct Trace {
    /// Jobs in the order of their submits.
    var started: [Int] = []
    /// The most live tasks of the second export, and of it for one app.
    var mostLive = 0
    var mostLiveOfApp = 0
    var isFinished = false
    /// A job that was ready stood still although every limit had room.
    var idled: Int?
  }

  /// A job that is ready and that no limit holds back.
  private static func startable(_ scheduler: Scheduler, live: [Int], _ limits: ServiceLimits) -> Int? {
    guard live.count < limits.active else { return nil }
    let jobs = scheduler.plan.jobs
    return jobs.indices.first { job in
      guard scheduler.state(of: job) == .ready else { return false }
      let (app, export) = (jobs[job].app, jobs[job].export)
      let own = scheduler.plan.exports[export].limits
      let ofExport = live.filter { jobs[$0].export == export }
      return live.count { jobs[$0].app == app } < limits.activePerApp
        && ofExport.count < own.active ?? .max
        && ofExport.count { jobs[$0].app == app } < own.activePerApp ?? .max
    }
  }

  private static func run(
    _ scheduler: Scheduler, live: [Int] = [], limits: ServiceLimits? = nil
  ) -> Trace {
    var scheduler = scheduler
    var random = SeededGenerator(seed: 1)
    var (trace, live, waiting) = (Trace(), live, [Scheduler.Action]())
    var now = start
    func count() {
      let ours = live.filter { scheduler.plan.jobs[$0].export == 1 }
      trace.mostLive = max(trace.mostLive, ours.count)
      let byApp = Dictionary(grouping: ours) { scheduler.plan.jobs[$0].app }
      trace.mostLiveOfApp = max(trace.mostLiveOfApp, byApp.values.map(\.count).max() ?? 0)
    }
    waiting += scheduler.handle(.begin, at: now, using: &random)
    count()
    while true {
      while !waiting.isEmpty {
        switch waiting.removeFirst() {
        case .submit(let job, let attempt):
          trace.started.append(job)
          live.append(job)
          count()
          let receipt = TaskReceipt(id: "task-\(job)")
          waiting += scheduler.handle(
            .submitted(job: job, attempt: attempt, .success(receipt)), at: now, using: &random)
        case .collect(let job, let attempt, _, _):
          waiting += scheduler.handle(
            .collected(job: job, attempt: attempt, .success(Verification(.verified, artifacts: []))), at: now,
            using: &random)
        case .finish: trace.isFinished = true
        case .record, .poll, .find, .list, .stop, .recall, .tidy, .notice: break
        }
      }
      if let limits { trace.idled = trace.idled ?? startable(scheduler, live: live, limits) }
      guard !live.isEmpty else {
        // Results are gathered for a moment.
        guard !trace.isFinished, let next = scheduler.nextDeadline else { return trace }
        now = max(now, next)
        waiting += scheduler.handle(.tick, at: now, using: &random)
        continue
      }
      let job = live.removeFirst()
      now = now.advanced(by: .seconds(1))
      waiting += scheduler.handle(
        .polled(job: job, attempt: 1, .success(TaskStatus(.succeeded))), at: now, using: &random)
    }
  }

  private static func exports(_ trace: Trace, of plan: Plan) -> String {
    trace.started.map { plan.jobs[$0].export == 0 ? "s" : "h" }.joined()
  }

  @Test func `without a priority apps take turns, and of an app the oldest job starts`() {
    let plan = Self.plan(apps: ["a", "b"], days: 2) { _ in }

    let trace = Self.run(Self.scheduler(plan, active: 1))

    #expect(trace.started == [0, 5, 1, 6, 2, 7, 3, 8, 4, 9])
    #expect(trace.isFinished)
  }

  @Test func `a higher priority goes first`() {
    let plan = Self.plan(apps: ["a", "b"], days: 2) { $0[1].priority = 1 }

    let trace = Self.run(Self.scheduler(plan, active: 1))

    #expect(Self.exports(trace, of: plan) == "hhhhssssss")
    #expect(trace.started.prefix(4) == [3, 8, 4, 9])
  }

  @Test func `every eighth start is for the lane below, so that it does not starve`() {
    let plan = Self.plan(apps: ["a", "b"], days: 20) { $0[0].priority = -100 }

    let trace = Self.run(Self.scheduler(plan, active: 1))

    #expect(
      Self.exports(trace, of: plan) == String(repeating: "hhhhhhhs", count: 5) + "hhhhh" + "s")
    #expect(trace.isFinished)
  }

  @Test func `of several lanes below, the one that was served longest ago has the turn`() {
    var plan = Self.plan(apps: ["a"], days: 40) { $0[1].priority = 10 }
    // The third snapshot stands for an export of its own, the lowest.
    plan.exports.append(PlannedExport(name: "lowest"))
    plan.exports[2].priority = -10
    plan.jobs[2].export = 2

    let trace = Self.run(Self.scheduler(plan, active: 1))
    let turns = trace.started.enumerated().filter { $0.element < 3 }

    #expect(turns.map(\.offset) == [7, 15, 23])
    #expect(turns.map(\.element) == [0, 2, 1])
  }

  @Test func `an export has never more live tasks than its limits, whatever the service allows`() {
    let plan = Self.plan(apps: ["a", "b", "c"], days: 6) { $0[1].limits = ExportLimits(active: 4, activePerApp: 2) }

    let trace = Self.run(Self.scheduler(plan, active: 16))

    #expect(trace.mostLive == 4)
    #expect(trace.mostLiveOfApp == 2)
    #expect(trace.isFinished)
    #expect(trace.started.count == plan.jobs.count)
  }

  @Test func `an export that is at its limit leaves free slots to the others`() {
    let plan = Self.plan(apps: ["a", "b"], days: 4) {
      $0[1].priority = 5
      $0[1].limits = ExportLimits(active: 1)
    }

    let trace = Self.run(Self.scheduler(plan, active: 4))

    #expect(trace.mostLive == 1)
    // Three of the four slots go to the lower lane at once.
    #expect(Self.exports(trace, of: plan).hasPrefix("hsss"))
    #expect(trace.isFinished)
  }

  @Test func `a task that a run before left behind counts against the limits of its export`() {
    let plan = Self.plan(apps: ["a", "b"], days: 3) { $0[1].limits = ExportLimits(active: 2, activePerApp: 1) }
    var record = JobRecord()
    let key = plan.jobs[3].key
    record.apply(JournalEvent(.intent(attempt: 1), of: key, at: Self.start))
    record.apply(JournalEvent(.submitted(attempt: 1, task: "task-3", requestID: nil), of: key, at: Self.start))

    let trace = Self.run(Self.scheduler(plan, active: 8, records: [key: record]), live: [3])

    #expect(trace.mostLive == 2)
    #expect(trace.mostLiveOfApp == 1)
    #expect(!trace.started.contains(3))
    #expect(trace.isFinished)
  }

  @Test func `no priorities and limits hold anything up for ever`() {
    for seed in UInt64(1)...200 {
      var random = SeededGenerator(seed: seed)
      let apps = (0..<Int.random(in: 2...9, using: &random)).map { "app-\($0)" }
      let plan = Self.plan(apps: apps, days: 5) { exports in
        for index in exports.indices {
          exports[index].priority = Int.random(in: -1...1, using: &random)
          exports[index].limits = ExportLimits(
            active: Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil,
            activePerApp: Bool.random(using: &random) ? Int.random(in: 1...2, using: &random) : nil)
        }
      }

      let limits = ServiceLimits(
        active: Int.random(in: 1...9, using: &random), activePerApp: Int.random(in: 1...3, using: &random))

      let trace = Self.run(
        Self.scheduler(plan, active: limits.active, perApp: limits.activePerApp), limits: limits)

      #expect(trace.isFinished, "seed \(seed)")
      #expect(trace.idled == nil, "seed \(seed)")
      #expect(trace.started.sorted() == Array(plan.jobs.indices), "seed \(seed)")
      #expect(trace.mostLive <= plan.exports[1].limits.active ?? 100, "seed \(seed)")
      #expect(trace.mostLiveOfApp <= plan.exports[1].limits.activePerApp ?? 100, "seed \(seed)")
    }
  }
}
