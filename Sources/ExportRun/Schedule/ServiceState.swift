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
    var waiting = WaitingRequests()
    /// Jobs whose files the service keeps and may not be asked for yet.
    var fetches: Deque<Int> = []
    var pausedUntil: Instant?
    var submits: AdaptiveRate
    var calls: AdaptiveRate
    /// By kind of request.
    var spans: CallWindows
    /// Tasks that may be made.
    var starts: [SpanLimit]
    /// Until when no more tasks may be made, as far as was seen, and as people were told.
    var spentUntil: Instant?
    var spentToldUntil: Instant?
    var active: AdaptiveLimit
    /// What was said of that last.
    var toldActive: Int
    var breaker = Breaker()
    /// Tasks that this run knows to be one job's, where tasks look alike.
    var receipts: Set<String> = []
    /// Its list tells of tasks; a list that is refused is not asked again.
    var hasList = true
    /// Lists that could not be read, one after another.
    var listFailures = 0
    /// Until when tasks are looked at one by one, because that works and the list does not.
    var listBarredUntil: Instant?
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
      spans = CallWindows(rule.limits.calls)
      starts = rule.limits.starts.map { SpanLimit($0) }
      active = AdaptiveLimit(most: rule.limits.active)
      toldActive = rule.limits.active
    }

    /// `nil` when a request may go now, else when to ask again.
    mutating func whenCallable(_ verb: CallLimit.Verb, at now: Instant) -> Instant? {
      if let until = pausedUntil, until > now { return until }
      if let probe = breaker.whenFree(at: now) { return probe }
      let free = [
        calls.whenFree(at: now), spans.whenFree(verb, at: now), verb == .submit ? submits.whenFree(at: now) : nil,
      ]
      return free.compactMap { $0 }.max()
    }

    func mayList(at now: Instant) -> Bool {
      hasList && rule.listPage != nil && (listBarredUntil.map { $0 <= now } ?? true)
    }

    /// Counts a request that goes.
    mutating func sent(_ verb: CallLimit.Verb, at now: Instant) {
      breaker.sent()
      calls.take(at: now)
      spans.take(verb, at: now)
      if verb == .submit { submits.take(at: now) }
    }

    /// The kind of request by which lost tasks are looked for.
    var lookupVerb: CallLimit.Verb { rule.recovery == .named ? .poll : .list }

    /// Which limit a waiting request counts against.
    func verb(of request: Waiting) -> CallLimit.Verb {
      switch request {
      case .find: lookupVerb
      case .poll: .poll
      case .stop: .cancel
      case .polls: .list
      }
    }
  }
}

extension Scheduler.ServiceState.Waiting {
  var isStop: Bool { if case .stop = self { true } else { false } }
}
