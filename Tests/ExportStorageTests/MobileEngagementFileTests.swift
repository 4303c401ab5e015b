// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportServices
import Testing

@testable import ExportStorage

/// Files of datasets that Mobile Engagement publishes no schema for, held against what the description says of them
/// (contract.md, sections 5.2 and 8).
@Suite struct MobileEngagementFileTests {
  private static let day = Window(
    start: Instant(seconds: 1_451_606_400), end: Instant(seconds: 1_451_692_800), zone: "UTC")  // 2016-01-01
  private static let id = "5a2fbedd9e3322348f699776b50b78f1"

  private static func check(_ dataset: String, _ text: String, format: String = "json") throws -> String {
    let file = try #require(BundledDescriptions.file(named: "azure-mobile-engagement"))
    let rows = try #require(ServiceDescription.load(file).description?.traits.dataset(dataset)?.rows)
    do {
      var check = try RowChecks.make(Expectation(format: format, rows: rows, window: day))
      try check.take(Array(text.utf8))
      try check.finish()
      return "\(check.rows) rows"
    } catch let error as ContentProblem {
      return error.message
    }
  }

  @Test(
    arguments: [
      (
        #""name":"boom","timestamp":"2016-01-01T10:00:00Z","infoId":"ID","sessionId":"ID","locationId":"ID","crashId":"ID","extras":{}"#,
        nil
      ),
      // A crash outside of a session, and without a name.
      (#""name":null,"timestamp":"2016-01-01T10:00:00Z","sessionId":null,"crashId":null,"extras":null"#, nil),
      (#""timestamp":"2016-01-01T10:00:00Z""#, nil), (#""name":"boom""#, "timestamp"),
      (#""timestamp":"2016-01-02T00:00:00Z""#, "timestamp"), (#""timestamp":"soon""#, "timestamp"),
      (#""timestamp":"2016-01-01T10:00:00Z","crashId":"x""#, "crashId"),
      (#""timestamp":"2016-01-01T10:00:00Z","extras":[]"#, "extras"),
    ] as [(String, String?)])
  func `a file of crashes is held against its rows`(members: String, problem: String?) throws {
    let members = members.replacing("ID", with: Self.id)

    let told = try Self.check("crash", #"[{"deviceId":"\#(Self.id)","crashes":[{\#(members)}]}]"#)

    #expect(problem == nil ? told == "1 rows" : told.contains(problem ?? ""), "\(told)")
  }

  @Test(arguments: ["activity", "event", "error", "crash"], ["json", "csv"])
  func `what holds rows is held against its schema, in every element`(dataset: String, format: String) throws {
    let (key, list) =
      dataset == "activity" ? ("sessionId", "activities") : ("deviceId", dataset == "crash" ? "crashes" : "\(dataset)s")
    let (name, at) = ("boom", "2016-01-01T10:00:00Z")
    func file(_ last: String?) -> String {
      guard format == "json" else {
        return last.map { "\(key),name,timestamp\r\n\(Self.id),\(name),\(at)\r\n\($0),\(name),\(at)\r\n" }
          ?? "name,timestamp\r\n\(name),\(at)\r\n"
      }
      let rows = #""\#(list)":[{"name":"\#(name)","timestamp":"\#(at)"}]"#
      let second = last.map { #"{\#(rows),"\#(key)":"\#($0)"}"# } ?? "{\(rows)}"
      return #"[{"\#(key)":"\#(Self.id)",\#(rows)},\#(second)]"#
    }

    let good = try Self.check(dataset, file(Self.id), format: format)
    let odd = try Self.check(dataset, file("x"), format: format)
    let without = try Self.check(dataset, file(nil), format: format)

    #expect(good == "2 rows")
    #expect(odd.hasSuffix("\(key) 'x' is not a GUID"), "\(odd)")
    #expect(without == (format == "json" ? "element 2 has no '\(key)'" : "the header has no column '\(key)'"))
  }

  @Test(
    arguments: [
      (
        #""sessionId":"ID","start":"2016-01-01T10:00:00Z","end":"2016-01-02T00:10:00Z","deviceId":"ID","infoId":"ID","locationId":"ID""#,
        nil
      ),
      (#""sessionId":"ID","deviceId":"ID","start":null,"end":null,"infoId":null,"locationId":null"#, nil),
      (#""sessionId":"ID","deviceId":"ID""#, nil), (#""deviceId":"ID""#, "sessionId"),
      (#""sessionId":"ID""#, "deviceId"),
      (#""sessionId":"ID","deviceId":"x""#, "deviceId"),
      (#""sessionId":"ID","deviceId":"ID","start":"2016-01-02T00:00:00Z""#, "start"),
      (#""sessionId":"ID","deviceId":"ID","end":7"#, "end"),
    ] as [(String, String?)])
  func `a file of sessions is held against its rows`(members: String, problem: String?) throws {
    let told = try Self.check("session", "[{\(members.replacing("ID", with: Self.id))}]")

    #expect(problem == nil ? told == "1 rows" : told.contains(problem ?? ""), "\(told)")
  }

  @Test(arguments: [
    ("session", "sessionId,deviceId,start\r\nID,ID,2016-01-01T10:00:00Z\r\nID,ID,\r\n", "2 rows"),
    ("session", "sessionId,deviceId,start\r\nID,ID,2015-12-31\r\n", "start"),
    ("crash", "deviceId,name,timestamp\r\nID,boom,2016-01-01T10:00:00Z\r\n", "1 rows"),
    ("crash", "deviceId,name,timestamp\r\nID,boom,\r\n", "timestamp '' is not a time"),
    ("crash", "deviceId,name\r\nID,boom\r\n", "the header has no column 'timestamp'"),
  ])
  func `as CSV they are held against the same`(dataset: String, text: String, told: String) throws {
    let found = try Self.check(dataset, text.replacing("ID", with: Self.id), format: "csv")

    #expect(found.contains(told), "\(found)")
  }
}
