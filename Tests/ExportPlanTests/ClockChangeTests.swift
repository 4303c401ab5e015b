// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan
import Testing

@Suite struct ClockChangeTests {
  @Test(arguments: [
    ("day", "Europe/Paris", ["2016-03-27 23.0 shorter", "2016-10-30 25.0 longer"]),
    ("week", "Europe/Paris", ["2016-W12 167.0 shorter", "2016-W43 169.0 longer"]),
    ("month", "Europe/Paris", ["2016-03 743.0 shorter", "2016-10 745.0 longer"]),
    ("hour", "Europe/Paris", ["2016-10-30T00Z 1.0 starts-in-fold", "2016-10-30T01Z 1.0 starts-in-fold"]),
    (
      "PT2H", "Europe/Paris",
      ["2016-03-27T01Z 1.0 shorter starts-in-gap", "2016-10-30T00Z 3.0 longer starts-in-fold"]
    ),
    (
      "day", "America/Sao_Paulo", ["2016-02-20 25.0 longer", "2016-10-16 23.0 shorter starts-in-gap"]
    ),
    ("day", "Australia/Lord_Howe", ["2016-04-03 24.5 longer", "2016-10-02 23.5 shorter"]),
    ("day", "America/Havana", ["2016-03-13 23.0 shorter starts-in-gap", "2016-11-06 25.0 longer starts-in-fold"]),
    ("day", "UTC", []), ("day", "Asia/Kathmandu", []),
  ])
  func `windows that a change of the clock touches are listed`(
    every: String, zone: String, expected: [String]
  ) throws {
    let setting = Sample.window(try Sample.period(every), zone: zone)

    let changes = try setting.clockChanges(asOf: #require(Instant("2016-01-01T12:00:00Z")))

    #expect(changes.map { "\($0.label) \($0.hours) \($0.effects.map(\.rawValue).joined(separator: " "))" } == expected)
  }

  @Test func `a window that is left out is told as such, and elapsed time is never touched`() throws {
    let asOf = try #require(Instant("2016-06-01T00:00:00Z"))
    let skipping = Sample.window(zone: "America/Sao_Paulo", gap: .skip)
    let elapsed = Sample.window(try Sample.period("PT5H"), from: "2016-06-01", zone: "America/Sao_Paulo")

    #expect(try skipping.clockChanges(asOf: asOf).first?.effects == [.shorter, .leftOut])
    #expect(try elapsed.clockChanges(asOf: asOf) == [])
  }

  @Test func `only windows between the bounds are listed, by export`() throws {
    let asOf = try #require(Instant("2016-01-01T00:00:00Z"))
    let manifest = Sample.manifest([
      Sample.export(
        "past", datasets: ["event"],
        window: Sample.window(
          from: "2015-01-01", through: "2015-12-31", zone: "Europe/Paris")),
      Sample.export(
        "spring", datasets: ["event"],
        window: Sample.window(
          from: "2016-01-01", through: "2016-06-30", zone: "Europe/Paris")),
    ])

    let window = Window(
      start: try #require(Instant("2016-03-26T23:00:00Z")), end: try #require(Instant("2016-03-27T22:00:00Z")),
      zone: "Europe/Paris")
    #expect(
      manifest.clockChanges(asOf: asOf) == [
        ClockChanges(
          export: "spring", zone: "Europe/Paris",
          windows: [ClockChange(label: "2016-03-27", window: window, effects: [.shorter])])
      ])
  }
}
