// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct WindowTests {
  let noon = Instant("2016-02-10T12:00:00Z") ?? Instant(seconds: 0)

  @Test func `days from a first to an inclusive last day are cut half-open`() throws {
    let cells = try Sample.window(from: "2016-01-30", through: "2016-02-01").cells(asOf: noon)

    #expect(cells.map(\.label) == ["2016-01-30", "2016-01-31", "2016-02-01"])
    #expect(cells.first?.window.start.description == "2016-01-30T00:00:00Z")
    #expect(cells.last?.window.end.description == "2016-02-02T00:00:00Z")
  }

  @Test func `an exclusive end leaves its day out`() throws {
    #expect(try Sample.window(from: "2016-01-30", to: "2016-02-01").cells(asOf: noon).count == 2)
  }

  @Test func `an open end takes what is ripe at the instant`() throws {
    let open = try Sample.window(from: "2016-02-07").cells(asOf: noon)
    let held = try Sample.window(from: "2016-02-07", ripeAfter: .seconds(13 * 3600)).cells(asOf: noon)

    #expect(open.map(\.label) == ["2016-02-07", "2016-02-08", "2016-02-09"])
    #expect(held.map(\.label) == ["2016-02-07", "2016-02-08"])
  }

  @Test func `the last seven days are seven whole days at any hour`() throws {
    for hour in [0, 1, 12, 23] {
      let asOf = Instant(startOf: noon.day).advanced(by: .seconds(hour * 3600))
      let cells = try Sample.window(last: .seconds(7 * 86_400)).cells(asOf: asOf)

      #expect(cells.count == 7)
      #expect(cells.last?.label == "2016-02-09")
    }
  }

  /// Where the clock is put back on 2026-10-25 and forward on 2026-03-29.
  @Test(arguments: ["2026-10-24", "2026-10-25", "2026-10-26", "2026-10-29", "2026-11-01", "2026-03-29", "2026-04-02"])
  func `the last days are as many over a change of the clock`(day: String) throws {
    let asOf = instant("\(day)T12:00:00Z")

    for (every, last, count) in [("day", 1, 1), ("day", 7, 7), ("week", 7, 1), ("PT6H", 7, 28)] {
      let window = Sample.window(
        try Sample.period(every), last: .seconds(last * 86_400), zone: "Europe/Berlin")
      #expect(try window.cells(asOf: asOf).count == count, "\(every) \(last)d at \(day)")
    }
  }

  @Test func `weeks begin on Monday and are named as ISO 8601 does`() throws {
    let cells = try Sample.window(.week, from: "2015-12-28", through: "2016-01-10").cells(asOf: noon)

    #expect(cells.map(\.label) == ["2015-W53", "2016-W01"])
  }

  @Test func `months have their own lengths`() throws {
    let cells = try Sample.window(.month, from: "2016-01-01", through: "2016-03-31").cells(asOf: noon)

    #expect(cells.map { $0.window.start.duration(to: $0.window.end).components.seconds / 86_400 } == [31, 29, 31])
  }

  @Test func `a start inside a cell is an error that names what fits`() {
    #expect(throws: WindowProblem.offGrid(day("2016-01-06"), period: .week, fits: day("2016-01-04"))) {
      try Sample.window(.week, from: "2016-01-06", through: "2016-01-10").cells(asOf: noon)
    }
  }

  @Test func `days of Paris last 23 and 25 hours when the clocks change`() throws {
    let spring = try Sample.window(from: "2016-03-26", through: "2016-03-28", zone: "Europe/Paris").cells(asOf: noon)
    let autumn = try Sample.window(from: "2016-10-29", through: "2016-10-31", zone: "Europe/Paris").cells(asOf: noon)

    #expect(hours(spring) == [24, 23, 24])
    #expect(hours(autumn) == [24, 25, 24])
  }

  @Test func `a day whose midnight is skipped begins at its first instant`() throws {
    // Brazil moved its clocks at midnight: 2016-10-16 began at 01:00.
    let cells = try Sample.window(from: "2016-10-16", through: "2016-10-16", zone: "America/Sao_Paulo").cells(
      asOf: noon)

    #expect(cells.first?.window.start.description == "2016-10-16T03:00:00Z")
    #expect(hours(cells) == [23])
  }

  @Test func `a day that a zone left out is no cell, and its neighbours meet`() throws {
    // Samoa went over the date line: there was no 2011-12-30.
    let cells = try Sample.window(from: "2011-12-29", through: "2011-12-31", zone: "Pacific/Apia").cells(asOf: noon)

    #expect(cells.map(\.label) == ["2011-12-29", "2011-12-31"])
    #expect(hours(cells) == [24, 24])
    #expect(cells[0].window.end == cells[1].window.start)
  }

  @Test func `windows of a grid meet without gaps for forty years in every zone with trouble`() throws {
    for zone in ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"] {
      let cells = try Sample.window(from: "1985-01-01", through: "2024-12-31", zone: zone).cells(asOf: noon)

      #expect(zip(cells, cells.dropFirst()).allSatisfy { $0.window.end == $1.window.start }, "\(zone)")
      #expect(cells.allSatisfy { $0.window.start < $0.window.end }, "\(zone)")
    }
  }

  @Test func `a service's included end is the last unit before the end`() throws {
    let window = Window(start: instant("2016-01-01T00:00:00Z"), end: instant("2016-02-01T00:00:00Z"), zone: "UTC")

    #expect(
      try WindowRule(unit: .day, render: .date, end: .included).render(window)
        == SentWindow(start: "2016-01-01", end: "2016-01-31"))
    #expect(
      try WindowRule(unit: .instant, render: .epochSeconds, end: .open).render(window)
        == SentWindow(start: "1451606400", end: "1454284800"))
    #expect(
      try WindowRule(unit: .month, render: .compactDate, end: .included).render(window)
        == SentWindow(start: "20160101", end: "20160101"))
  }

  @Test func `a Paris day cannot be sent to a service that takes whole UTC days`() {
    let window = Window(
      start: instant("2016-01-01T23:00:00Z"), end: instant("2016-01-02T23:00:00Z"), zone: "Europe/Paris")

    #expect(throws: InexactWindow.self) { try WindowRule(unit: .day, render: .date, end: .included).render(window) }
  }

  private func hours(_ cells: [WindowCell]) -> [Int64] {
    cells.map { $0.window.start.duration(to: $0.window.end).components.seconds / 3600 }
  }

  private func instant(_ text: String) -> Instant { Instant(text) ?? Instant(seconds: 0) }
  private func day(_ text: String) -> LocalTime { LocalTime(text) ?? LocalTime(seconds: 0) }
}
