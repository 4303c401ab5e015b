// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import ExportCore

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
      try tokenizer.scan(bytes[..<cut]) { builder.take($0, $1) }
      try tokenizer.scan(bytes[cut...]) { builder.take($0, $1) }
      try tokenizer.finish { builder.take($0, $1) }
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

  /// The long way round and the short one: strings are looked at eight bytes at a time, where they lie.
  @Test func `strings are the same at every place and length, with everything that ends a run of plain bytes`() throws {
    for length in 0...17 {
      for special in ["", #"\\"#, #"\""#, #"\u00e9"#, "é", "€", "😀"] {
        for place in 0...length {
          let text = String(repeating: "a", count: place) + special + String(repeating: "b", count: length - place)
          let whole = try JSONValue(parsing: "[\"\(text)\"]")
          let plain =
            text.replacing(#"\u00e9"#, with: "é").replacing(#"\""#, with: "\"").replacing(#"\\"#, with: #"\"#)
          #expect(whole == [.string(plain)], "\(text)")
        }
      }
    }
  }

  @Test(arguments: [0, 1, 0x1F])
  func `a control character in a string is refused wherever it stands`(byte: UInt8) {
    for place in 0...17 {
      let bytes: [UInt8] = [0x22] + [UInt8](repeating: 0x61, count: place) + [byte, 0x61, 0x61, 0x22]
      #expect(throws: JSONSyntaxError(problem: .unexpected(byte), offset: place + 1)) { try JSONValue(parsing: bytes) }
    }
  }

  @Test(
    arguments: [
      [0xC0, 0x80], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3],
      [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80], [0x80],
    ] as [[UInt8]])
  func `bytes that only look like UTF-8 are refused`(bytes: [UInt8]) {
    #expect(throws: JSONSyntaxError(problem: .badUTF8, offset: bytes.count + 1)) {
      try JSONValue(parsing: [0x22] + bytes + [0x22])
    }
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
    try tokenizer.scan("{\"a\":1}\n{\"a\":2}\n".utf8) { builder.take($0, $1) }
    try tokenizer.finish { builder.take($0, $1) }

    #expect(builder.values == [["a": 1], ["a": 2]])
  }

  @Test func `pointers find members and elements`() {
    let value: JSONValue = ["a/b": ["m~n": [10, 20]]]

    #expect(value.at(pointer: "/a~1b/m~0n/1") == 20)
    #expect(value.at(pointer: "/a~1b/m~0n/2") == nil)
    #expect(value.at(pointer: "") == value)
  }
}
