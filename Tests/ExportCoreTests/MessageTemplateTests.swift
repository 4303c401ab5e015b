// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@Suite struct MessageTemplateTests {
  private func filled(_ text: String, leavesOut: Bool = false) throws -> String {
    try MessageTemplate(text).filled(leavingOutEmptyLines: leavesOut) { hole in
      hole == .resume ? "" : hole.isNumber ? "7" : "<\(hole.rawValue)>"
    }
  }

  @Test(arguments: [
    ("{name}: {verdict}", "<name>: <verdict>"), ("{failed}{due}", "77"), ("nothing", "nothing"), ("", ""),
    (#"{"text": "{verdict}", "n": {"failed": {failed}}}"#, #"{"text": "<verdict>", "n": {"failed": 7}}"#),
    ("{}{ name }{Name}{1}", "{}{ name }{Name}{1}"), ("a\n\nb {name}\n", "a\n\nb <name>\n"),
  ])
  func `words in braces are completed, and other braces are text`(text: String, expected: String) throws {
    #expect(try filled(text) == expected)
  }

  @Test(arguments: [
    ("a\ngo on with: {resume}\nb", "a\nb"), ("{resume} {name}", " <name>"), ("\n{name}", "\n<name>"), ("{resume}", ""),
  ])
  func `a line whose words are all empty is left out`(text: String, expected: String) throws {
    #expect(try filled(text, leavesOut: true) == expected)
  }

  @Test func `an unknown word is named`() {
    #expect(throws: MessageTemplate.UnknownHole(name: "verdikt")) { try MessageTemplate("{name}\n{verdikt}") }
  }
}
