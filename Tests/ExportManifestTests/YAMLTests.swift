// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML
import Testing

@Suite struct YAMLTests {
  private func read(_ text: String) -> (root: YAMLNode?, text: String) {
    let (root, problems) = YAMLReader.read(SourceFile(name: "a.yaml", text: text))
    return (root, problems.text())
  }

  @Test func `scalars mean what the core schema says`() {
    let root = read("[1, -2, 1.5, true, null, ~, '1', \"true\", yes, 0x1, 1e3, .5, 2016-01-01]").root

    #expect(
      root?.json == [
        1, -2, .double(1.5), true, .null, .null, "1", "true", "yes", "0x1", .double(1000), .double(0.5), "2016-01-01",
      ])
  }

  @Test func `a number has digits, and a point or an exponent where one may stand`() {
    let numbers = ["2.", "-.5", "+1.25", "0.0", "1e-3", "1E+3", ".5e1", "2.e1", "99999999999999999999"]
    let texts = [".", "-", "+.", "1e", "1e+", "e1", ".e1", "1.2.3", "1.5x", "--1", "00000000-0000", "1_000", "1.٣"]

    let root = read("[\((numbers + texts).joined(separator: ", "))]").root

    #expect(
      root?.json
        == .array(
          numbers.map { .double(Double($0.hasSuffix(".") ? $0 + "0" : $0) ?? .nan) } + texts.map { .string($0) }))
  }

  @Test func `nodes know their line, column and length`() throws {
    let (root, _) = read("a:\n  é: [x, word]\n")
    guard case .mapping(let outer)? = root?.kind, case .mapping(let inner) = outer[0].value.kind,
      case .sequence(let elements) = inner[0].value.kind
    else { throw DiagnosticList() }

    #expect("\(elements[1].place)" == "a.yaml:2:10")
    #expect(elements[1].place.length == 4)
  }

  @Test func `aliases and merges bring what they name, and what is written wins`() {
    let root = read("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nsame: *b\n").root

    #expect(root?.json["use"] == ["x": 1, "y": 3])
    #expect(root?.json["same"] == ["x": 1, "y": 2])
  }

  @Test func `a duplicate key names the first`() {
    #expect(
      read("a: 1\nb: 2\na: 3\n").text == """
        a.yaml:3:1: error: duplicate key 'a' [Y005]
          3 | a: 3
            | ^
        a.yaml:1:1: note: it was first given here
          1 | a: 1
            | ^
        1 error
        """)
  }

  @Test func `an unknown alias is told with a suggestion`() {
    #expect(
      read("a: &anchor 1\nb: *anchr\n").text == """
        a.yaml:2:4: error: unknown alias 'anchr' [Y006]
          2 | b: *anchr
            |    ^~~~~~ did you mean 'anchor'?
        1 error
        """)
  }

  @Test func `broken syntax has a place and a caret`() {
    let text = read("a: [1, 2\nb: 3\n").text

    #expect(text.hasPrefix("a.yaml:2:"), "\(text)")
    #expect(text.contains("error: ") && text.contains("^"))
  }

  @Test(arguments: [
    (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), "Y008"), ("a: !mine 1", "Y009"),
    ("? [a]\n: 1", "Y010"), ("a: 1\n---\nb: 2\n", "Y012"), ("", "Y004"), ("<<: 1", "Y011"), ("a: \u{7}", "Y003"),
  ])
  func `limits and what YAML has and we have not are told by code`(text: String, code: String) {
    #expect(read(text).text.contains("[\(code)]"), "\(read(text).text)")
  }

  @Test func `a bomb of aliases is refused`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let names = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(names)]\n"
    }

    #expect(read(text).text.contains("aliases bring in more than 100000 nodes [Y007]"))
  }

  @Test func `bytes that are no UTF-8 are told with their place`() {
    let file = SourceFile(name: "a.yaml", bytes: Array("a: 1\nb: ".utf8) + [0xFF, 0x0A])
    let text = YAMLReader.read(file).diagnostics.text()

    #expect(text.hasPrefix("a.yaml:2:4: error: "), "\(text)")
  }

  @Test func `any beginning of a manifest is read without a crash`() {
    let text = "a: &x [1, {b: 'c', d: \"e\\n\"}]\nf: *x\ng: |\n  text\nh: >\n  more\n# end\n"
    for count in 0...text.utf8.count {
      let file = SourceFile(name: "a.yaml", bytes: Array(text.utf8.prefix(count)))
      let (root, problems) = YAMLReader.read(file)
      #expect(root != nil || problems.hasErrors)
    }
  }
}
