// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@Suite struct TimeTests {
  @Test func `every day of eight hundred years has its number, and back`() {
    var previous = CivilDate(dayNumber: -146_098)
    for number in -146_097...146_097 {
      let date = CivilDate(dayNumber: number)
      #expect(date.dayNumber == number && previous < date)
      previous = date
    }
    #expect(CivilDate(dayNumber: 0).description == "1970-01-01")
  }

  @Test(arguments: [
    "2016-02-30", "2015-02-29", "1900-02-29", "2016-13-01", "2016-00-01", "2016-1-01", "x", "", "2016-01-01T",
  ])
  func `days that do not exist are none`(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test func `weekdays are those of ISO 8601`() {
    #expect(CivilDate("2016-01-04")?.weekday == 1)
    #expect(CivilDate("1969-12-28")?.weekday == 7)
  }

  @Test(arguments: [
    ("2016-01-31T00:00:00Z", "2016-01-31T00:00:00Z"), ("2016-01-31", "2016-01-31T00:00:00Z"),
    ("2016-01-31 10:20:30", "2016-01-31T10:20:30Z"), ("2016-01-31T10:20:30.1Z", "2016-01-31T10:20:30.100Z"),
    ("2016-01-31T10:20:30.123456789+02:30", "2016-01-31T07:50:30.123Z"),
    ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"), ("2016-01-01T00:00:00-00:30", "2016-01-01T00:30:00Z"),
    ("2016-01-31T10:20:30.000+0230", "2016-01-31T07:50:30Z"),
  ])
  func `instants are read as freely as the service writes them`(text: String, expected: String) {
    #expect(Instant(text)?.description == expected)
  }

  @Test(arguments: [
    "", "2016", "2016-01-31T25:00:00Z", "2016-01-31T10:20", "2016-01-31T10:20:30+2:00", "2016-01-31T10:20:30+02",
    "2016-01-31T10:20:30+023", "2016-02-30T00:00:00Z",
  ])
  func `what is no instant is none`(text: String) {
    #expect(Instant(text) == nil)
  }

  @Test(arguments: [("90s", "1m30s"), ("1h30m", "1h30m"), ("7d", "7d"), ("1w", "7d"), ("250ms", "250ms"), ("0s", "0s")])
  func `durations are read and written`(text: String, expected: String) throws {
    #expect(DurationText.format(try #require(DurationText.parse(text))) == expected)
  }

  @Test(arguments: ["1w15250284452w", "", "5", "s", "5x", "-5s", "1.5h", "99999999999999d", "5 s"])
  func `what is no duration is none`(text: String) {
    #expect(DurationText.parse(text) == nil)
  }
}
