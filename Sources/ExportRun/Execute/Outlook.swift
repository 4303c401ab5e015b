// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// What a run waits for at a moment: told at most once a second, and never kept.
public struct Outlook: Sendable, Equatable {
  /// A task that will be looked at.
  public struct Look: Sendable, Equatable {
    public var title: String
    public var at: Instant
  }

  /// How many of the run's next looks are told.
  public static let looksMost = 20

  public var at: Instant
  /// Jobs that are due in this run, and parts of them, by state.
  public var counts: [JobState: Int]
  /// The next looks, soonest first.
  public var looks: [Look]
  /// By service: until when nothing is asked of it, because it asked for patience.
  public var paused: [String: Instant]
  /// By service: until when it lets no more tasks be made, where some wait for that.
  public var spent: [String: Instant]
  /// By service: since when it does not answer.
  public var unanswered: [String: Instant]
  /// Of every service, in the plan's order.
  public var gauges: [ServiceGauge]

  public init(
    at: Instant, counts: [JobState: Int] = [:], looks: [Look] = [], paused: [String: Instant] = [:],
    spent: [String: Instant] = [:], unanswered: [String: Instant] = [:], gauges: [ServiceGauge] = []
  ) {
    (self.at, self.counts, self.looks, self.paused) = (at, counts, looks, paused)
    (self.spent, self.unanswered, self.gauges) = (spent, unanswered, gauges)
  }
}

extension Scheduler {
  /// What the run waits for. It costs a pass over all jobs.
  func outlook(at now: Instant, title: (PlannedJob) -> String) -> Outlook {
    var counted = [Int](repeating: 0, count: JobState.allCases.count)
    for job in states.indices where job >= plannedCount || dues[job].isDue {
      counted[Int(states[job].code)] += 1
    }
    var counts: [JobState: Int] = [:]
    for (code, count) in counted.enumerated() where count > 0 { counts[JobState(code: Int64(code))] = count }
    var (paused, spent, unanswered) = ([String: Instant](), [String: Instant](), [String: Instant]())
    for service in services {
      if let until = service.pausedUntil, until > now { paused[service.name] = until }
      if let until = service.spentUntil, until > now, service.ready.count > 0 { spent[service.name] = until }
      unanswered[service.name] = service.breaker.openedAt
    }
    return Outlook(
      at: now, counts: counts, looks: soonestLooks(Outlook.looksMost, title: title), paused: paused,
      spent: spent, unanswered: unanswered, gauges: gauges)
  }
}
