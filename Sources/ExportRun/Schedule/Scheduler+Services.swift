// SPDX-License-Identifier: Apache-2.0
import ExportCore

// What answers say of a service as a whole.
extension Scheduler {
  /// Calls left before a service throttles, at which it is asked less often.
  static let fewRemaining = 50

  /// The service answered a request.
  mutating func answered(by service: Int, remaining: Int?, at now: Instant) {
    services[service].hasAnswered = true
    if case .closed(let after)? = services[service].breaker.answered(at: now) {
      actions.append(.notice(.answers(service: services[service].name, after: after)))
      if !services[service].waiting.isEmpty { arm(service: service, at: now) }
    }
    take(remaining, of: service, at: now)
  }

  /// What a service says that it still allows.
  private mutating func take(_ remaining: Int?, of service: Int, at now: Instant) {
    guard let remaining, remaining < Self.fewRemaining else { return }
    services[service].calls.throttled(at: now)
    services[service].submits.throttled(at: now)
  }

  /// A request to the service failed.
  mutating func failed(_ service: Int, _ error: ServiceError, at now: Instant) {
    let isAnswer = error.status != nil
    if isAnswer, !(error.kind == .again) {
      services[service].hasAnswered = true
      if case .closed(let after)? = services[service].breaker.answered(at: now) {
        actions.append(.notice(.answers(service: services[service].name, after: after)))
      }
    }
    take(error.remaining, of: service, at: now)
    pause(service, after: error, at: now)
    guard error.kind == .again else { return services[service].breaker.unsent() }
    if case .opened? = services[service].breaker.failed(at: now) {
      actions.append(.notice(.unanswered(service: services[service].name, Failure(error))))
    }
    guard let openedAt = services[service].breaker.openedAt else { return }
    if openedAt.duration(to: now) >= bounds.outage { halt(Failure(error)) }
  }

  /// A service that asks for patience is left alone by all of its jobs, and is asked for less afterwards.
  private mutating func pause(_ service: Int, after error: ServiceError, at now: Instant) {
    guard error.kind == .busy || error.retryAfter != nil else { return }
    let until = now.advanced(by: error.retryAfter ?? .seconds(1))
    services[service].pausedUntil = max(until, services[service].pausedUntil ?? until)
    guard error.kind == .busy else { return }
    services[service].active.refused(active: capacity.activeOfService[service], at: now)
    services[service].calls.throttled(at: now)
    services[service].submits.throttled(at: now)
    guard !services[service].isThrottled else { return tellLimit(of: service) }
    services[service].isThrottled = true
    services[service].toldActive = services[service].active.present
    actions.append(
      .notice(.throttled(service: services[service].name, active: services[service].active.present)))
  }

  /// A limit that grows is told in steps, so that a run has few notes.
  private static let steps = 4

  private mutating func tellLimit(of service: Int) {
    let (told, present) = (services[service].toldActive, services[service].active.present)
    let isStep = present - told >= max(1, told / Self.steps) || present == services[service].rule.limits.active
    guard present < told || (present > told && isStep) else { return }
    services[service].toldActive = present
    actions.append(.notice(.limited(service: services[service].name, active: present)))
  }

  /// It bears everything again: the next refusal is news.
  mutating func settleThrottle(of service: Int) {
    tellLimit(of: service)
    if services[service].active.present >= services[service].rule.limits.active {
      services[service].isThrottled = false
    }
  }
}
