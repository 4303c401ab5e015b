// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportPlan

/// What doing what is due would cost, reckoned from what earlier tasks took and from the limits. A lower bound: retries
/// and jobs that wait for others are not in it.
public struct Forecast: Sendable, Equatable {
  public struct Estimate: Sendable, Equatable {
    /// Requests to the services: a submit and the looks at each task.
    public var calls: Int
    public var duration: Duration

    public init(calls: Int, duration: Duration) { (self.calls, self.duration) = (calls, duration) }
  }

  /// Tasks to be made or followed.
  public let tasks: Int
  /// Earlier tasks that the figures come from.
  public let samples: Int
  /// As long as half of the earlier tasks took, and nine tenths; `nil` when there are none.
  public let half: Estimate?
  public let most: Estimate?
  /// What the services' limits in spans of time make it last at least, however long tasks take.
  public let least: Duration

  /// What a service lets be asked for in a span of time.
  public struct Spans: Sendable {
    public var limits: ServiceLimits
    /// One request looks at many tasks.
    public var hasList: Bool

    public init(_ traits: ServiceTraits) { (limits, hasList) = (traits.limits, traits.listPage != nil) }

    init(_ rule: Scheduler.ServiceRule) { (limits, hasList) = (rule.limits, rule.listPage != nil) }
  }

  /// - Parameters:
  ///   - dues: per job of the plan.
  ///   - polling: by service.
  ///   - spans: by service; empty: none has any.
  ///   - active: live tasks at once, over all services.
  ///   - now: when it would begin.
  public init(
    _ plan: Plan, dues: [Due], history: DurationHistory, polling: [PollPolicy], spans: [Spans] = [], active: Int,
    at now: Instant = Instant(seconds: 0)
  ) {
    let due = zip(plan.jobs.indices, dues).compactMap { $1.isDue ? $0 : nil }
    (tasks, samples) = (due.count, history.count)
    let least = Self.least(due, of: plan, spans, at: now)
    self.least = least
    func estimate(_ part: Double) -> Estimate? {
      guard history.count > 0, !due.isEmpty else { return nil }
      var estimate = Self.estimate(due, of: plan, history: history, part: part, polling: polling, active: active)
      estimate.duration = max(estimate.duration, least)
      return estimate
    }
    (half, most) = (estimate(0.5), estimate(0.9))
  }

  private static func least(_ due: [Int], of plan: Plan, _ spans: [Spans], at now: Instant) -> Duration {
    guard !spans.isEmpty else { return .zero }
    var counts = [Int](repeating: 0, count: plan.services.count)
    for job in due { counts[plan.exports[plan.jobs.export(of: job)].service] += 1 }
    // A submit, and where there is no list a look.
    return zip(spans, counts).map { $0.limits.least(starts: $1, calls: $0.hasList ? $1 : 2 * $1, at: now) }.max()
      ?? .zero
  }

  private struct AppOfService: Hashable {
    var service: Int
    var app: Int
  }

  private static func estimate(
    _ due: [Int], of plan: Plan, history: DurationHistory, part: Double, polling: [PollPolicy], active: Int
  ) -> Estimate {
    var (all, longest, calls) = (0.0, 0.0, 0)
    var ofService = [Double](repeating: 0, count: plan.services.count)
    var countOfService = [Int](repeating: 0, count: plan.services.count)
    var ofApp: [AppOfService: Double] = [:]
    var kinds: [DurationHistory.Kind: (seconds: Double, calls: Int)] = [:]
    for job in due {
      let service = plan.exports[plan.jobs.export(of: job)].service
      let kind = DurationHistory.Kind(service: service, dataset: plan.jobs.dataset(of: job))
      let cost =
        kinds[kind]
        ?? {
          let took = history.duration(kind, part: part) ?? .zero
          return (took.inSeconds, 1 + polling[service].looks(within: took))
        }()
      kinds[kind] = cost
      all += cost.seconds
      longest = max(longest, cost.seconds)
      calls += cost.calls
      ofService[service] += cost.seconds
      countOfService[service] += 1
      ofApp[AppOfService(service: service, app: plan.jobs.app(of: job)), default: 0] += cost.seconds
    }
    var seconds = max(longest, all / Double(active))
    for (service, sum) in ofService.enumerated() where sum > 0 {
      let limits = plan.services[service].limits
      seconds = max(seconds, sum / Double(limits.active))
      if let rate = limits.submitsPerSecond { seconds = max(seconds, Double(countOfService[service]) / rate) }
    }
    for (key, sum) in ofApp {
      seconds = max(seconds, sum / Double(plan.services[key.service].limits.activePerApp))
    }
    return Estimate(calls: calls, duration: .milliseconds(Int64(seconds * 1000)))
  }
}

extension PollPolicy {
  /// How often a task is looked at that takes so long, the last look included.
  func looks(within duration: Duration) -> Int {
    var looks = 1
    var passed = rule.first
    while passed < duration, looks < 100_000 {
      passed += grown(steps: looks - 1)
      looks += 1
    }
    return looks
  }
}
