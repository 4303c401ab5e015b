// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan
import ExportRun

/// The scheduler alone: jobs that are submitted, seen to run, seen to have succeeded, and verified.
enum SchedulingWork {
  private static let jobs = 10_000

  static func schedule(_ folder: String) throws -> () throws -> Void {
    let plan = CountedPlan.make(apps: 100, days: jobs / 100, active: 4000, activePerApp: 100)
    let rule = PollRule(first: .seconds(5), every: .seconds(5), growth: 1.5, most: .seconds(60))
    let records = PlanRecords(plan)
    return {
      let scheduler = Scheduler(
        plan, services: [.init(limits: plan.services[0].limits, polling: PollPolicy(rule))], records: records,
        bounds: .init(active: 4000, collecting: 64))
      try live(scheduler)
    }
  }

  private static func live(_ whole: Scheduler) throws {
    var scheduler = whole
    let start = CountedPlan.start
    var random = SeededGenerator(seed: 1)
    var actions = scheduler.handle(.begin, at: start, using: &random)
    var events: [Scheduler.Event] = []
    var verified = 0
    while !actions.isEmpty {
      events.removeAll(keepingCapacity: true)
      for action in actions { answer(action, &events, &verified) }
      actions.removeAll(keepingCapacity: true)
      for event in events { scheduler.handle(event, at: start, using: &random, into: &actions) }
    }
    guard verified == jobs else { throw Refusal(description: "jobs are left over") }
  }

  private static func answer(_ action: Scheduler.Action, _ events: inout [Scheduler.Event], _ verified: inout Int) {
    switch action {
    case .submit(let job, let attempt):
      events.append(.submitted(job: job, attempt: attempt, .success(TaskReceipt(id: "task"))))
      events.append(.polled(job: job, attempt: attempt, .success(TaskStatus(.running))))
      events.append(.polled(job: job, attempt: attempt, .success(TaskStatus(.succeeded))))
    case .collect(let job, let attempt, _, _):
      events.append(.collected(job: job, attempt: attempt, .success(Verification(.verified, artifacts: []))))
      verified += 1
    case .record, .find, .poll, .list, .stop, .recall, .tidy, .notice, .finish: break
    }
  }
}
