// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

/// How diagnostics are shown. Carets are held against the line above them by what a terminal makes of both.
@Suite struct DiagnosticTests {
  /// A problem at the first occurrence of a word in a one-line file.
  private func shown(_ line: String, at word: String, help: String? = nil) throws -> String {
    let scalars = Array(line.unicodeScalars)
    let wanted = Array(word.unicodeScalars)
    let start = try #require(
      scalars.indices.first { $0 + wanted.count <= scalars.count && Array(scalars[$0..<$0 + wanted.count]) == wanted })
    let file = SourceFile(name: "m.yaml", text: line + "\n")
    let place = SourcePlace(file: file, line: 1, column: start + 1, length: wanted.count)
    return Diagnostic(code: "M005", "unknown word", at: place, help: help).text
  }

  @Test func `a caret stands under plain letters`() throws {
    #expect(
      try shown("every: dya", at: "dya", help: "did you mean 'day'?") == """
        m.yaml:1:8: error: unknown word [M005]
          1 | every: dya
            |        ^~~ did you mean 'day'?
        """)
  }

  @Test func `tabs before the place stay tabs`() throws {
    #expect(
      try shown("a:\t\tb\tdya", at: "dya")
        == "m.yaml:1:7: error: unknown word [M005]\n  1 | a:\t\tb\tdya\n    |   \t\t \t^~~")
  }

  @Test func `wide characters of East Asia take two columns`() throws {
    #expect(
      try shown("{名前: 夜間}", at: "夜間") == """
        m.yaml:1:6: error: unknown word [M005]
          1 | {名前: 夜間}
            |        ^~~~
        """)
    #expect(
      try shown("{이름: ＡＢ, x: dya}", at: "dya") == """
        m.yaml:1:13: error: unknown word [M005]
          1 | {이름: ＡＢ, x: dya}
            |                 ^~~
        """)
  }

  @Test func `half-width kana takes one column`() throws {
    #expect(
      try shown("ｱｲ: dya", at: "dya") == """
        m.yaml:1:5: error: unknown word [M005]
          1 | ｱｲ: dya
            |     ^~~
        """)
  }

  @Test func `an emoji takes two columns, however many code points make it`() throws {
    for emoji in ["🚀", "😀", "⌚", "👩‍💻", "👍🏽", "❤️", "🇫🇷"] {
      let column = emoji.unicodeScalars.count + 3
      #expect(
        try shown("\(emoji): dya", at: "dya")
          == "m.yaml:1:\(column): error: unknown word [M005]\n  1 | \(emoji): dya\n    |     ^~~", "\(emoji)")
      #expect(
        try shown("a: \(emoji)", at: emoji)
          == "m.yaml:1:4: error: unknown word [M005]\n  1 | a: \(emoji)\n    |    ^~", "\(emoji)")
    }
  }

  @Test func `combining marks and joiners take no column`() throws {
    #expect(
      try shown("cafe\u{301}\u{200B}: dya", at: "dya")
        == "m.yaml:1:9: error: unknown word [M005]\n  1 | cafe\u{301}\u{200B}: dya\n    |       ^~~")
    #expect(
      try shown("a: cafe\u{301}", at: "cafe\u{301}")
        == "m.yaml:1:4: error: unknown word [M005]\n  1 | a: cafe\u{301}\n    |    ^~~~")
  }

  @Test func `a place that is longer than its line is marked to the end of it`() {
    let file = SourceFile(name: "m.yaml", text: "a: dya\nb: 1\n")

    #expect(
      Diagnostic(code: "M005", "unknown word", at: SourcePlace(file: file, line: 1, column: 4, length: 40)).text == """
        m.yaml:1:4: error: unknown word [M005]
          1 | a: dya
            |    ^~~
        """)
  }

  @Test func `control characters do not reach the terminal, neither from the line nor from the message`() {
    let file = SourceFile(name: "m.yaml", text: "a: \u{1B}[31mred\n")
    let place = SourcePlace(file: file, line: 1, column: 9, length: 3)

    #expect(
      Diagnostic(code: "M005", "unknown word '\u{1B}[31m\n\u{7}'", at: place).text == """
        m.yaml:1:9: error: unknown word '\u{FFFD}[31m\u{FFFD}\u{FFFD}' [M005]
          1 | a: \u{FFFD}[31mred
            |         ^~~
        """)
  }

  @Test func `a hundred are shown, in order, and the rest are counted`() {
    let file = SourceFile(name: "m.yaml", text: String(repeating: "x: 1\n", count: 103))
    var all = (1...103).map { line in
      Diagnostic(code: "M001", "unknown key 'x'", at: SourcePlace(file: file, line: line, column: 1))
    }
    all[102].severity = .warning

    let lines = DiagnosticList(all.reversed()).text().split(separator: "\n")

    #expect(lines.count == 100 * 3 + 2)
    #expect(lines[0] == "m.yaml:1:1: error: unknown key 'x' [M001]")
    #expect(
      lines[297...] == [
        "m.yaml:100:1: error: unknown key 'x' [M001]", "  100 | x: 1", "      | ^", "and 3 more",
        "102 errors, 1 warning",
      ])
  }

  @Test func `a hundred are not counted further`() {
    let all = (1...100).map { Diagnostic(code: "M017", "the manifest has no variable '\($0)'", at: nil) }

    #expect(DiagnosticList(all).text().hasSuffix("has no variable '100' [M017]\n100 errors"))
  }

  @Test func `ten thousand are kept, and the rest are counted`() {
    var list = DiagnosticList()
    for number in 1...12_000 {
      list.add(Diagnostic(number % 2 == 0 ? .warning : .error, code: "M001", "unknown key '\(number)'", at: nil))
    }
    var twice = list
    twice.add(contentsOf: list)

    #expect(list.all.count == 10_000 && list.count == 12_000 && list.isFull)
    #expect(list.text().hasSuffix("unknown key '100' [M001]\nand 11900 more\n6000 errors, 6000 warnings"))
    #expect(twice.all.count == 10_000 && twice.count == 24_000)
    #expect(DiagnosticList(list.all.filter { $0.severity == .warning }).hasErrors == false)
  }

  @Test func `a long message is cut, and never within a character`() {
    let message = Diagnostic(
      code: "M001", String(repeating: "ä", count: 9) + String(repeating: "漢", count: 999), at: nil
    )
    .message

    #expect(message == String(repeating: "ä", count: 9) + String(repeating: "漢", count: 327) + "…")
  }

  @Test func `of a long line what stands around the place is shown`() {
    let text = String(repeating: "é", count: 100) + "WORD" + String(repeating: "x", count: 3_000_000)
    let file = SourceFile(name: "m.yaml", text: text)

    #expect(
      Diagnostic(code: "M005", "unknown", at: SourcePlace(file: file, line: 1, column: 101, length: 4)).text == """
        m.yaml:1:101: error: unknown [M005]
          1 | …\(String(repeating: "é", count: 60))WORD\(String(repeating: "x", count: 136))…
            |  \(String(repeating: " ", count: 60))^~~~
        """)
    #expect(
      Diagnostic(code: "M005", "unknown", at: SourcePlace(file: file, line: 1, column: 1)).text == """
        m.yaml:1:1: error: unknown [M005]
          1 | \(String(repeating: "é", count: 100))WORD\(String(repeating: "x", count: 96))…
            | ^
        """)
  }

  @Test func `a line of nothing but dashes is judged in one pass`() throws {
    #expect(try shown(String(repeating: "-", count: 16_000) + "x", at: "x").contains("-x\n"))
  }

  @Test(arguments: [3, 3000])
  func `columns are found among the bytes, in short lines and in long ones`(length: Int) {
    let line = String(repeating: "aé漢😀", count: length)
    let file = SourceFile(name: "m.yaml", text: "\u{FEFF}\(line)\nß\(line)")
    let scalars = Array(line.unicodeScalars)
    var offsets = [0]
    for scalar in scalars { offsets.append(offsets.last! + String(scalar).utf8.count) }

    for column in [1, 2, 5, 8, scalars.count / 2, scalars.count, scalars.count + 1] {
      #expect(file.offset(ofLine: 1, column: column) == 3 + offsets[column - 1])
      #expect(file.offset(ofLine: 2, column: column + 1) == 3 + line.utf8.count + 3 + offsets[column - 1])
    }
    #expect(file.offset(ofLine: 1, column: scalars.count + 9) == 3 + line.utf8.count)
    #expect(file.offset(ofLine: 3, column: 1) == nil)
    #expect(file.columns(ofLine: 1) == scalars.count && file.columns(ofLine: 2) == scalars.count + 1)
    #expect(file.columns(ofLine: 3) == 0)
  }

  @Test func `lines end as they do for YAML`() {
    let file = SourceFile(name: "m.yaml", text: "a\r\nb\rc\nd\u{85}e\u{2028}f\u{2029}g\r")

    #expect((1...9).map { file.line($0) } == ["a", "b", "c", "d", "e", "f", "g", "", ""])
    #expect(file.position(ofByte: 5) == (line: 3, column: 1))
    #expect(file.position(ofByte: 100) == (line: 8, column: 1))
  }

  @Test func `a line that may hold a secret is shown by none of the problems on it`() {
    let file = SourceFile(name: "m.yaml", text: "a: 1\nsecrets: {token: hunter2, tokn: x}\n")
    let secret = SourcePlace(file: file, line: 2, column: 11, length: 5)
    let other = SourcePlace(file: file, line: 2, column: 27, length: 4)
    let list = DiagnosticList([
      Diagnostic(code: "M009", "not a reference", at: secret, help: "write {env: NAME}", hidesLine: true),
      Diagnostic(code: "M001", "unknown key", at: other, related: [Diagnostic.Related("beside this one", at: secret)]),
    ])

    #expect(
      list.text() == """
        m.yaml:2:11: error: not a reference [M009]
          write {env: NAME}
        m.yaml:2:27: error: unknown key [M001]
        m.yaml:2:11: note: beside this one
        2 errors
        """)
  }

  private static let manifest = """
    name: n
    services:
      one:
        base: https://a.example
        credential:
          # what proves
          bearer: x
        with: {app: y}
        more: {credential: {bearer: x}}
    destinations:
      files:
        directory: x
    "notify":
    - url: x
      on: z
    exports: {e: {password: x}, f: https://u:x@a.example}
    other: {url: "https://a.example/?sig=x"}
    secrets: {it: {env: X}}
    destinations:
      a: {azure_container: https://c.blob.core.windows.net/c, account_key: "${secret.it}"}
      b: {directory: out, staging: a, files: "{app}/{window}.json"}
      c: {azure_container: "https://c.blob.core.windows.net/c?sv=x", sas: "${secret.it}"}
      d: {azure_container: https://c.blob.core.windows.net/c, account_key: x, staging: a}
      e: {azure_containr: https://c.blob.core.windows.net/c}
      f: {account_key: ${secret.it}x}
      g: {directory: out} # x
      h:
        account_key: |
          files: x
      i: {credential: {files: x}}
    last: {bearer: "${secret.it}", sas: ${secret.it}, more: {}}
    url: # was https://user:pw@host
    sas: # https://a/?sv=x&sig=abc
    x: # password: hunter2
    destinations: {j: {azure_container: https://a.example/c%3Fsv%3Dx%26sig%3Dabc}}
    destinations: {k: {directory: "sas: abc"}}
    destinations: {l: {files: token:abc}}
    destinations: {m: {azure_container: https://a.example/c, sas: ${secret.it}x}}
    """ + "\ndestinations: {files: a," + String(repeating: " ", count: 16 << 10) + "credential: {bearer: x}}\n"
  /// Lines whose value may be a secret.
  private static let hidden: Set = [
    7, 9, 14, 15, 16, 17, 18, 22, 23, 24, 25, 26, 28, 29, 30, 32, 33, 34, 35, 36, 37, 38, 39,
  ]

  @Test(arguments: 1...39) func `lines of sections that hold secrets are known by the text alone`(line: Int) {
    let file = SourceFile(name: "m.yaml", text: Self.manifest)
    let place = SourcePlace(file: file, line: line, column: 1)

    let shown = Diagnostic(code: "Y001", "it", at: place).text

    #expect(shown.contains("\n") == !Self.hidden.contains(line), "\(shown)")
    #expect(Diagnostic(code: "D001", "it", at: place).text.contains("\n"))
  }
}
