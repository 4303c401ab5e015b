// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

/// Windows as services take them: in zones that move their clocks, in hours of half-hour zones, at most so long, and
/// only while they have the data.
@Suite struct ServiceWindowTests {
  private func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }

  private func window(_ start: String, _ end: String) throws -> Window {
    Window(start: try instant(start), end: try instant(end), zone: "UTC")
  }

  private static let paris = "Europe/Paris"
  private static let india = "Asia/Kolkata"
  private static let howe = "Australia/Lord_Howe"

  /// Unit, rendering, zone, end, window, and what is sent; `nil`: it cannot be asked for.
  private typealias Row = (
    WindowRule.Unit, WindowRule.Render, String, WindowRule.End, String, String, sent: (String, String)?
  )

  private static let rows: [Row] = [
    // Hours of UTC, and the last one of a day.
    (.hour, .hour, "UTC", .open, "2016-01-31T00:00:00Z", "2016-02-01T00:00:00Z", ("20160131T00", "20160201T00")),
    (.hour, .hour, "UTC", .included, "2016-01-31T00:00:00Z", "2016-02-01T00:00:00Z", ("20160131T00", "20160131T23")),
    (
      .hour, .iso, "UTC", .included, "2016-01-31T00:00:00Z", "2016-02-01T00:00:00Z",
      ("2016-01-31T00:00:00Z", "2016-01-31T23:00:00Z")
    ),
    // Hours of India begin at half past those of UTC.
    (.hour, .hour, india, .included, "2016-01-30T18:30:00Z", "2016-01-31T18:30:00Z", ("20160131T00", "20160131T23")),
    (.hour, .hour, india, .open, "2016-01-30T18:00:00Z", "2016-01-31T18:00:00Z", nil),
    (.hour, .epochSeconds, india, .open, "2016-01-30T18:30:00Z", "2016-01-30T19:30:00Z", ("1454178600", "1454182200")),
    // The clock of Paris goes forward at 01:00Z: there is no 02, and an hour before 03 is 01.
    (.hour, .hour, paris, .included, "2016-03-27T00:00:00Z", "2016-03-27T01:00:00Z", ("20160327T01", "20160327T01")),
    (.hour, .hour, paris, .open, "2016-03-27T00:00:00Z", "2016-03-27T01:00:00Z", ("20160327T01", "20160327T03")),
    // It goes back at 01:00Z: 02 comes twice, and is one hour where hours are told by the clock.
    (.hour, .hour, paris, .included, "2016-10-30T00:00:00Z", "2016-10-30T02:00:00Z", ("20161030T02", "20161030T02")),
    (.hour, .hour, paris, .included, "2016-10-30T00:00:00Z", "2016-10-30T01:00:00Z", nil),
    // Instants tell both apart.
    (.hour, .epochSeconds, paris, .open, "2016-10-30T00:00:00Z", "2016-10-30T01:00:00Z", ("1477785600", "1477789200")),
    (
      .hour, .epochMilliseconds, paris, .included, "2016-10-30T00:00:00Z", "2016-10-30T02:00:00Z",
      ("1477785600000", "1477789200000")
    ),
    // Lord Howe's clock goes back by half an hour: the hour before 02 began at 01, an hour and a half before.
    (.hour, .hour, howe, .included, "2016-04-02T14:00:00Z", "2016-04-02T15:30:00Z", ("20160403T01", "20160403T01")),
    // Days of 23 and 25 hours.
    (.day, .date, paris, .included, "2016-03-26T23:00:00Z", "2016-03-27T22:00:00Z", ("2016-03-27", "2016-03-27")),
    (.day, .compactDate, paris, .open, "2016-10-29T22:00:00Z", "2016-10-30T23:00:00Z", ("20161030", "20161031")),
    (.day, .hour, paris, .included, "2016-10-29T22:00:00Z", "2016-10-30T23:00:00Z", ("20161030T00", "20161030T00")),
    (.day, .epochSeconds, india, .open, "2016-01-30T18:30:00Z", "2016-01-31T18:30:00Z", ("1454178600", "1454265000")),
    (.day, .date, paris, .open, "2016-03-27T00:00:00Z", "2016-03-28T00:00:00Z", nil),
    // Months.
    (.month, .date, paris, .included, "2016-02-29T23:00:00Z", "2016-04-30T22:00:00Z", ("2016-03-01", "2016-04-01")),
    (.month, .date, "UTC", .open, "2016-01-01T00:00:00Z", "2016-02-01T00:00:00Z", ("2016-01-01", "2016-02-01")),
    (.month, .date, "UTC", .open, "2016-01-15T00:00:00Z", "2016-02-01T00:00:00Z", nil),
    // Up to the last millisecond, as far as the rendering shows it.
    (
      .instant, .epochMilliseconds, "UTC", .included, "2016-01-01T00:00:00Z", "2016-01-02T00:00:00Z",
      ("1451606400000", "1451692799999")
    ),
    (
      .instant, .epochSeconds, "UTC", .included, "2016-01-01T00:00:00Z", "2016-01-02T00:00:00Z",
      ("1451606400", "1451692799")
    ),
  ]

  @Test(arguments: rows.indices)
  func `what is sent of a window`(row: Int) throws {
    let (unit, render, zone, end, from, to, sent) = Self.rows[row]
    let rule = WindowRule(unit: unit, render: render, zone: zone, end: end)

    let found = try? rule.render(try window(from, to))

    #expect(found == sent.map { SentWindow(start: $0.0, end: $0.1) }, "\(Self.rows[row])")
  }

  @Test func `neighbouring hours of a year are never sent as the same`() throws {
    for zone in [Self.paris, Self.india, Self.howe, "UTC"] {
      let rule = WindowRule(unit: .hour, render: .hour, zone: zone, end: .open)
      var last: SentWindow?
      var at = try instant("2016-01-01T00:00:00Z")
      let end = try instant("2017-01-01T00:00:00Z")
      var count = 0
      while at < end {
        let next = at.advanced(by: .seconds(1800))
        for length in [1800, 3600, 5400, 7200] {
          let window = Window(start: at, end: at.advanced(by: .seconds(length)), zone: zone)
          guard let sent = try? rule.render(window) else { continue }
          #expect(last == nil || last?.end == sent.start, "\(zone) \(at)")
          #expect(sent.start < sent.end, "\(zone) \(at)")
          (last, count) = (sent, count + 1)
          break
        }
        at = next
      }
      #expect(count > 8700, "\(zone)")
    }
  }

  // MARK: Length

  @Test(arguments: [
    (31, "2016-01-01T00:00:00Z", "2016-02-01T00:00:00Z", true),
    (30, "2016-01-01T00:00:00Z", "2016-02-01T00:00:00Z", false),
    // A day of 25 hours is a day.
    (1, "2016-10-29T22:00:00Z", "2016-10-30T23:00:00Z", true),
    (1, "2016-10-29T22:00:00Z", "2016-10-31T23:00:00Z", false),
  ])
  func `days of a limit are days of the service's calendar`(days: Int, from: String, to: String, fits: Bool) throws {
    var rule = WindowRule(
      unit: .instant, render: .iso, zone: from.hasSuffix("T22:00:00Z") ? Self.paris : "UTC", end: .open)
    rule.most = .seconds(86_400 * days)

    #expect(((try? rule.render(try window(from, to))) != nil) == fits)
  }

  private func plan(
    _ window: WindowSetting, asOf: String = "2016-02-10T12:00:00Z", _ change: (inout WindowRule) -> Void
  ) throws -> (plan: Plan?, diagnostics: DiagnosticList) {
    var traits = Sample.traits
    for index in traits.datasets.indices where traits.datasets[index].kind == .historical {
      if var rule = traits.datasets[index].window {
        change(&rule)
        traits.datasets[index].window = rule
      }
    }
    let manifest = Sample.manifest([Sample.export("history", datasets: ["event"], window: window)], apps: ["ios"])
    return Planner(manifest, traits: ["engagement": traits], inputs: [], asOf: try instant(asOf)).plan()
  }

  @Test func `a window that is too long is an error that says what would fit`() throws {
    let (plan, problems) = try plan(Sample.window(.month, from: "2016-01-01", to: "2016-02-01")) {
      $0.most = .seconds(7 * 86_400)
    }

    #expect(plan == nil)
    #expect(
      problems.text().contains(
        "error: 'event' cannot be asked for 2016-01 at once: 2016-01-01T00:00:00Z to 2016-02-01T00:00:00Z is longer than 7d [P021]"
      ), "\(problems.text())")
    #expect(problems.text().contains("the service takes at most that: 'every: week' would fit"))
  }

  // MARK: Time

  @Test func `windows are kept back until the service has their data, or longer when the manifest says so`() throws {
    let window = Sample.window(from: "2016-02-07")
    let lagging = try #require(try plan(window) { $0.lag = .seconds(13 * 3600) }.plan)
    let patient = try #require(
      try plan(Sample.window(from: "2016-02-07", ripeAfter: .seconds(37 * 3600))) { $0.lag = .seconds(3600) }.plan)
    let plain = try #require(try plan(window) { _ in }.plan)

    #expect(plain.jobs.count == 3 && lagging.jobs.count == 2 && patient.jobs.count == 1)
    #expect(lagging.exports[0].ripeAfter == .seconds(13 * 3600))
    #expect(patient.exports[0].ripeAfter == .seconds(37 * 3600))
  }

  @Test func `how long a service keeps its data stands in the plan, and outlives its file`() throws {
    let kept = try #require(
      try plan(Sample.window(from: "2016-02-07")) { $0.oldest = .seconds(30 * 86_400) }.plan)
    let file = PlanFile(kept)

    let read = try PlanFile(parsing: file.bytes)

    #expect(kept.exports[0].oldest == ["event": .seconds(30 * 86_400)])
    #expect(read.plan == kept && read.digest == file.digest)
  }

  @Test func `the key of a job does not depend on how long data are kept or late`() throws {
    let window = Sample.window(from: "2016-02-01", through: "2016-02-03")
    let plain = try #require(try plan(window) { _ in }.plan)
    let other = try #require(
      try plan(window) { ($0.lag, $0.oldest, $0.most) = (.seconds(60), .seconds(86_400 * 90), .seconds(86_400)) }.plan)

    #expect(plain.jobs.keys == other.jobs.keys)
  }
}
