// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

/// Windows where clocks and calendars do strange things, each cell as `label start hours`.
@Suite struct ZoneWindowTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var zone: String
    var every: String
    var from: String
    var to: String
    var gap = WindowSetting.Gap.shift
    var fold = WindowSetting.Fold.first
    var cells: [String]

    var testDescription: String { "\(every) in \(zone) from \(from)" }
  }

  static let rows: [Row] = [
    // Hours: the clock of Paris went from 02:00 to 03:00, and in autumn from 03:00 to 02:00.
    Row(
      zone: "Europe/Paris", every: "hour", from: "2016-03-27T01:00", to: "2016-03-27T04:00",
      cells: ["2016-03-27T00Z 2016-03-27T00:00:00Z 1", "2016-03-27T01Z 2016-03-27T01:00:00Z 1"]),
    Row(
      zone: "Europe/Paris", every: "hour", from: "2016-10-30T01:00", to: "2016-10-30T04:00",
      cells: [
        "2016-10-29T23Z 2016-10-29T23:00:00Z 1", "2016-10-30T00Z 2016-10-30T00:00:00Z 1",
        "2016-10-30T01Z 2016-10-30T01:00:00Z 1", "2016-10-30T02Z 2016-10-30T02:00:00Z 1",
      ]),
    // Lord Howe moves its clock by half an hour: 02:00 to 02:30, and back to 01:30.
    Row(
      zone: "Australia/Lord_Howe", every: "hour", from: "2016-10-02T01:00", to: "2016-10-02T04:00",
      cells: [
        "2016-10-01T1430Z 2016-10-01T14:30:00Z 1", "2016-10-01T1530Z 2016-10-01T15:30:00Z 0.5",
        "2016-10-01T16Z 2016-10-01T16:00:00Z 1",
      ]),
    Row(
      zone: "Australia/Lord_Howe", every: "hour", from: "2016-10-02T01:00", to: "2016-10-02T04:00", gap: .skip,
      cells: ["2016-10-01T1430Z 2016-10-01T14:30:00Z 1", "2016-10-01T16Z 2016-10-01T16:00:00Z 1"]),
    Row(
      zone: "Australia/Lord_Howe", every: "hour", from: "2016-04-03T01:00", to: "2016-04-03T03:00",
      cells: ["2016-04-02T14Z 2016-04-02T14:00:00Z 1.5", "2016-04-02T1530Z 2016-04-02T15:30:00Z 1"]),
    // Parts of an hour are cut at every reading, both times.
    Row(
      zone: "Australia/Lord_Howe", every: "PT30M", from: "2016-04-03T01:00", to: "2016-04-03T02:30",
      cells: [
        "2016-04-02T1400Z 2016-04-02T14:00:00Z 0.5", "2016-04-02T1430Z 2016-04-02T14:30:00Z 0.5",
        "2016-04-02T1500Z 2016-04-02T15:00:00Z 0.5", "2016-04-02T1530Z 2016-04-02T15:30:00Z 0.5",
      ]),
    Row(
      zone: "Asia/Kathmandu", every: "PT6H", from: "2016-01-01", to: "2016-01-01T12:00",
      cells: ["2015-12-31T1815Z 2015-12-31T18:15:00Z 6", "2016-01-01T0015Z 2016-01-01T00:15:00Z 6"]),
    // Two hours of the clock: the cell over the gap is short, the one with the fold long.
    Row(
      zone: "Europe/Paris", every: "PT2H", from: "2016-03-27", to: "2016-03-27T06:00",
      cells: [
        "2016-03-26T23Z 2016-03-26T23:00:00Z 2", "2016-03-27T01Z 2016-03-27T01:00:00Z 1",
        "2016-03-27T02Z 2016-03-27T02:00:00Z 2",
      ]),
    Row(
      zone: "Europe/Paris", every: "PT2H", from: "2016-03-27", to: "2016-03-27T06:00", gap: .skip,
      cells: ["2016-03-26T23Z 2016-03-26T23:00:00Z 2", "2016-03-27T02Z 2016-03-27T02:00:00Z 2"]),
    Row(
      zone: "Europe/Paris", every: "PT2H", from: "2016-10-30", to: "2016-10-30T06:00",
      cells: [
        "2016-10-29T22Z 2016-10-29T22:00:00Z 2", "2016-10-30T00Z 2016-10-30T00:00:00Z 3",
        "2016-10-30T03Z 2016-10-30T03:00:00Z 2",
      ]),
    Row(
      zone: "Europe/Paris", every: "PT2H", from: "2016-10-30", to: "2016-10-30T06:00", fold: .second,
      cells: [
        "2016-10-29T22Z 2016-10-29T22:00:00Z 3", "2016-10-30T01Z 2016-10-30T01:00:00Z 2",
        "2016-10-30T03Z 2016-10-30T03:00:00Z 2",
      ]),
    // Days without a midnight.
    Row(
      zone: "America/Sao_Paulo", every: "day", from: "2016-10-15", to: "2016-10-18",
      cells: [
        "2016-10-15 2016-10-15T03:00:00Z 24", "2016-10-16 2016-10-16T03:00:00Z 23",
        "2016-10-17 2016-10-17T02:00:00Z 24",
      ]),
    Row(
      zone: "America/Sao_Paulo", every: "day", from: "2016-10-15", to: "2016-10-18", gap: .skip,
      cells: ["2016-10-15 2016-10-15T03:00:00Z 24", "2016-10-17 2016-10-17T02:00:00Z 24"]),
    Row(
      zone: "Asia/Beirut", every: "day", from: "2016-03-26", to: "2016-03-29",
      cells: [
        "2016-03-26 2016-03-25T22:00:00Z 24", "2016-03-27 2016-03-26T22:00:00Z 23",
        "2016-03-28 2016-03-27T21:00:00Z 24",
      ]),
    Row(
      zone: "Asia/Beirut", every: "day", from: "2016-10-29", to: "2016-10-31",
      cells: ["2016-10-29 2016-10-28T21:00:00Z 25", "2016-10-30 2016-10-29T22:00:00Z 24"]),
    // A day with two midnights: Havana goes from 01:00 back to 00:00.
    Row(
      zone: "America/Havana", every: "day", from: "2016-11-05", to: "2016-11-07",
      cells: ["2016-11-05 2016-11-05T04:00:00Z 24", "2016-11-06 2016-11-06T04:00:00Z 25"]),
    Row(
      zone: "America/Havana", every: "day", from: "2016-11-05", to: "2016-11-07", fold: .second,
      cells: ["2016-11-05 2016-11-05T04:00:00Z 25", "2016-11-06 2016-11-06T05:00:00Z 24"]),
    // Samoa had no 2011-12-30, whatever the policy.
    Row(
      zone: "Pacific/Apia", every: "day", from: "2011-12-29", to: "2012-01-01",
      cells: ["2011-12-29 2011-12-29T10:00:00Z 24", "2011-12-31 2011-12-30T10:00:00Z 24"]),
    Row(
      zone: "Pacific/Apia", every: "day", from: "2011-12-29", to: "2012-01-01", gap: .skip,
      cells: ["2011-12-29 2011-12-29T10:00:00Z 24", "2011-12-31 2011-12-30T10:00:00Z 24"]),
    Row(
      zone: "Pacific/Apia", every: "week", from: "2011-12-26", to: "2012-01-02",
      cells: ["2011-W52 2011-12-26T10:00:00Z 144"]),
    Row(
      zone: "Pacific/Apia", every: "P1D", from: "2011-12-29T12:00", to: "2012-01-01T12:00",
      cells: [
        "2011-12-29 2011-12-29T22:00:00Z 12", "2011-12-30 2011-12-30T10:00:00Z 12",
        "2011-12-31 2011-12-30T22:00:00Z 24",
      ]),
    // Before 1970, and before there were zones: Paris was 561 s ahead until 1911-03-11.
    Row(
      zone: "UTC", every: "day", from: "1900-02-28", to: "1900-03-02",
      cells: ["1900-02-28 1900-02-28T00:00:00Z 24", "1900-03-01 1900-03-01T00:00:00Z 24"]),
    Row(
      zone: "America/New_York", every: "month", from: "1969-10-01", to: "1969-12-01",
      cells: ["1969-10 1969-10-01T04:00:00Z 745", "1969-11 1969-11-01T05:00:00Z 720"]),
    Row(
      zone: "Europe/Paris", every: "day", from: "1900-01-01", to: "1900-01-02",
      cells: ["1900-01-01 1899-12-31T23:50:39Z 24"]),
    // Leap days and month ends, always reckoned from the anchor.
    Row(
      zone: "UTC", every: "P1M", from: "2016-01-31", to: "2016-05-31",
      cells: [
        "2016-01-31 2016-01-31T00:00:00Z 696", "2016-02-29 2016-02-29T00:00:00Z 744",
        "2016-03-31 2016-03-31T00:00:00Z 720", "2016-04-30 2016-04-30T00:00:00Z 744",
      ]),
    Row(
      zone: "UTC", every: "P1Y", from: "2016-02-29", to: "2020-02-29",
      cells: [
        "2016-02-29 2016-02-29T00:00:00Z 8760", "2017-02-28 2017-02-28T00:00:00Z 8760",
        "2018-02-28 2018-02-28T00:00:00Z 8760", "2019-02-28 2019-02-28T00:00:00Z 8784",
      ]),
    Row(
      zone: "UTC", every: "P1M", from: "2016-03-31", to: "2016-05-31",
      cells: ["2016-03-31 2016-03-31T00:00:00Z 720", "2016-04-30 2016-04-30T00:00:00Z 744"]),
    Row(
      zone: "Europe/Paris", every: "P10D", from: "2016-03-20", to: "2016-04-09",
      cells: ["2016-03-20 2016-03-19T23:00:00Z 239", "2016-03-30 2016-03-29T22:00:00Z 240"]),
    Row(
      zone: "UTC", every: "P1MT12H", from: "2016-01-31", to: "2016-04-01",
      cells: ["2016-01-31T00Z 2016-01-31T00:00:00Z 708", "2016-02-29T12Z 2016-02-29T12:00:00Z 756"]),
    Row(
      zone: "UTC", every: "P1W", from: "2016-01-06", to: "2016-01-20",
      cells: ["2016-01-06 2016-01-06T00:00:00Z 168", "2016-01-13 2016-01-13T00:00:00Z 168"]),
    // Elapsed time does not mind the clock.
    Row(
      zone: "Europe/Paris", every: "P1DT12H", from: "2016-03-26", to: "2016-03-29T01:00",
      cells: ["2016-03-25T23Z 2016-03-25T23:00:00Z 36", "2016-03-27T11Z 2016-03-27T11:00:00Z 36"]),
    Row(
      zone: "UTC", every: "PT5H", from: "2016-01-01", to: "2016-01-01T10:00",
      cells: ["2016-01-01T00Z 2016-01-01T00:00:00Z 5", "2016-01-01T05Z 2016-01-01T05:00:00Z 5"]),
    Row(
      zone: "UTC", every: "PT45M", from: "2016-01-01", to: "2016-01-01T02:15",
      cells: [
        "2016-01-01T0000Z 2016-01-01T00:00:00Z 0.75", "2016-01-01T0045Z 2016-01-01T00:45:00Z 0.75",
        "2016-01-01T0130Z 2016-01-01T01:30:00Z 0.75",
      ]),
    Row(
      zone: "UTC", every: "PT30S", from: "2016-01-01T00:00:30", to: "2016-01-01T00:01:00",
      cells: ["2016-01-01T000030Z 2016-01-01T00:00:30Z \(30.0 / 3600)"]),
  ]

  @Test(arguments: rows) func `cells are cut where the zone's clock says`(row: Row) throws {
    let setting = Sample.window(
      try Sample.period(row.every), from: row.from, to: row.to, zone: row.zone, gap: row.gap, fold: row.fold)

    let cells = try setting.cells(asOf: Instant(seconds: 1_600_000_000)).map { cell in
      let hours = cell.window.start.duration(to: cell.window.end).inSeconds / 3600
      let text = hours == hours.rounded() ? "\(Int(hours))" : "\(hours)"
      return "\(cell.label) \(cell.window.start) \(text)"
    }

    #expect(cells == row.cells)
  }

  @Test func `a day has 23, 24 or 25 hours, and every real hour once`() throws {
    for (day, next, count) in [
      ("2016-03-27", "2016-03-28", 23), ("2016-06-01", "2016-06-02", 24), ("2016-10-30", "2016-10-31", 25),
    ] {
      let cells = try Sample.window(.hour, from: day, to: next, zone: "Europe/Paris").cells(asOf: Instant(seconds: 0))

      #expect(cells.count == count)
      #expect(cells.allSatisfy { $0.window.start.advanced(by: .seconds(3600)) == $0.window.end })
      #expect(Set(cells.map(\.label)).count == count)
    }
  }

  @Test func `durations of one unit mean the named period when nothing is counted from`() throws {
    let asOf = try #require(Instant("2016-03-31T12:00:00Z"))
    for (text, named) in [("PT1H", Period.hour), ("P1D", .day), ("P1W", .week), ("P7D", .week), ("P1M", .month)] {
      let last = Duration.seconds(90 * 86_400)

      let cells = try Sample.window(Sample.period(text), last: last, zone: "Europe/Paris").cells(asOf: asOf)

      #expect(try cells == Sample.window(named, last: last, zone: "Europe/Paris").cells(asOf: asOf), "\(text)")
    }
  }

  @Test func `the last day of windows counted from a time of day ends at that time`() throws {
    let setting = Sample.window(try Sample.period("P1D"), from: "2016-01-30T06:00", through: "2016-01-31")

    let cells = try setting.cells(asOf: Instant(seconds: 0))

    #expect(cells.map(\.window.end.description) == ["2016-01-31T06:00:00Z", "2016-02-01T06:00:00Z"])
  }

  @Test(arguments: [
    ("hour", "2016-01-06T10:40", "UTC", "2016-01-06T11:00"), ("week", "2016-01-06", "UTC", "2016-01-04"),
    ("week", "2016-01-08", "UTC", "2016-01-11"), ("month", "2016-01-20", "UTC", "2016-02-01"),
    ("day", "2016-01-06T06:00", "Europe/Paris", "2016-01-06"), ("PT6H", "2016-01-06T17:00", "UTC", "2016-01-06T18:00"),
  ])
  func `a start that does not fit names the nearest that does`(
    every: String, from: String, zone: String, fits: String
  ) throws {
    let period = try Sample.period(every)
    let problem = WindowProblem.offGrid(
      Sample.time(from).value, period: period, fits: Sample.time(fits).value)

    #expect(throws: problem) { try Sample.window(period, from: from, zone: zone).cells(asOf: Instant(seconds: 0)) }
  }

  @Test(arguments: [("P10D", "2016-01-25", "2016-01-21"), ("PT5H", "2016-01-01T13:00", "2016-01-01T15:00")])
  func `an end that does not fit names the nearest that does`(every: String, to: String, fits: String) throws {
    let period = try Sample.period(every)
    let problem = WindowProblem.offGrid(Sample.time(to).value, period: period, fits: Sample.time(fits).value)

    #expect(throws: problem) { try Sample.window(period, from: "2016-01-01", to: to).cells(asOf: Instant(seconds: 0)) }
  }

  @Test func `GMT is a zone, abbreviations and offsets are none`() throws {
    let hours = try #require(ZoneCalendar("GMT"))

    #expect(hours.start(of: CivilDate(dayNumber: 16_800)) == Instant(startOf: CivilDate(dayNumber: 16_800)))
    for name in ["PST", "gmt", "UTC+1", "+01:00", "europe/paris"] { #expect(ZoneCalendar(name) == nil, "\(name)") }
  }

  @Test func `a duration that is counted from a beginning needs one`() throws {
    for text in ["P2D", "P3M", "P1Y", "PT5H", "P1DT12H", "P1MT1H"] {
      let period = try Sample.period(text)

      #expect(throws: WindowProblem.needsFrom(period)) { try Sample.window(period).cells(asOf: Instant(seconds: 0)) }
    }
  }

  @Test func `a snapshot has no cell while its own is left out`() throws {
    let setting = Sample.window(zone: "America/Sao_Paulo", gap: .skip)

    #expect(try setting.currentCell(asOf: #require(Instant("2016-10-16T12:00:00Z"))) == nil)
    #expect(try setting.currentCell(asOf: #require(Instant("2016-10-17T12:00:00Z")))?.label == "2016-10-17")
  }

  @Test func `more than a hundred thousand cells are refused before they are made`() throws {
    let setting = Sample.window(try Sample.period("PT1S"), from: "0001-01-01", to: "9999-01-01")

    #expect(throws: WindowProblem.tooMany(limit: 100_000)) { try setting.cells(asOf: Instant(seconds: 0)) }
  }

  @Test func `a hundred thousand cells are cut, named in order and meet`() throws {
    for (every, to) in [("hour", "2011-05-28"), ("day", "2273-10-13")] {
      let setting = Sample.window(try Sample.period(every), from: "2000-01-01", to: to, zone: "Europe/Paris")

      let cells = try setting.cells(asOf: Instant(seconds: 0))

      #expect(cells.count > 99_000)
      #expect(zip(cells, cells.dropFirst()).allSatisfy { $0.window.end == $1.window.start && $0.label < $1.label })
    }
  }
}
