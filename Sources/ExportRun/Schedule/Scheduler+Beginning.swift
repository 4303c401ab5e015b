// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

// What is due, and what earlier runs left behind.
extension Scheduler {
  mutating func begin(at now: Instant) {
    var reckoner = DueReckoner(plan, records: records, at: now)
    dues.reserveCapacity(plannedCount)
    var (resumed, wholes, waiting) = ([Int](), [Int](), [Int]())
    for job in plan.jobs.indices {
      let due = reckoner.due(job)
      dues.append(due)
      if due.isDue, records.brief(of: job)?.isSplit ?? false {
        wholes.append(job)
        continue
      }
      guard bounds.purpose == .work || due == .inFlight else { continue }
      if due == .inFlight {
        resumed.append(job)
      } else if due.isDue {
        states[job] = .waiting
        waiting.append(job)
      } else if due == .alreadyExported {
        states[job] = .verified
      }
    }
    unfinished = resumed.count + waiting.count + (bounds.purpose == .work ? wholes.count : 0)
    retries.jobs = unfinished
    guard unfinished + wholes.count > 0 else { return }
    takeSlotsOfStrangers(at: now)
    countEarlierStarts(at: now)
    for job in resumed { states[job] = .submitted }
    for job in wholes { states[job] = .split }
    if bounds.purpose == .work { open(waiting + resumed + wholes) }
    // Live tasks have their slots before anything new may start, parts' as well.
    for job in resumed { resume(job, at: now) }
    for job in wholes { resumeFamily(of: job, at: now) }
    let open = waiting.filter { states[$0] == .waiting && isOpen($0) }
    for job in open { begin(job, at: now) }
  }

  /// Counts what is good already, and sets aside what waits for what this run will not do: such jobs are neither done
  /// nor failed.
  private mutating func open(_ waiting: [Int]) {
    guard !plan.gates.isEmpty else { return }
    var gates = Gates(plan, waiting: waiting)
    for job in plan.jobs.indices where records.brief(of: job)?.isGood ?? false {
      isGood[job] = true
      _ = gates.passed(by: job)
    }
    var held = plan.jobs.indices.filter { states[$0] == .planned && !isGood[$0] }
    while let blocker = held.popLast() {
      for dependent in gates.abandoned(by: blocker) where states[dependent] == .waiting {
        guard !gates.isOpen(plan.jobs.waiting(of: dependent)) else { continue }
        states[dependent] = .planned
        unfinished -= 1
        held.append(dependent)
      }
    }
    self.gates = gates
  }

  /// A job, or the whole that it is a part of, waits for no gate.
  func isOpen(_ job: Int) -> Bool {
    gates?.isOpen(plan.jobs.waiting(of: job < plannedCount ? job : roots[job - plannedCount])) ?? true
  }

  /// A job whose gates are open is worked on, as a whole or in parts.
  mutating func begin(_ job: Int, at now: Instant) {
    if states[job] == .split {
      for part in families[job]?.parts ?? [] where part >= plannedCount && !awaited.contains(part) {
        begin(part, at: now)
      }
    }
    guard states[job] == .waiting else { return }
    makeReady(job)
  }

  /// What was in flight when the run began may have to wait for others before it is asked for again.
  mutating func readyAgain(_ job: Int) {
    guard isOpen(job) else { return states[job] = .waiting }
    makeReady(job)
  }

  /// Goes on with a task that an earlier run left behind.
  mutating func resume(_ job: Int, at now: Instant) {
    takeInHand(job)
    takeSlot(job)
    self[job].tries = self[job].task == nil ? 0 : 1
    if self[job].task == nil, let told = told[key(of: job)] {
      resume(job, told, at: now)
    } else if self[job].task == nil {
      states[job] = .submitting
      lose(job, at: now)
    } else {
      states[job] = .submitted
      if bounds.purpose == .cancel { return stopTask(of: job, at: now) }
      arm(job, .poll, at: now)
    }
  }

  /// A person has looked up what became of the lost task.
  private mutating func resume(_ job: Int, _ task: String?, at now: Instant) {
    guard let task else {
      record(.absent(attempt: self[job].number), of: job, at: now)
      releaseSlot(job)
      self[job].lostAt = nil
      return readyAgain(job)
    }
    adopt(job, task, at: now)
    record(.adopted(attempt: self[job].number, task: task), of: job, at: now)
    arm(job, .poll, at: now)
  }

  /// How long a task that this run does not follow counts against the limits: longer than most live, and over by the next
  /// night.
  private static let strangerLife: Duration = .seconds(6 * 3600)

  private mutating func countEarlierStarts(at now: Instant) {
    for (service, starts) in zip(services.indices, earlierStarts) where !starts.isEmpty {
      services[service].spans.begin(.submit, with: starts, at: now)
      for limit in services[service].starts.indices { services[service].starts[limit].begin(with: starts, at: now) }
    }
  }

  /// Tasks that this run does not follow count against the limits while they are likely to live.
  private mutating func takeSlotsOfStrangers(at now: Instant) {
    guard !strangers.isEmpty else { return }
    let exports = Dictionary(plan.exports.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let apps = Dictionary(plan.apps.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for stranger in strangers {
      let steps = stranger.title.split(separator: "/").map(String.init)
      let export = steps.first.flatMap { exports[$0] }
      guard stranger.since.advanced(by: Self.strangerLife) > now else { continue }
      if let export, steps.count > 1, let app = apps[steps[1]] {
        capacity.take(export: export, app: app)
      } else if let export {
        capacity.takeOfOtherApp(export: export)
      } else {
        capacity.takeUnknown()
      }
      if !stranger.hasTask { hasLostStranger = true }
    }
  }
}
