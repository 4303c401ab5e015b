// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML
import Foundation
import Testing

@Suite struct FormatTests {
  private static func format(_ text: String) throws -> String {
    switch YAMLFormatter.format(SourceFile(name: "m.yaml", text: text)) {
    case .formatted(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .unreadable(let diagnostics): throw diagnostics
    case .left(let reason): throw Left(reason: reason)
    }
  }

  private struct Left: Error { var reason: String }

  @Test func `blanks, indentation, brackets and empty lines take their form, and comments stay`() throws {
    let text = """
      # yaml-language-server: $schema=x\u{20}\u{20}


      manifest:   1


      name : "night ly"
      apps:
          # the first
          shop:   { with: {collection: shop,app: "a:b" } , labels: {} }   # gold
          club: {with: { collection : [ 1,2 , 3 ]}}
          # none behind it

      # about exports
      exports:
      - a: 1
        b: 2
      -   c:
           - 3
           -    - 4
                - 5
          # of the entry
          d: &x 6
      - *x
      - &y
        e: *x
      last:
        [
            one,
          two, # second
        ]
      """

    #expect(
      try Self.format(text) == """
        # yaml-language-server: $schema=x

        manifest: 1

        name: "night ly"
        apps:
          # the first
          shop: {with: {collection: shop, app: "a:b"}, labels: {}}  # gold
          club: {with: {collection: [1, 2, 3]}}
          # none behind it

        # about exports
        exports:
          - a: 1
            b: 2
          - c:
              - 3
              - - 4
                - 5
            # of the entry
            d: &x 6
          - *x
          - &y
            e: *x
        last:
          [
            one,
            two,  # second
          ]

        """)
  }

  @Test func `scalars of several lines move with their block and keep what they say`() throws {
    let text = """
      a:
          b: |
              one
                two\u{20}\u{20}

              three


          c: >-
               folded
               text
          d: |+2
              kept

          e: "first
            second \\
            third"
          f: plain
             more
      """

    let formatted = try Self.format(text)

    #expect(
      formatted == """
        a:
          b: |
            one
              two\u{20}\u{20}

            three

          c: >-
            folded
            text
          d: |+2
              kept

          e: "first
            second \\
            third"
          f: plain
            more

        """)
  }

  @Test func `comments behind lines keep their column, together`() throws {
    let text = """
      a: 1          # one
      bb:   2       # two
      c: {long:    "enough to reach over"} # three
      d: [a,b,c,d,e] # four

      """

    #expect(
      try Self.format(text) == """
        a: 1          # one
        bb: 2         # two
        c: {long: "enough to reach over"}  # three
        d: [a, b, c, d, e]  # four

        """)
  }

  @Test func `a comment alone behind a line stands two blanks behind it`() throws {
    #expect(
      try Self.format("a: 1          # one\nb: 2\nlonger: [x]      # two\nc: 3 # three\n")
        == "a: 1  # one\nb: 2\nlonger: [x]  # two\nc: 3  # three\n")
  }

  @Test func `comments in one column stay in it, with other lines between them`() throws {
    let text =
      "a:          # one\n  b: 2\nc:          # two\n  d: 4\n  e: a longer one # three\n  f: 6\ng:       # four\n"

    #expect(
      try Self.format(text)
        == "a:          # one\n  b: 2\nc:          # two\n  d: 4\n  e: a longer one  # three\n  f: 6\ng:  # four\n")
  }

  @Test func `a comment in a value that is not there stays in it`() throws {
    let text = """
      empty:
        # only this
      deep:
          empty:
              # and this
          list:
            -
              # of the entry
            - x
      last:
        # the end

      """

    #expect(
      try Self.format(text) == """
        empty:
          # only this
        deep:
          empty:
            # and this
          list:
            -
              # of the entry
            - x
        last:
          # the end

        """)
  }

  @Test func `comments between entries move with them`() throws {
    let text = """
      list:
      # the first
      - a
      # the second
      - b:
          # inside
          c: 1
      # the third
      - d
      # the mapping
      next:
            - e
          # less far in
            - f

      """

    #expect(
      try Self.format(text) == """
        list:
          # the first
          - a
          # the second
          - b:
              # inside
              c: 1
          # the third
          - d
        # the mapping
        next:
          - e
          # less far in
          - f

        """)
  }

  @Test func `line ends of other systems and a byte order mark are left out`() throws {
    #expect(try Self.format("\u{FEFF}a:  1\r\nb: \"x\r\n  y\"\r\n\r\n\r\n") == "a: 1\nb: \"x\n  y\"\n")
  }

  @Test(arguments: [
    ("? a\n: b\n", "it has a key that is marked with '?'"),
    ("? [a, b]\n: c\n", nil),
  ])
  func `what cannot be laid out safely is left alone`(text: String, reason: String?) {
    switch YAMLFormatter.format(SourceFile(name: "m.yaml", text: text)) {
    case .formatted: Issue.record("it was formatted")
    case .left(let found): #expect(found == reason)
    case .unreadable: #expect(reason == nil)
    }
  }

  @Test(arguments: ["a: [1\n", "a: 1\na: 2\n", "", "\t a: 1", "a: *b\n"])
  func `what is no YAML is told as such`(text: String) {
    guard case .unreadable = YAMLFormatter.format(SourceFile(name: "m.yaml", text: text)) else {
      Issue.record("it was taken")
      return
    }
  }

  @Test func `the repository's own YAML is in form`() throws {
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
    let files = ["Examples", "Sources"].flatMap { folder in
      let all = FileManager.default.enumerator(at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
      return (all?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "yaml" }
    }
    #expect(files.count >= 3)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(try Self.format(text) == text, "\(file.lastPathComponent)")
    }
  }

  @Test func `text by seed keeps its meaning and its comments, and is in form after once`() throws {
    var formatted = 0
    for seed in UInt64(0)..<3000 {
      var writer = RandomYAML(seed: seed)
      let text = writer.document()
      let file = SourceFile(name: "m.yaml", text: text)
      let (root, problems) = YAMLReader.read(file)
      guard let root, !problems.hasErrors else { continue }
      guard case .formatted(let bytes) = YAMLFormatter.format(file) else {
        Issue.record("seed \(seed): left alone\n\(text)")
        continue
      }
      formatted += 1
      let again = SourceFile(name: "m.yaml", bytes: bytes)
      let after = try #require(YAMLReader.read(again).root)
      #expect(after.json == root.json, "seed \(seed)")
      let words = { (text: String) -> [String] in text.matches(of: #/#c[0-9]+/#).map { String($0.0) } }
      let result = String(decoding: bytes, as: UTF8.self)
      #expect(words(result) == words(text), "seed \(seed)")
      guard case .formatted(let twice) = YAMLFormatter.format(again), twice == bytes else {
        Issue.record("seed \(seed): not in form after once\n\(text)\n---\n\(result)")
        continue
      }
    }
    #expect(formatted > 2500)
  }
}

/// Writes YAML in many ways.
private struct RandomYAML {
  private var random: SeededGenerator
  private var comments = 0
  private var lines: [String] = []

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func document() -> String {
    block(column: 0, depth: 0)
    let end = chance(4) ? "\r\n" : "\n"
    return lines.joined(separator: end) + (chance(3) ? "" : end)
  }

  private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
  private mutating func blanks() -> String { String(repeating: " ", count: Int.random(in: 1...3, using: &random)) }

  private mutating func noise(column: Int) {
    if chance(5) { lines += Array(repeating: chance(2) ? "" : "  ", count: Int.random(in: 1...3, using: &random)) }
    if chance(5) { lines.append(String(repeating: " ", count: chance(4) ? 0 : column) + comment()) }
  }

  private mutating func comment() -> String {
    comments += 1
    return "#c\(comments)"
  }

  private mutating func block(column: Int, depth: Int) {
    let margin = String(repeating: " ", count: column)
    let isList = chance(3)
    for index in 0..<Int.random(in: 1...4, using: &random) {
      noise(column: column)
      let head = margin + (isList ? "-" : "k\(index)\(chance(4) ? " " : ""):")
      guard depth < 3, chance(3) else {
        value(head, column: column)
        continue
      }
      lines.append(head + (chance(6) ? " " + comment() : ""))
      block(column: column + Int.random(in: 1...4, using: &random), depth: depth + 1)
    }
  }

  private mutating func value(_ head: String, column: Int) {
    let margin = String(repeating: " ", count: column + Int.random(in: 1...4, using: &random))
    switch Int.random(in: 0..<9, using: &random) {
    case 0: lines += [head + " |" + (chance(3) ? "+" : ""), margin + "text  ", "", margin + "  deeper", ""]
    case 1: lines += [head + blanks() + "\"two", margin + "lines\""]
    case 2: lines += [head + blanks() + "plain", margin + "goes on"]
    case 3:
      lines += [
        head + " [", margin + flow(0) + " ,", margin + flow(1) + (chance(2) ? " " + comment() : ""), margin + "]",
      ]
    case 4, 5: lines.append(head + blanks() + flow(0) + (chance(2) ? blanks() + comment() : ""))
    case 6: lines.append(head)
    default:
      let words = ["word", "'it''s'", "\"a: b\"", "12", "null", "http://x/#y", "a b", "!!str 5", "~"]
      lines.append(
        head + blanks() + (words.randomElement(using: &random) ?? "x") + (chance(3) ? blanks() + comment() : ""))
    }
  }

  private mutating func flow(_ depth: Int) -> String {
    guard depth < 2, !chance(3) else { return ["x", "'y, z'", "\"q\"", "7"].randomElement(using: &random) ?? "x" }
    let pad = chance(2) ? " " : ""
    let (a, b) = (flow(depth + 1), flow(depth + 1))
    return chance(2) ? "[\(pad)\(a)\(pad),\(pad)\(b)\(pad)]" : "{\(pad)m: \(a)\(pad), n:  \(b)\(pad)}"
  }
}
