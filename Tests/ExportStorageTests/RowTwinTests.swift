// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@testable import ExportStorage

/// Rows that come twice.
@Suite struct RowTwinTests {
  private func check(
    _ texts: [String], _ unique: ExportCore.Expectation.Uniqueness, _ rule: RowRule = RowRule(), format: String = "json"
  ) -> String {
    do {
      let twins = TwinWatch(unique)
      var rows: Int64 = 0
      for text in texts {
        var check = try RowChecks.make(Expectation(format: format, rows: rule, window: nil), twins: twins)
        try check.take(Array(text.utf8))
        try check.finish()
        rows += check.rows
      }
      return "\(rows) rows"
    } catch let error as ContentProblem {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  private static let byID = ExportCore.Expectation.Uniqueness.members(["id"])
  private static let twice = "row 2 has the same id as a row before it: rows came twice"

  @Test(arguments: [
    (#"[{"id":1},{"id":2}]"#, "2 rows"), (#"[{"id":1},{"id":1,"n":2}]"#, twice),
    (#"[{"id":1},{"id":"1"}]"#, "2 rows"), (#"[{"id":null},{"id":null},{},{}]"#, "4 rows"),
    (#"[{"a":{"id":1}},{"a":{"id":1}}]"#, "2 rows"),
  ])
  func `rows with the same identity are told`(text: String, expected: String) {
    #expect(check([text], Self.byID) == expected)
    #expect(check([text], .none).hasSuffix(" rows"))
  }

  @Test func `an identity of several members is all of them, in any order`() {
    let pair = ExportCore.Expectation.Uniqueness.members(["a", "b"])

    #expect(check([#"[{"a":1,"b":2},{"a":2,"b":1}]"#], pair) == "2 rows")
    #expect(
      check([#"[{"a":1,"b":2},{"b":2,"a":1}]"#], pair) == "row 2 has the same a, b as a row before it: rows came twice")
    #expect(check(["a,b,c\n1,2,3\n2,1,3\n"], pair, format: "csv") == "2 rows")
    #expect(
      check(["a,b,c\n1,2,3\n1,2,4\n"], pair, format: "csv")
        == "row 2 has the same a, b as a row before it: rows came twice")
    #expect(check(["a,b,c\n,2,3\n,2,4\n"], pair, format: "csv") == "2 rows")
    #expect(check(["a,c\n1,3\n1,4\n"], pair, format: "csv") == "2 rows")
  }

  @Test func `rows come twice over all files of a job`() {
    #expect(
      check([#"[{"id":1}]"#, #"[{"id":2},{"id":1}]"#], Self.byID)
        == "row 2 has the same id as a row before it: rows came twice")
    #expect(check([#"[{"id":1}]"#, #"[{"id":2}]"#], Self.byID) == "2 rows")
  }

  @Test func `as a whole, elements of the outermost list are held against each other`() {
    let rule = RowRule(path: ["*", "events", "*"])
    let told = "row 2, or what it is a part of, is the same as one before it: rows came twice"

    // Two devices may do the same; one device is not there twice.
    #expect(check([#"[{"d":1,"events":[{"n":1}]},{"d":2,"events":[{"n":1}]}]"#], .whole, rule) == "2 rows")
    #expect(check([#"[{"d":1,"events":[{"n":1}]},{ "d":1, "events":[{"n":1}]}]"#], .whole, rule) == told)
    // What stands below one element is held against each other as well.
    #expect(
      check([#"[{"d":1,"events":[{"n":1},{"n":2},{"n":1}]}]"#], .whole, rule)
        == "row 3 is the same as one before it in its element: rows came twice")
    #expect(check([#"[{"d":1,"more":[{"n":1},{"n":1}],"events":[{"n":1}]}]"#], .whole, rule) == "1 rows")
    #expect(check(["[1,2,3,1]"], .whole).hasPrefix("row 4, or what"))
    #expect(check(["{\"n\":1}\n{\"n\":1}\n"], .whole, format: "jsonl").hasPrefix("row 2, or what"))
    #expect(check(["n\n1\n2\n1\n"], .whole, format: "csv") == "row 3 is the same as a row before it: rows came twice")
    #expect(check([#"{"a":1}"#], .whole, RowRule(path: [])) == "1 rows")
  }

  @Test func `behind the limit rows are held against the first ones, and not remembered`() throws {
    let watch = try #require(TwinWatch(.whole, limit: 2))
    func print(_ number: UInt64) -> RowPrint {
      var print = RowPrint()
      print.add(number)
      return print
    }

    #expect([1, 2, 3, 3, 1].map { watch.isKnown(print($0)) } == [false, false, false, false, true])
  }

  @Test func `a hundred thousand different rows are different`() {
    let lines = (0..<100_000).map { "{\"id\":\($0)}" }.joined(separator: "\n")

    #expect(check([lines], .whole, format: "jsonl") == "100000 rows")
  }
}
