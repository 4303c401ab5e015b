// SPDX-License-Identifier: Apache-2.0
import BatchExport
import Foundation
import Testing

/// Plan minus ledger as a value: statuses, ranges, calendars and what would fill the holes.
@Suite struct GapsTests {
  private static let day = 86_400

  private static func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }

  /// Series of one export, each with windows of a length from a beginning on.
  private static func plan(
    apps: [String] = ["a"], datasets: [String] = ["event"], formats: [String] = ["json"],
    kind: DatasetTraits.Kind = .historical, from: Instant, every seconds: Int = day, count: Int, zone: String = "UTC",
    label: (Int, Instant) -> String = { $1.day.description }
  ) -> Plan {
    var plan = Plan(name: "sample", asOf: from.advanced(by: .seconds(seconds * count)))
    plan.services = [
      PlannedService(
        name: "engagement", use: "scripted", description: "scripted", revision: 1, base: "https://service.example",
        parameters: [:], credential: .none, limits: ServiceLimits(active: 8, activePerApp: 4), recovery: .marked)
    ]
    plan.destinations = [PlannedDestination(name: "files", kind: .directory(path: "files", staging: nil))]
    plan.exports = [
      PlannedExport(
        name: "history", datasets: Dictionary(uniqueKeysWithValues: datasets.map { ($0, kind) }))
    ]
    plan.apps = apps.map { PlannedApp(name: $0, parameters: [:]) }
    for app in apps.indices {
      for index in 0..<count {
        let start = from.advanced(by: .seconds(seconds * index))
        let window = Window(start: start, end: start.advanced(by: .seconds(seconds)), zone: zone)
        for dataset in datasets {
          for format in formats {
            let name = label(index, start)
            plan.jobs.append(
              PlannedJob(
                key: JobKey(Digest(of: "\(app)/\(dataset)/\(format)/\(index)")), export: 0, app: app, dataset: dataset,
                format: format, kind: kind, window: window, label: name, sent: nil))
          }
        }
      }
    }
    return plan
  }

  private static func good(at: Instant = Instant(seconds: 0)) -> JobRecord {
    var record = JobRecord()
    record.state = .verified
    record.attempt = 1
    (record.verification, record.verifiedAt) = (Verification(.verified, artifacts: []), at)
    return record
  }

  /// - Parameters:
  ///   - records: by job.
  ///   - missing: jobs that nothing is known of; all others have a good result.
  private static func gaps(
    _ plan: Plan, _ records: [Int: JobRecord] = [:], missing: some Sequence<Int> = [], redefined: Set<Int> = [],
    at: Instant? = nil
  ) -> Gaps {
    var all = Dictionary(uniqueKeysWithValues: plan.jobs.keys.map { ($0, good()) })
    for (job, record) in records { all[plan.jobs.keys[job]] = record }
    for job in missing { all[plan.jobs.keys[job]] = nil }
    return Gaps(plan, records: PlanRecords(plan, all, redefined: redefined), at: at ?? plan.asOf)
  }

  @Test func `each window has one status, and only what a run would fill is a hole`() throws {
    let from = try Self.instant("2016-01-01T00:00:00Z")
    var plan = Self.plan(from: from, count: 12)
    plan.exports[0].catchUp = 10
    var failed = JobRecord()
    (failed.state, failed.attempt) = (.failed, 1)
    var open = JobRecord()
    (open.state, open.attempt) = (.running, 1)
    var renewed = Self.good()
    (renewed.state, renewed.attempt) = (.running, 2)
    var wanted = Self.good()
    wanted.wanted = .forced
    var gone = Self.good()
    gone.wanted = .artifactMissing
    var fetched = gone
    fetched.state = .submitted
    // The last window is not ripe; the first is older than what is made good.
    let gaps = Self.gaps(
      plan,
      [2: failed, 3: open, 4: renewed, 5: wanted, 6: gone, 7: fetched], missing: [0, 1, 8, 11],
      redefined: [8], at: from.advanced(by: .seconds(11 * Self.day + 1)))

    #expect(
      gaps.series[0].statuses == [
        .beyondCatchUp, .neverExported, .failedBefore, .inFlight, .exported, .exported, .artifactMissing, .inFlight,
        .definitionChanged, .exported, .exported, .notRipe,
      ])
    #expect(gaps.holes == 6 && gaps.series[0].holes == 6 && gaps.windows == 12)
    #expect(gaps.totals[.exported] == 4 && gaps.totals[.inFlight] == 2 && gaps.totals[.snapshotMissed] == 0)
    #expect(gaps.totals.count == GapStatus.allCases.count)
  }

  @Test func `a snapshot that was missed is told and is no hole; that of now is one`() throws {
    let from = try Self.instant("2016-01-01T00:00:00Z")
    let plan = Self.plan(kind: .snapshot, from: from, count: 3)

    let gaps = Self.gaps(plan, missing: [0, 2], at: from.advanced(by: .seconds(2 * Self.day + 1)))

    #expect(gaps.series[0].statuses == [.snapshotMissed, .exported, .neverExported])
    #expect(gaps.holes == 1)
  }

  @Test func `windows that follow one another and stand alike are a range`() throws {
    let plan = Self.plan(from: try Self.instant("2016-01-01T00:00:00Z"), count: 10)
    let gaps = Self.gaps(plan, missing: [4, 5, 6, 9])

    let ranges = gaps.ranges(of: gaps.series[0])

    #expect(
      ranges.map(\.label) == [
        "2016-01-01..2016-01-04", "2016-01-05..2016-01-07", "2016-01-08..2016-01-09", "2016-01-10",
      ])
    #expect(ranges.map(\.windows) == [4, 3, 2, 1])
    #expect(ranges.map(\.status) == [.exported, .neverExported, .exported, .neverExported])
  }

  @Test func `series are told apart by app, dataset and format, and what stands alike is found`() throws {
    let plan = Self.plan(
      apps: ["a", "b"], datasets: ["event", "job"], formats: ["json", "csv"],
      from: try Self.instant("2016-01-01T00:00:00Z"), count: 3)
    let broken = try #require(
      plan.jobs.firstIndex { $0.app == 1 && $0.dataset == "job" && $0.format == "csv" && $0.label == "2016-01-02" })

    let gaps = Self.gaps(plan, missing: [broken])

    #expect(
      gaps.series.map(\.title) == [
        "history/a/event/json", "history/a/event/csv", "history/a/job/json", "history/a/job/csv",
        "history/b/event/json", "history/b/event/csv", "history/b/job/json", "history/b/job/csv",
      ])
    #expect(gaps.alike.map(\.count) == [7, 1])
    #expect(gaps.alike[1][0].title == "history/b/job/csv")
    #expect(gaps.filling == "history/b/job,format:csv,window:2016-01-02")
  }

  // MARK: Filling

  @Test(arguments: [
    ([1], "history/a/job,window:2016-01-01"), ([1, 7], "history/a/job,window:2016-01-01..2016-01-04"),
    ([0, 1], "history/a,window:2016-01-01"), ([0, 10], "history,dataset:event,window:2016-01-01..2016-01-02"),
    ([0, 13], "history,window:2016-01-01..2016-01-03"),
  ])
  func `what fills the holes is said as narrowly as one expression can`(jobs: [Int], expression: String) throws {
    // By app, day and dataset: 0 is a/event of the first day, 1 a/job of it, 8 b/event.
    let plan = Self.plan(
      apps: ["a", "b"], datasets: ["event", "job"], from: try Self.instant("2016-01-01T00:00:00Z"), count: 4)
    let gaps = Self.gaps(plan, missing: jobs)

    let selected = try Selection(select: [expression]).applied(to: plan).plan

    #expect(gaps.filling == expression)
    #expect(Set(jobs.map { plan.jobs.keys[$0] }).isSubset(of: selected.jobs.keys))
  }

  @Test func `nothing fills what has no holes`() throws {
    let plan = Self.plan(from: try Self.instant("2016-01-01T00:00:00Z"), count: 4)

    #expect(Self.gaps(plan).filling == nil)
    #expect(Self.gaps(plan).holes == 0)
  }

  // MARK: Calendars

  /// Lines as letters, a fold as its words.
  private static func calendar(_ gaps: Gaps) -> [String] {
    GapCalendar(gaps.series[0], of: gaps).lines.map { line in
      switch line {
      case .row(let label, let columns): "\(label) \(String(columns.map { $0?.letter ?? " " }))"
      case .fold(let range): "\(range.label): \(range.windows) \(range.status.word)"
      }
    }
  }

  @Test func `days stand in rows of months, and months that are as a whole alike are folded`() throws {
    let plan = Self.plan(from: try Self.instant("2016-01-30T00:00:00Z"), count: 2 + 29 + 31 + 30 + 3)

    let none = Self.calendar(Self.gaps(plan))
    let some = Self.calendar(Self.gaps(plan, missing: [3, 5, 6]))

    #expect(none == ["2016-01-30..2016-05-03: 95 exported"])
    #expect(
      some == [
        "2016-01 " + String(repeating: " ", count: 29) + "..", "2016-02 .N.NN........................",
        "2016-03-01..2016-05-03: 64 exported",
      ])
  }

  @Test func `hours stand in rows of days, also where the clock changes`() throws {
    // The night of 2016-10-30 in Paris has 25 hours.
    let plan = Self.plan(
      from: try Self.instant("2016-10-28T22:00:00Z"), every: 3600, count: 24 + 25 + 24, zone: "Europe/Paris",
      label: { index, _ in "h\(index)" })

    let lines = Self.calendar(Self.gaps(plan, missing: [0, 48, 72]))

    #expect(lines.map(\.count) == [11 + 24, 11 + 25, 11 + 24])
    #expect(lines[0].hasPrefix("2016-10-29 N."))
    #expect(lines[1].hasPrefix("2016-10-30 .") && lines[1].hasSuffix(".N"))
    #expect(lines[2].hasSuffix(".N"))
  }

  @Test func `weeks stand in the year of their names, months and other spans in rows of years`() throws {
    let weeks = Self.plan(
      from: try Self.instant("2015-12-28T00:00:00Z"), every: 7 * Self.day, count: 3,
      label: { index, _ in "2016-W0\(index + 1)" })
    let spans = Self.plan(from: try Self.instant("2015-12-22T00:00:00Z"), every: 10 * Self.day, count: 4)
    let months = Self.plan(
      from: try Self.instant("2016-01-01T00:00:00Z"), every: 31 * Self.day, count: 3,
      label: { index, _ in "2016-0\(index + 1)" })

    #expect(Self.calendar(Self.gaps(weeks, missing: [1])) == ["2016 .N."])
    #expect(
      Self.calendar(Self.gaps(spans, missing: [1])) == [
        "2015 " + String(repeating: " ", count: 35) + ".", "2016 N..",
      ])
    #expect(Self.calendar(Self.gaps(months, missing: [2])) == ["2016 ..N"])
  }

  @Test func `a window that is not planned is blank`() throws {
    var plan = Self.plan(from: try Self.instant("2016-01-01T00:00:00Z"), count: 5)
    plan = try Selection(exclude: ["window:2016-01-03"]).applied(to: plan).plan

    #expect(Self.calendar(Self.gaps(plan, missing: [0])) == ["2016-01 N. .."])
  }

  // MARK: Many

  @Test func `a hundred thousand windows of a thousand series are folded into a few calendars`() throws {
    let plan = Self.plan(
      apps: (0..<250).map { "app-\($0)" }, datasets: ["a", "b", "c", "d"],
      from: try Self.instant("2016-01-01T00:00:00Z"), count: 100)
    let gaps = Self.gaps(plan, missing: stride(from: 0, to: 400 * 250, by: 400))

    #expect(gaps.windows == 100_000 && gaps.series.count == 1000 && gaps.holes == 250)
    // A hole each in the first day of the first dataset, and nothing elsewhere.
    #expect(gaps.alike.map(\.count).sorted() == [250, 750])
    #expect(gaps.cells.count == 100)
  }
}
