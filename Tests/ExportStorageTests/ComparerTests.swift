// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@testable import ExportStorage

/// What two sides with the same and with other rows are found to be.
@Suite struct ComparerTests {
  /// A side in memory: windows of files, a file a text.
  struct Side: ResultSource {
    var name: String
    var isRecord = false
    var windows: [(window: String, format: String, files: [String])]

    func results() -> FoundResults {
      FoundResults(
        windows.map { window in
          FoundResult(
            export: name, app: "shop", dataset: "event", format: window.format, window: window.window,
            parts: window.files.enumerated().map { index, text in
              Artifact(
                name: "\(window.window)/\(index)", bytes: Int64(text.utf8.count), sha256: Digest(of: text), rows: nil)
            })
        })
    }

    func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
      let steps = artifact.name.split(separator: "/")
      guard let window = windows.first(where: { $0.window == steps[0] }), let index = Int(steps[1]) else {
        throw StoreError.artifact("'\(artifact.name)' is not there")
      }
      // In pieces, so that nothing depends on where they end.
      var left = Array(window.files[index].utf8)[...]
      while !left.isEmpty {
        try await take(Array(left.prefix(7)))
        left = left.dropFirst(7)
      }
    }
  }

  static func compare(
    _ a: [String], _ b: [String], format: String = "json", examples: Int = 10, ignoring: Set<String> = []
  ) async throws -> Comparison.Verdict {
    let sides = [("a", a), ("b", b)].map { Side(name: $0.0, windows: [("2016-01-01", format, $0.1)]) }
    let comparison = try await Comparer(sides[0], sides[1], examples: examples, ignoring: ignoring).compare()
    return try #require(comparison.windows.first).verdict
  }

  static let same: [(String, [String], [String], String, Int64)] = [
    ("the same text", [#"[{"n":1},{"n":2}]"#], [#"[{"n":1},{"n":2}]"#], "json", 2),
    ("another order", [#"[{"n":1},{"n":2}]"#], [#"[{"n":2},{"n":1}]"#], "json", 2),
    ("several files", [#"[{"n":1},{"n":2}]"#], [#"[{"n":2}]"#, #"[{"n":1}]"#], "json", 2),
    ("another order of members", [#"[{"a":1,"b":"x"}]"#], [#"[{"b":"x", "a":1}]"#], "json", 1),
    ("numbers spelled otherwise", [#"[{"a":1.50,"b":-0,"c":1e2}]"#], [#"[{"a":15e-1,"b":0.0,"c":100}]"#], "json", 1),
    ("escapes spelled otherwise", [#"[{"a":"\u00e9\/"}]"#], [#"[{"a":"é/"}]"#], "json", 1),
    ("lines and a list", [#"[{"n":1},{"n":2}]"#], ["{\"n\":2}\n{\"n\":1}\n"], "jsonl", 2),
    ("nothing", ["[]"], ["[ ]"], "json", 0),
    (
      "events of one device dealt out to two elements", [#"[{"d":"x","events":[{"n":1},{"n":2}]}]"#],
      [#"[{"d":"x","events":[{"n":2}]},{"d":"x","events":[{"n":1}]}]"#], "json", 2
    ),
    ("a mark before the text", ["\u{FEFF}[{\"n\":1}]"], [#"[{"n":1}]"#], "json", 1),
    ("a mark before the header", ["\u{FEFF}a\r\n1\r\n"], ["a\r\n1\r\n"], "csv", 1),
    ("columns of CSV in another order", ["a,b\r\n1,\"x,y\"\r\n"], ["b,a\n\"x,y\",1\n"], "csv", 1),
  ]

  @Test(arguments: same)
  func `the same rows are equal`(_ name: String, _ a: [String], _ b: [String], _ format: String, _ rows: Int64)
    async throws
  {
    let verdict = try await Self.compare(a, b, format: format)

    #expect(verdict == .equal(rows: rows), "\(name)")
  }

  static let other: [(String, [String], [String], String)] = [
    ("a list of one and the object", [#"[{"d":1,"e":[{"a":1}]}]"#], [#"[{"d":1,"e":{"a":1}}]"#], "json"),
    ("a list of mixed elements", [#"[{"d":1,"e":[1,{"x":2}]}]"#], [#"[{"d":1,"e":1},{"d":1,"e":{"x":2}}]"#], "json"),
    ("a row moved to another element", [#"[{"d":1,"e":[{"a":1}]}]"#], [#"[{"d":2,"e":[{"a":1}]}]"#], "json"),
    ("null and nothing", [#"[{"a":1,"b":null}]"#], [#"[{"a":1}]"#], "json"),
    ("a text and a number", [#"[{"a":"1"}]"#], [#"[{"a":1}]"#], "json"),
  ]

  @Test(arguments: other)
  func `other rows are not equal`(_ name: String, _ a: [String], _ b: [String], _ format: String) async throws {
    let verdict = try await Self.compare(a, b, format: format)

    guard case .different = verdict else { return #expect(Bool(false), "\(name): \(verdict)") }
  }

  @Test(arguments: ["json", "csv"])
  func `a file of no bytes is not a result without rows`(_ format: String) async throws {
    let verdict = try await Self.compare([""], [""], format: format)

    #expect(verdict == .unreadable("a: '2016-01-01/0': the file is empty"))
  }

  @Test func `parts of any name that a template may give are parts of a result`() throws {
    let text = #"{"dataset":"event","format":"json","parts":[{"bytes":2,"name":"a=1 (b), c.json"}],"window":"1"}"#
    let result = try #require(ResultDocument(Array(text.utf8), at: "x/MANIFEST.json")?.result)
    let outside = text.replacing("a=1", with: "../a")

    #expect(result.parts.map(\.name) == ["x/a=1 (b), c.json"])
    #expect(ResultDocument(Array(outside.utf8), at: "x/MANIFEST.json") == nil)
  }

  @Test func `of several results of one name, those without a twin are not passed over`() async throws {
    let day = "2016-01-01"
    let two = Side(name: "a", windows: [(day, "json", ["[]"]), (day, "json", ["[]"])])
    let one = Side(name: "b", windows: [(day, "json", ["[]"])])

    let surplus = try await Comparer(two, one, examples: 1).compare()
    let same = try await Comparer(two, two, examples: 1).compare()

    #expect(same.isEqual)
    #expect(!surplus.isEqual && !surplus.isComplete && !surplus.differs)
  }

  @Test func `rows that are gone, added and changed are told apart and shown`() async throws {
    let old = #"{"id":"a","city":"Paris","n":1},{"id":"b","city":"Rome","n":2},{"id":"c","city":"Bonn","n":3}"#
    let new = #"{"id":"a","city":"Paris","n":1},{"id":"b","city":"Rome","n":7},{"id":"d","city":"Oslo","n":4}"#

    let verdict = try await Self.compare(["[\(old)]"], ["[\(new)]"])

    let expected = RowDifference(
      gone: 1, added: 1, changed: 1,
      examples: [
        .changed(row: #"{"city":"Rome","id":"b","n":2}"#, [MemberChange(path: "n", a: "2", b: "7")]),
        .gone(#"{"city":"Bonn","id":"c","n":3}"#), .added(#"{"city":"Oslo","id":"d","n":4}"#),
      ])
    #expect(verdict == .different(expected))
  }

  @Test func `a row that comes once too often is one row more`() async throws {
    let verdict = try await Self.compare([#"[{"n":1},{"n":1},{"n":2}]"#], [#"[{"n":1},{"n":2},{"n":2},{"n":2}]"#])

    #expect(
      verdict
        == .different(
          RowDifference(gone: 1, added: 2, examples: [.gone(#"{"n":1}"#), .added(#"{"n":2}"#), .added(#"{"n":2}"#)])))
  }

  @Test func `numbers that differ in their last digit are different however long they are`() async throws {
    let verdict = try await Self.compare(["[{\"n\":12345678901234567890123}]"], ["[{\"n\":12345678901234567890124}]"])

    guard case .different(let difference) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(difference.gone + difference.changed == 1)
  }

  @Test func `what is ignored does not count, at any depth`() async throws {
    let (old, new) = (#"[{"id":1,"meta":{"seen":5,"x":1}}]"#, #"[{"id":1,"meta":{"seen":6,"x":1}}]"#)

    let strict = try await Self.compare([old], [new])
    let lenient = try await Self.compare([old], [new], ignoring: ["meta.seen"])

    #expect(strict != .equal(rows: 1))
    #expect(lenient == .equal(rows: 1))
  }

  @Test func `a window of one side, and one that cannot be read, are told as that`() async throws {
    let a = Side(name: "a", windows: [("1", "json", ["[]"]), ("2", "json", ["[{\"n\":1}]"]), ("3", "json", ["[]"])])
    let b = Side(name: "b", windows: [("2", "json", ["[{\"n\":"]), ("3", "json", ["[]"]), ("4", "json", ["[]"])])

    let comparison = try await Comparer(a, b, examples: 1).compare()

    #expect(comparison.windows.map(\.title) == (1...4).map { "shop/event/json/\($0)" })
    #expect(comparison.windows[0].verdict == .onlyInA && comparison.windows[3].verdict == .onlyInB)
    guard case .unreadable(let reason) = comparison.windows[1].verdict else {
      Issue.record("\(comparison.windows[1].verdict)")
      return
    }
    #expect(reason.contains("b: '2/0': the file is not JSON, or was cut: byte 6"), "\(reason)")
    #expect(!comparison.isEqual && !comparison.isComplete && comparison.differs)
  }

  @Test func `records of a run whose file was replaced since are unreadable, unless both recorded the same`()
    async throws
  {
    struct Past: ResultSource {
      var name = "run"
      let isRecord = true
      var recorded: String
      var found: String

      func results() -> FoundResults {
        FoundResults([
          FoundResult(
            dataset: "event", format: "json", window: "1",
            parts: [Artifact(name: "x", bytes: 2, sha256: Digest(of: recorded), rows: 0)])
        ])
      }
      func read(_ artifact: Artifact, _ take: ([UInt8]) async throws -> Void) async throws {
        try await take(Array(found.utf8))
      }
    }
    let (first, second) = (Past(recorded: "[]", found: "[ ]"), Past(recorded: "[]", found: "gone"))

    let alike = try await Comparer(first, second, examples: 1).compare()
    let replaced = try await Comparer(first, Past(recorded: "[] ", found: "[] "), examples: 1).compare()

    #expect(alike.isEqual)
    #expect(
      replaced.windows.first?.verdict
        == .unreadable("run: 'x': the file was replaced since: its SHA-256 is another one"))
  }

  @Test func `differences are the same whatever fits into memory`() async throws {
    let rows = { (numbers: Range<Int>) in
      "[" + numbers.map { #"{"id":"\#($0)","n":\#($0 % 7)}"# }.joined(separator: ",") + "]"
    }
    let (a, b) = (rows(0..<200), rows(50..<230))
    func pass(_ text: String) -> RowPass {
      { take in
        var reader = RowReader(format: "json")
        try reader.take(Array(text.utf8), take)
        try reader.finish(take)
      }
    }

    let whole = try await RowDifferencer(examples: 1000).difference(rows: 200, pass(a), pass(b))
    let pieces = try await RowDifferencer(marksMost: 16, examples: 1000).difference(rows: 200, pass(a), pass(b))

    #expect(whole.gone + whole.changed == 50 && whole.added + whole.changed == 30)
    #expect(whole == pieces)
  }

  @Test(arguments: [
    ("0", "0"), ("-0.000", "0"), ("1.50", "1.5"), ("15e-1", "1.5"), ("1E2", "100"), ("-0.05", "-0.05"),
    ("5e-2", "0.05"), ("100", "100"), ("1e30", "1e30"), ("10e29", "1e30"), ("12.30e1", "123"), ("1e-99", "1e-99"),
    ("1e9999999999", "1e9999999999"),
  ])
  func `a decimal has one spelling`(_ text: String, _ expected: String) {
    #expect(String(decoding: DecimalText.canonical(Array(text.utf8)), as: UTF8.self) == expected)
  }
}
