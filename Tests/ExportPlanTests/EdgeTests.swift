// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct EdgeTests {
  private func plan(_ exports: [ExportSetting]) throws -> Plan {
    let (plan, diagnostics) = Planner(
      Sample.manifest(exports), traits: ["engagement": Sample.traits], inputs: [],
      asOf: Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)
    ).plan()
    guard let plan else { throw diagnostics }
    return plan
  }

  /// Three days of jobs, then three days of events that wait for them.
  private func exports(_ match: AfterSetting.Match) -> [ExportSetting] {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-03")
    var later = Sample.export("later", datasets: ["event"], window: window)
    later.after = [AfterSetting(export: Sample.located("first"), match: match)]
    return [Sample.export("first", datasets: ["job"], window: window), later]
  }

  /// `JOB <- MEMBER MEMBER`, for every job that waits.
  private func waits(_ plan: Plan) -> [String] {
    plan.jobs.filter { !$0.after.isEmpty }.map { job in
      let members = job.after.flatMap { plan.gates[$0].members }.map { plan.title(of: plan.jobs[$0]) }
      return "\(plan.title(of: job)) <- \(members.joined(separator: " "))"
    }
  }

  @Test func `match window waits for the same app and the same window only`() throws {
    let plan = try plan(exports(.window))

    #expect(plan.gates.count == 6)
    #expect(plan.gates[0] == PlannedGate(name: "first/android/2016-02-01", members: [0]))
    #expect(
      Array(waits(plan).prefix(2)) == [
        "later/android/event/2016-02-01 <- first/android/job/2016-02-01",
        "later/android/event/2016-02-02 <- first/android/job/2016-02-02",
      ])
  }

  @Test func `match all waits for every job of the other export, at one gate`() throws {
    let plan = try plan(exports(.all))

    #expect(plan.gates == [PlannedGate(name: "first", members: [0, 1, 2, 3, 4, 5])])
    #expect(plan.jobs.suffix(6).allSatisfy { $0.after == [0] })
    #expect(plan.jobs.prefix(6).allSatisfy { $0.after.isEmpty })
  }

  @Test func `windows in sequence wait each for the one before, app by app`() throws {
    var export = Sample.export(
      "history", datasets: ["event"], window: Sample.window(from: "2016-02-01", through: "2016-02-03"))
    export.order = .sequential

    let plan = try plan([export])

    #expect(
      waits(plan) == [
        "history/android/event/2016-02-02 <- history/android/event/2016-02-01",
        "history/android/event/2016-02-03 <- history/android/event/2016-02-02",
        "history/ios/event/2016-02-02 <- history/ios/event/2016-02-01",
        "history/ios/event/2016-02-03 <- history/ios/event/2016-02-02",
      ])
  }

  @Test func `a plan with gates of every kind reads back as it was written`() throws {
    var exports = exports(.window)
    exports[0].order = .sequential
    exports[0].maxFailures = 3
    let file = PlanFile(try plan(exports))

    let read = try PlanFile(parsing: file.bytes)
    #expect(read == file)
    #expect(read.plan.exports.map(\.maxFailures) == [3, nil])
  }

  @Test func `the matrix keeps what include names and leaves out what exclude names`() throws {
    var export = Sample.export(
      "history", datasets: ["event", "job"], formats: ["json", "csv"],
      window: Sample.window(from: "2016-02-01", through: "2016-02-03"))
    export.include = [MatrixMatch(windows: WindowRange("2016-02-02.."), place: Sample.place)]
    export.exclude = [
      MatrixMatch(apps: [Glob("and*")], datasets: [Sample.located("events")], place: Sample.place),
      MatrixMatch(formats: [Sample.located("csv")], labels: ["os": "ios"], place: Sample.place),
      MatrixMatch(datasets: [Sample.located("job")], windows: WindowRange("2016-02-03"), place: Sample.place),
    ]

    let plan = try plan([export])

    #expect(
      plan.jobs.map { plan.title(of: $0) } == [
        "history/android/job/json/2016-02-02", "history/android/job/csv/2016-02-02",
        "history/ios/event/json/2016-02-02", "history/ios/job/json/2016-02-02", "history/ios/event/json/2016-02-03",
      ])
  }

  @Test func `a range of windows takes a day, two ends, or one`() {
    let day = CivilDate("2016-02-02")

    #expect(WindowRange("2016-02-02") == WindowRange(first: day, last: day))
    #expect(WindowRange("..2016-02-02") == WindowRange(first: nil, last: day))
    #expect(WindowRange("2016-02-02..") == WindowRange(first: day, last: nil))
    for text in ["", "..", "2016-02-02..2016-02-01", "2016-02-30", "2016-02-02..x", "2016-02-02...2016-02-03"] {
      #expect(WindowRange(text) == nil, "\(text)")
    }
  }

  @Test(arguments: [
    ("shop-*", "shop-ios", true), ("*", "", true), ("s?op", "shop", true), ("a*b*c", "aXbYbZc", true),
    ("a*b*c", "aXbY", false), ("shop", "shop-ios", false), ("", "x", false), ("**a", "ba", true),
  ])
  func `a pattern fits a whole name`(_ pattern: String, _ name: String, _ fits: Bool) {
    #expect(Glob(pattern).matches(name) == fits)
  }

  @Test func `match window between windows that never match is an error, not a wait for nothing`() {
    var exports = exports(.window)
    exports[0].window = Sample.window(.week, from: "2016-02-01", through: "2016-02-07")

    #expect { try plan(exports) } throws: { error in
      (error as? DiagnosticList)?.all.map(\.message) == [
        "'later' and 'first' have no window in common, so nothing would wait"
      ]
    }
  }
}
