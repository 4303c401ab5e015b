// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@Suite struct LocalTimeTests {
  @Test(arguments: [
    ("2016-01-31", "2016-01-31"), ("2016-01-31T00:00", "2016-01-31"), ("2016-01-31T13:30", "2016-01-31T13:30"),
    ("2016-01-31T13:30:00", "2016-01-31T13:30"), ("2016-01-31T13:30:05", "2016-01-31T13:30:05"),
    ("1969-12-31T23:59:59", "1969-12-31T23:59:59"), ("0001-01-01T00:00:01", "0001-01-01T00:00:01"),
  ])
  func `a day or a day and a time are read and told in their shortest form`(text: String, told: String) {
    #expect(LocalTime(text)?.description == told)
  }

  @Test(arguments: [
    "", "T", "2016-01-31T", "2016-01-31T1", "2016-01-31T13", "2016-01-31T24:00", "2016-01-31T13:60",
    "2016-01-31T13:30:60", "2016-01-31T13:30Z", "2016-01-31 13:30", "2016-02-30T10:00", "2016-01-31T13:30:00.5",
    "2016-01-31T13:30T", "2016-01-31T1３:30",
  ])
  func `anything else is no local time`(text: String) { #expect(LocalTime(text) == nil) }

  @Test func `months are added to a day without leaving the month`() {
    let day = CivilDate(year: 2016, month: 1, day: 31)

    #expect(day?.adding(months: 1).description == "2016-02-29")
    #expect(day?.adding(months: 13).description == "2017-02-28")
    #expect(day?.adding(months: -2).description == "2015-11-30")
  }
}
