// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import ExportRun
import ExportTesting
import Testing

@Suite struct ForecastTests {
  private static let polling = PollPolicy(
    PollRule(first: .seconds(5), every: .seconds(10), growth: 1, most: .seconds(10)))

  /// A job that was done in so many seconds.
  private func done(in seconds: Int) -> JobRecord {
    let start = Instant(seconds: 1_480_000_000)
    let key = JobKey(Digest(of: "any"))
    var record = JobRecord()
    record.apply(JournalEvent(.intent(attempt: 1), of: key, at: start))
    record.apply(JournalEvent(.submitted(attempt: 1, task: "t", requestID: nil), of: key, at: start))
    let end = start.advanced(by: .seconds(seconds))
    record.apply(JournalEvent(.verified(attempt: 1, Verification(.verified, artifacts: [])), of: key, at: end))
    return record
  }

  /// Ten earlier days that took 10 s to 100 s, and the given number of days to do.
  private func forecast(
    _ days: Int, apps: [String] = ["a"], limits: ServiceLimits, others: [Duration] = [], earlier: Int = 10
  ) -> Forecast {
    let plan = Plan.sample(apps: apps, snapshots: [], days: earlier + days, limits: limits)
    var records: [JobKey: JobRecord] = [:]
    for job in 0..<earlier { records[plan.jobs.keys[job]] = done(in: 10 * (job + 1)) }
    let dues = plan.jobs.indices.map { $0 < earlier || plan.jobs[$0].app > 0 ? Due.alreadyExported : .neverExported }
    return Forecast(
      plan, dues: dues, history: DurationHistory(plan, records: records, others: others), polling: [Self.polling],
      active: 64)
  }

  @Test func `the limits of the service and of an app make it longer`() {
    let free = forecast(6, limits: ServiceLimits(active: 6, activePerApp: 6))
    let perApp = forecast(6, limits: ServiceLimits(active: 6, activePerApp: 2))
    let service = forecast(6, limits: ServiceLimits(active: 3, activePerApp: 3))
    let rate = forecast(6, limits: ServiceLimits(active: 6, activePerApp: 6, submitsPerSecond: 0.02))

    // Half took at most 60 s: a submit, and looks after 5, 15, 25, 35, 45, 55 and 65 s.
    #expect(free.half == Forecast.Estimate(calls: 6 * 8, duration: .seconds(60)))
    #expect(free.most == Forecast.Estimate(calls: 6 * 12, duration: .seconds(100)))
    #expect(perApp.half?.duration == .seconds(180))
    #expect(service.half?.duration == .seconds(120))
    #expect(rate.half?.duration == .seconds(300))
    #expect(free.tasks == 6 && free.samples == 10)
  }

  @Test(arguments: [
    // Ten thousand at once, as many after a day, and the rest after another.
    (25, [StartLimit(most: 10, every: .seconds(86_400))], [], 2 * 86_400),
    (20, [StartLimit(most: 10, every: .seconds(86_400))], [], 86_400),
    (10, [StartLimit(most: 10, every: .seconds(86_400))], [], 0),
    // From 15:06:40 to midnight, and a day more.
    (
      25, [StartLimit(most: 10, every: .seconds(86_400), resets: .init(minute: 0, zone: "UTC"))], [],
      86_400 + 8 * 3600 + 53 * 60 + 20
    ),
    (25, [], [CallLimit(.submit, most: 10, every: .seconds(60))], 120),
    (25, [], [CallLimit(.any, most: 10, every: .seconds(60))], 240),
    (25, [], [CallLimit(.cancel, most: 1, every: .seconds(60))], 0),
  ])
  func `what may be asked for in a span of time makes it last, whatever tasks take`(
    days: Int, starts: [StartLimit], calls: [CallLimit], seconds: Int
  ) {
    let plan = Plan.sample(apps: ["a"], snapshots: [], days: days)
    var traits = ServiceTraits(
      name: "scripted", revision: 1, digest: Digest(of: ""), base: "https://service.example", parameters: [],
      appParameters: [], datasets: [], formats: [], limits: ServiceLimits(active: 8, activePerApp: 8),
      recovery: .marked, polling: Self.polling.rule)
    (traits.limits.starts, traits.limits.calls) = (starts, calls)

    let forecast = Forecast(
      plan, dues: plan.jobs.map { _ in .neverExported }, history: DurationHistory(plan, records: [:], others: []),
      polling: [Self.polling], spans: [.init(traits)], active: 64, at: Instant(seconds: 1_480_000_000))

    #expect(forecast.least == .seconds(seconds))
    #expect(forecast.half == nil)
  }

  @Test func `a plan without a task that is done is reckoned from what else the ledger has`() {
    let limits = ServiceLimits(active: 1, activePerApp: 1)
    let known = forecast(2, limits: limits, others: [.seconds(30), .seconds(10)], earlier: 0)
    let unknown = forecast(2, limits: limits, earlier: 0)

    #expect(known.half?.duration == .seconds(60) && known.samples == 2)
    #expect(unknown.half == nil && unknown.most == nil && unknown.tasks == 2)
  }

  @Test func `nothing due has no forecast`() {
    let forecast = forecast(0, limits: ServiceLimits(active: 1, activePerApp: 1))

    #expect(forecast.tasks == 0 && forecast.half == nil)
  }
}
