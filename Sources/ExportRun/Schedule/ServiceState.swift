// SPDX-License-Identifier: Apache-2.0
import DequeModule
import ExportCore

extension Scheduler {
  /// A service, and what it bears at present.
  struct ServiceState: Sendable {
    /// A request that waits until the service may be asked again.
    enum Waiting: Sendable {
      case find(job: Int, serial: Int)
      case poll(job: Int, serial: Int)
      case stop(job: Int, serial: Int)
      /// Of one app.
      case polls([(job: Int, serial: Int)])
    }

    let rule: ServiceRule
    let name: String
    var ready = ReadyQueue()
    var waiting: Deque<Waiting> = []
    var pausedUntil: Instant?
    var submits: AdaptiveRate
    var calls: AdaptiveRate
    var active: AdaptiveLimit
    var breaker = Breaker()
    /// Tasks that this run knows to be one job's, where tasks look alike.
    var receipts: Set<String> = []
    /// Its list tells of tasks; a list that is refused is not asked again.
    var hasList = true
    /// Tasks that are waited for no longer and may live: what the service bears besides them is what it bears.
    var abandoned = 0
    /// It has answered in this run.
    var hasAnswered = false
    /// People were told that it throttles, and it has not borne everything since.
    var isThrottled = false
    /// The deadline that is armed for the service as a whole.
    var wakeAt: Instant?

    init(_ rule: ServiceRule, name: String) {
      (self.rule, self.name) = (rule, name)
      submits = AdaptiveRate(perSecond: rule.limits.submitsPerSecond)
      calls = AdaptiveRate(perSecond: rule.limits.callsPerSecond)
      active = AdaptiveLimit(most: rule.limits.active)
    }

    /// `nil` when a request may go now, else when to ask again.
    mutating func whenCallable(at now: Instant) -> Instant? {
      if let until = pausedUntil, until > now { return until }
      return breaker.whenFree(at: now) ?? calls.whenFree(at: now)
    }

    /// Counts a request that goes.
    mutating func sent(isSubmit: Bool = false, at now: Instant) {
      breaker.sent()
      calls.take(at: now)
      if isSubmit { submits.take(at: now) }
    }
  }
}

extension Scheduler.ServiceState.Waiting {
  var isStop: Bool { if case .stop = self { true } else { false } }
}
