// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@testable import ExportStorage

/// Every field of every row, in each format.
@Suite struct FieldCheckTests {
  static let rule: RowRule = {
    var rule = RowRule(path: ["*", "rows", "*"], required: ["id"])
    rule.fields = [
      FieldRule("id", .guid), FieldRule("name", .text), FieldRule("kind", .text, values: ["Poll", "Push"]),
      FieldRule("count", .int), FieldRule("rate", .number), FieldRule("on", .flag), FieldRule("at", .time),
      FieldRule("extras", .object), FieldRule("status", .list, values: ["Queued", "Shown"]),
      FieldRule("free", .list), FieldRule("maybe", .text, mayBeNull: true),
    ]
    return rule
  }()
  static let id = #""id":"5a2fbedd9e3322348f699776b50b78f1""#

  private func check(_ text: String, _ format: String, _ rule: RowRule = rule) -> String {
    do {
      var check = try RowChecks.make(Expectation(format: format, rows: rule, window: nil))
      // In pieces, as files come.
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        try check.take(Array(rest.prefix(7)))
        rest = rest.dropFirst(7)
      }
      try check.finish()
      return "\(check.rows) rows"
    } catch let error as ContentProblem {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  /// A good row, then one with these members.
  private func json(_ members: String) -> String {
    let good =
      #"{"id":"5A2FBEDD-9E33-2234-8F69-9776B50B78F1","name":"a","kind":"Poll","count":-3,"rate":1e3,"on":true,"#
      + #""at":"2016-01-01 10:00:00","extras":{"kind":"x","status":[1]},"status":["Queued","Shown"],"free":[1,{"a":[]}],"#
      + #""maybe":null,"unknown":{"count":"x"}}"#
    return #"[{"rows":[\#(good)]},{"rows":[{\#(Self.id),\#(members)}]}]"#
  }

  @Test(arguments: [
    (#""name":"b""#, "2 rows"), (#""name":7"#, "name is a number, not a text"),
    (#""name":null"#, "name is null, not a text"),
    (#""name":{}"#, "name is an object, not a text"), (#""maybe":"x""#, "2 rows"),
    (#""kind":"poll""#, "kind 'poll' is none of 'Poll', 'Push'"),
    (#""kind":false"#, "kind is true or false, not a text"),
    (#""count":1.5"#, "count is a number, not a whole number"),
    (#""count":1e3"#, "count is a number, not a whole number"),
    (#""count":"1""#, "count is a text, not a whole number"), (#""rate":"1""#, "rate is a text, not a number"),
    (#""on":"true""#, "on is a text, not true or false"), (#""at":"soon""#, "at 'soon' is not a time"),
    (#""at":"2016-01-01""#, "2 rows"), (#""at":1451606400"#, "at is a number, not a time"),
    (#""extras":[]"#, "extras is a list, not an object"), (#""extras":"{}""#, "extras is a text, not an object"),
    (#""status":[]"#, "2 rows"), (#""status":["Queued","Lost"]"#, "status 'Lost' is none of 'Queued', 'Shown'"),
    (#""status":["Queued",7]"#, "an element of status is a number, not a text"),
    (#""status":[["Queued"]]"#, "an element of status is a list, not a text"),
    (#""status":"Queued""#, "status is a text, not a list"), (#""free":{}"#, "free is an object, not a list"),
    (#""id":"5a2fbedd9e3322348f699776b50b78f""#, "id '5a2fbedd9e3322348f699776b50b78f' is not a GUID"),
    (#""id":"5a2fbedd9-e33-2234-8f69-9776b50b78f1""#, "id '5a2fbedd9-e33-2234-8f69-9776b50b78f1' is not a GUID"),
    (#""id":"5a2fbedd9e3322348f699776b50b78fg""#, "id '5a2fbedd9e3322348f699776b50b78fg' is not a GUID"),
  ])
  func `a field of JSON is what it must be`(members: String, expected: String) {
    #expect(check(json(members), "json") == (expected == "2 rows" ? expected : "row 2: \(expected)"))
  }

  @Test(arguments: [
    ("name,b", "1 rows"), ("kind,Poll", "1 rows"), ("kind,poll", "kind 'poll' is none of 'Poll', 'Push'"),
    ("count,-3", "1 rows"), ("count,1.0", "count '1.0' is not a whole number"),
    ("count,-", "count '-' is not a whole number"),
    ("rate,1e3", "1 rows"), ("rate,much", "rate 'much' is not a number"), ("rate,nan", "rate 'nan' is not a number"),
    ("on,True", "1 rows"), ("on,yes", "on 'yes' is not true or false"), ("at,2016-01-01T00:00:00+01:00", "1 rows"),
    ("at,soon", "at 'soon' is not a time"), (#"extras,"{""a"":1}""#, "1 rows"),
    ("extras,[]", "extras '[]' is not an object"),
    ("extras,{oops", "extras '{oops' is not an object"),
    (#"extras,"{""a"":1}tru""#, #"extras '{"a":1}tru' is not an object"#),
    (#"extras,"{""a"":1}7""#, #"extras '{"a":1}7' is not an object"#),
    (#"extras,"{""a"":1}""b""#, #"extras '{"a":1}"b' is not an object"#),
    (#"status,"[""Queued"",""Shown""]""#, "1 rows"),
    ("status,Queued|Shown", "1 rows"), ("status,Queued|Lost", "status 'Lost' is none of 'Queued', 'Shown'"),
    (#"status,"[""Lost""]""#, "status 'Lost' is none of 'Queued', 'Shown'"),
    ("status,[1]", "an element of status is a number, not a text"), ("free,a|b", "free 'a|b' is not a list"),
    ("maybe,", "1 rows"), ("count,", "1 rows"), ("unknown,x", "1 rows"),
  ])
  func `a cell of CSV is what it must be`(cell: String, expected: String) {
    let parts = cell.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    let text = "id,\(parts[0])\r\n5a2fbedd9e3322348f699776b50b78f1,\(parts[1])\r\n"

    #expect(check(text, "csv") == (expected == "1 rows" ? expected : "row 1: \(expected)"))
  }

  @Test func `many words are not all told`() {
    var rule = RowRule()
    rule.fields = [FieldRule("n", .text, values: (1...30).map(String.init))]

    #expect(check(#"[{"n":"x"}]"#, "json", rule).hasSuffix(", '19', '20', …"))
  }

  @Test(arguments: [
    ("{\"n\":1}\n{\"n\":2}\n", "2 rows"), ("", "0 rows"),
    ("{\"n\":1}\n{\"n\":\"x\"}", "row 2: n is a text, not a whole number"),
    ("{\"n\":1}\n{", "the file is cut off: JSON ends in the middle at byte 9"), ("{}\n", "row 1 has no 'n'"),
    ("7\n", "the file has another shape: a bare value stands where a row was expected"),
    ("[{\"n\":1}]\n", "row 1 is not an object"),
  ])
  func `lines of JSON are rows each`(text: String, expected: String) {
    var rule = RowRule(required: ["n"])
    rule.fields = [FieldRule("n", .int)]

    #expect(check(text, "jsonl", rule) == expected)
  }

  @Test func `rows inside the lines are found as well`() {
    let rule = RowRule(path: ["rows", "*"], required: ["n"])

    #expect(check("{\"rows\":[{\"n\":1},{\"n\":2}]}\n{\"rows\":[]}\n", "jsonl", rule) == "2 rows")
  }
}
