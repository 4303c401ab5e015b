// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@testable import ExportStorage

@Suite struct RowCheckTests {
  static let events = RowRule(path: ["*", "events", "*"], required: ["name", "timestamp"], times: ["timestamp"])
  static let day = Window(
    start: Instant(seconds: 1_451_606_400), end: Instant(seconds: 1_451_692_800), zone: "UTC")  // 2016-01-01

  /// What is found in a file, however its bytes are cut.
  private func check(_ text: String, _ rule: RowRule = events, format: String = "json", cut: Int? = nil) -> String {
    do {
      var check = try RowChecks.make(Expectation(format: format, rows: rule, window: Self.day))
      let bytes = Array(text.utf8)
      let middle = min(cut ?? 0, bytes.count)
      try check.take(Array(bytes[..<middle]))
      try check.take(Array(bytes[middle...]))
      try check.finish()
      return "\(check.rows) rows"
    } catch let error as ContentProblem {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  static let good =
    #"[{"deviceId":"d","events":[{"name":"a","timestamp":"2016-01-01T00:00:00Z","extras":{"timestamp":"x"}},"#
    + #"{"timestamp":"2016-01-01 23:59:59.999","name":"b","more":[{"name":1}]}]},{"deviceId":"e","events":[]}]"#

  @Test func `rows are counted at their path, however the bytes are cut`() {
    for cut in 0...Self.good.utf8.count { #expect(check(Self.good, cut: cut) == "2 rows", "cut at \(cut)") }
  }

  @Test func `any beginning of a file is a file that was cut`() {
    for count in 1..<Self.good.utf8.count {
      let found = check(String(Self.good.prefix(count)))
      #expect(found.hasPrefix("the file is cut off"), "\(count): \(found)")
    }
    #expect(check("") == "the file is empty")
  }

  @Test(arguments: [
    ("[]", "0 rows"), ("{}", "element 1 has no 'events'"), ("not json", "the file is not JSON: byte 3 is wrong"),
    ("[1]", "the file has another shape: a bare value stands where a row was expected"),
    (#"[{"events":{}}]"#, "the file has another shape: a list was expected"),
    (#"[{"deviceId":"a"},{"events":[]}]"#, "element 1 has no 'events'"),
    (#"[{"events":[]},{"activities":[{"name":"a"}]}]"#, "element 2 has no 'events'"),
    (#"{"error":{"code":"Internal"}}"#, "element 1 has no 'events'"),
    (#"[{"deviceId":"\ud800"}]"#, "the file is not JSON: an escape before byte 20 is none, or half of a pair"),
    (
      "[{\"deviceId\":\(String(repeating: "1", count: 65))}]",
      "a text or number at byte 77 is longer than 64 bytes"
    ),
    (#"[[{"events":[]}]]"#, "the file has another shape: an object was expected"),
    (#"[{"events":[{"name":"a"}]}]"#, "row 1 has no 'timestamp'"),
    (
      #"[{"events":[{"timestamp":"2016-01-02T00:00:00Z","name":"a"}]}]"#,
      "row 1: timestamp 2016-01-02T00:00:00Z is outside 2016-01-01T00:00:00Z to 2016-01-02T00:00:00Z"
    ),
    (
      #"[{"events":[{"timestamp":"2016-01-01T23:30:00-01:00","name":"a"}]}]"#,
      "row 1: timestamp 2016-01-01T23:30:00-01:00 is outside 2016-01-01T00:00:00Z to 2016-01-02T00:00:00Z"
    ),
    (#"[{"events":[{"timestamp":"soon","name":"a"}]}]"#, "row 1: timestamp 'soon' is not a time"),
    ("{\"events\":[{\"name\":\"a\",\"timestamp\":\"2016-01-01\"}]}\n{\"events\":[]}\n", "1 rows"),
    ("[] []", "the file holds more than one JSON document"),
  ])
  func `each file is what it is`(text: String, expected: String) {
    #expect(check(text) == expected)
  }

  @Test(arguments: [
    ("deviceId,name,timestamp\r\nd,\"a,\"\"b\"\"\r\nc\",2016-01-01T10:00:00Z\r\n", "1 rows"),
    ("deviceId,name,timestamp\nd,a,2016-01-01T10:00:00Z", "1 rows"), ("deviceId,name,timestamp\r\n", "0 rows"),
    ("", "the file is empty: it has no header"), ("deviceId,name\r\n", "the header has no column 'timestamp'"),
    ("deviceId,name,timestamp\r\nd,a,2016-01-01,b\r\n", "row 1 has more fields than the header, which has 3"),
    (String(repeating: "a,", count: 10_000) + "b\r\n", "the header has more than 10000 fields"),
    ("deviceId,name,timestamp\r\nd,a\r\n", "row 1 has 2 fields, and the header 3"),
    ("deviceId,name,timestamp\r\nd,\"a", "the file is cut off: a quoted field does not end"),
    ("deviceId,name,timestamp\r\nd,a\"b,c\r\n", "the file is not CSV: a quote at byte 28 stands inside a field"),
    (
      "deviceId,name,timestamp\r\nd,a,2015-12-31T23:59:59Z\r\n",
      "row 1: timestamp 2015-12-31T23:59:59Z is outside 2016-01-01T00:00:00Z to 2016-01-02T00:00:00Z"
    ),
  ])
  func `CSV is read by its header, however the bytes are cut`(text: String, expected: String) {
    #expect(check(text, format: "csv") == expected)
    for cut in 0...min(80, text.utf8.count) {
      #expect(check(text, format: "csv", cut: cut) == expected, "cut at \(cut)")
    }
  }

  @Test func `what is said of objects above rows is left out with the schema`() {
    #expect(check(#"[{"deviceId":"a"},{"events":[]}]"#, Self.events.withoutSchema) == "0 rows")
    #expect(check(#"{"error":1}"#, RowRule(path: ["value", "*"])) == "the document has no 'value'")
  }

  @Test func `a record of CSV that does not end is told before it is read whole`() throws {
    var check = try RowChecks.make(Expectation(format: "csv", rows: RowRule(), window: nil))
    let megabyte = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    var taken = 0
    let problem = #expect(throws: ContentProblem.self) {
      try check.take(Array("n\n".utf8))
      while taken < 100 {
        try check.take(megabyte)
        taken += 1
      }
    }

    #expect(problem?.message == "row 1 is longer than 16 MiB")
    #expect(taken == 16)
  }

  @Test func `CSV of many fields, each of them short enough, is bounded as well`() throws {
    var check = try RowChecks.make(Expectation(format: "csv", rows: RowRule(), window: nil))
    let commas = [UInt8](repeating: UInt8(ascii: ","), count: 100_000)
    let problem = #expect(throws: ContentProblem.self) { try check.take(Array("a,b\n".utf8) + commas) }

    #expect(problem?.message == "row 1 has more fields than the header, which has 2")
  }

  @Test(arguments: [([0x66, 0xFC] as [UInt8], "row 1 is not UTF-8"), ([0x66, 0xC3, 0xBC], nil)])
  func `CSV is UTF-8`(cell: [UInt8], problem: String?) {
    let bytes = Array("n,m\r\n".utf8) + cell + Array(",x\r\n".utf8)
    let expectation = Expectation(format: "csv", rows: RowRule(), window: nil)

    let told = problem.map { StoreError.artifact("'file': \($0)") }
    do {
      let artifact = try Verifier.artifact(bytes, expecting: expectation)
      #expect(told == nil && artifact.rows == 1)
    } catch { #expect(error as? StoreError == told) }
  }

  @Test(arguments: ["json", "jsonl", "csv"])
  func `a mark before UTF-8 is left out, however the bytes are cut`(format: String) throws {
    let text = format == "csv" ? "n\n1\n" : #"{"n":1}"#
    let rule = RowRule(required: ["n"])
    for pieceSize in [1, 2, 4, 100] {
      let artifact = try Verifier.artifact(
        [0xEF, 0xBB, 0xBF] + Array(text.utf8), expecting: Expectation(format: format, rows: rule, window: nil),
        pieceSize: pieceSize)
      #expect(artifact.rows == 1)
      #expect(artifact.bytes == Int64(3 + text.utf8.count))
    }
    // A part of it is none.
    #expect(throws: StoreError.self) {
      try Verifier.artifact(
        [0xEF, 0xBB] + Array(text.utf8), expecting: Expectation(format: format, rows: rule, window: nil))
    }
  }

  @Test(arguments: [
    ("12", "a number, a flag or nothing"), ("null", "a number, a flag or nothing"),
    ("true", "a number, a flag or nothing"), ("{}", "an object"), ("[]", "a list"),
  ])
  func `a time that is no text is not good`(value: String, found: String) {
    let text = #"[{"events":[{"name":"a","timestamp":"# + value + "}]}]"

    #expect(check(text) == "row 1: timestamp is \(found), not a time")
  }
}
