// SPDX-License-Identifier: Apache-2.0
import ExportManifest
import Testing

@Suite struct PeriodTests {
  @Test(arguments: [
    ("PT1H", "PT1H", PeriodGrid.clock(seconds: 3600)), ("PT60M", "PT1H", .clock(seconds: 3600)),
    ("PT15M", "PT15M", .clock(seconds: 900)), ("PT24H", "PT24H", .clock(seconds: 86_400)),
    ("PT1S", "PT1S", .clock(seconds: 1)), ("PT5H", "PT5H", .elapsed(seconds: 18_000)),
    ("PT36H", "PT36H", .elapsed(seconds: 129_600)), ("P1DT12H", "P1DT12H", .elapsed(seconds: 129_600)),
    ("P1D", "P1D", .calendar(months: 0, days: 1, seconds: 0)),
    ("P2W", "P14D", .calendar(months: 0, days: 14, seconds: 0)),
    ("P14M", "P1Y2M", .calendar(months: 14, days: 0, seconds: 0)),
    ("P100Y", "P100Y", .calendar(months: 1200, days: 0, seconds: 0)),
    ("P1Y2M3W4DT5H6M7S", "P1Y2M25DT5H6M7S", .calendar(months: 14, days: 25, seconds: 18_367)),
  ])
  func `a duration is read, told in its shortest form and cut`(text: String, told: String, grid: PeriodGrid) throws {
    let duration = try PeriodDuration(text)

    #expect(duration.description == told)
    #expect(try PeriodDuration(told) == duration)
    #expect(Period.duration(duration).grid(isAnchored: true) == grid)
  }

  @Test(arguments: [
    ("", PeriodDuration.Problem.malformed), ("P", .malformed), ("PT", .malformed), ("P1DT", .malformed),
    ("1D", .malformed), ("P1", .malformed), ("PD", .malformed), ("P1D1D", .malformed), ("P1D2M", .malformed),
    ("PT1D", .malformed), ("P1H", .malformed), ("P1D ", .malformed), ("p1d", .malformed), ("PT1T1H", .malformed),
    ("P1,5D", .malformed), ("P١D", .malformed), ("P0D", .zero), ("P0Y0M0DT0S", .zero), ("-P1D", .negative),
    ("P-1D", .negative), ("P100Y1D", .tooLong), ("P36526D", .tooLong), ("PT9999999999S", .tooLong),
    ("P99999999999999999999Y", .tooLong),
  ])
  func `what is no period is told by its reason`(text: String, problem: PeriodDuration.Problem) {
    #expect(throws: problem) { try PeriodDuration(text) }
  }

  @Test func `what has a name, or divides a day, needs no beginning`() throws {
    for text in ["PT1H", "PT15M", "PT24H", "P1D", "P1W", "P7D", "P1M"] {
      #expect(try !Period.duration(PeriodDuration(text)).needsFrom, "\(text)")
    }
    for text in ["P2D", "P2W", "P2M", "P1Y", "PT5H", "P1DT1H", "P1MT1H"] {
      #expect(try Period.duration(PeriodDuration(text)).needsFrom, "\(text)")
    }
    #expect(Period.named.allSatisfy { !$0.period.needsFrom })
  }
}
