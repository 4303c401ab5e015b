// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@Suite struct JSONTests {
  @Test func `canonical bytes sort members and keep whole numbers whole`() {
    let value: JSONValue = ["b": [1, true, .null, .double(1.5), .double(2)], "a": "x\"\\\n\u{1}é"]

    #expect(value.canonicalText == #"{"a":"x\"\\\n\u0001é","b":[1,true,null,1.5,2]}"#)
  }

  @Test(arguments: [
    #"{"a":[1,2.5,-3e2,"\u0041\ud83d\ude00\/"],"b":{"c":null,"d":true}}"#, "[]", "{}", "\"\"", "0", "-1", "[[],[{}]]",
  ])
  func `what is read is the same however the bytes are cut`(text: String) throws {
    let bytes = Array(text.utf8)
    let whole = try JSONValue(parsing: bytes)

    for cut in 0...bytes.count {
      var tokenizer = JSONTokenizer()
      var builder = JSONBuilder()
      try tokenizer.consume(bytes[..<cut]) { builder.take($0) }
      try tokenizer.consume(bytes[cut...]) { builder.take($0) }
      try tokenizer.finish { builder.take($0) }
      #expect(builder.values == [whole], "cut at \(cut)")
    }
  }

  @Test func `escapes mean what they say`() throws {
    #expect(try JSONValue(parsing: #""\u0041\ud83d\ude00\/\b\f\n\r\t\"""#) == .string("A😀/\u{8}\u{C}\n\r\t\""))
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":}", "{a:1}", "01", "1.", "-", "tru", "\"\\x\"", "\"\\ud800\"", "\"\u{1}\"", "[1 2]", "1 2",
    "]", "{\"a\" 1}", "\"abc", "+1", "[1}", "nul", "1e", "{\"a\":1,}",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test func `depth is bounded`() throws {
    let deep =
      String(repeating: "[", count: JSONTokenizer.depthLimit) + String(repeating: "]", count: JSONTokenizer.depthLimit)
    #expect(try JSONValue(parsing: deep).array?.count == 1)
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "[" + deep + "]") }
  }

  @Test func `lines of JSON are read one after the other`() throws {
    var tokenizer = JSONTokenizer()
    var builder = JSONBuilder()
    try tokenizer.consume("{\"a\":1}\n{\"a\":2}\n".utf8) { builder.take($0) }
    try tokenizer.finish { builder.take($0) }

    #expect(builder.values == [["a": 1], ["a": 2]])
  }

  @Test func `pointers find members and elements`() {
    let value: JSONValue = ["a/b": ["m~n": [10, 20]]]

    #expect(value.at(pointer: "/a~1b/m~0n/1") == 20)
    #expect(value.at(pointer: "/a~1b/m~0n/2") == nil)
    #expect(value.at(pointer: "") == value)
  }
}
