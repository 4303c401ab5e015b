// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@Suite struct WordsTests {
  @Test func `a mark reads back, and nothing else is one`() {
    let mark = TaskMark(JobKey(Digest(of: "job")), attempt: 12)

    #expect(mark.key.utf8.count == 32)
    #expect(TaskMark(mark.description) == mark)
    for text in ["", "outhaul:1:short:1", "outhaul:2:\(mark.key):1", "outhaul:1:\(mark.key):0", "\(mark) "] {
      #expect(TaskMark(text) == nil, "\(text)")
    }
  }

  @Test func `base32 is that of RFC 4648`() {
    // SHA-256 of "abc" begins ba7816bf 8f01cfea 414140de 5dae2223 b00361a3.
    #expect(JobKey(Digest(of: "abc")).base32 == "xj4bnp4pahh6uqkbidpf3lrceoyagynd")
  }

  @Test func `a secret shows nowhere`() {
    let secret = Secret("canary")
    struct Holder { let secret: Secret }
    var dumped = ""
    dump(Holder(secret: secret), to: &dumped)

    for text in ["\(secret)", String(reflecting: secret), String(describing: Holder(secret: secret)), dumped] {
      #expect(!text.contains("canary"))
    }
    #expect(secret.reveal() == "canary")
  }

  @Test func `the nearest word is meant, when one is near`() {
    let words = ["crash", "event", "error", "activity"]

    #expect(Suggestion.nearest(to: "crashs", in: words) == "crash")
    #expect(Suggestion.nearest(to: "evnet", in: words) == "event")
    #expect(Suggestion.nearest(to: "Eror", in: words) == "error")
    #expect(Suggestion.nearest(to: "banana", in: words) == nil)
  }

  @Test func `a diagnostic shows its line and a caret, also after tabs and wide letters`() {
    let file = SourceFile(name: "m.yaml", text: "a: 1\n\tキー: crashs\n")
    let diagnostic = Diagnostic(
      code: "M014", "unknown dataset 'crashs'", at: SourcePlace(file: file, line: 2, column: 6, length: 6),
      help: "did you mean 'crash'?",
      related: [Diagnostic.Related("first here", at: SourcePlace(file: file, line: 1, column: 1))])

    #expect(
      diagnostic.text == """
        m.yaml:2:6: error: unknown dataset 'crashs' [M014]
          2 | \tキー: crashs
            | \t      ^~~~~~ did you mean 'crash'?
        m.yaml:1:1: note: first here
          1 | a: 1
            | ^
        """)
  }

  @Test func `at most so many problems are shown, and the rest is counted`() {
    let file = SourceFile(name: "m.yaml", text: "x")
    let place = SourcePlace(file: file, line: 1, column: 1)
    let list = DiagnosticList((0..<5).map { Diagnostic(code: "M001", "problem \($0)", at: place) })

    #expect(list.text(limit: 2).hasSuffix("and 3 more\n5 errors"))
  }

  @Test func `a digest reads back from its digits in either case, and from nothing else`() throws {
    let digest = Digest(of: "outhaul")
    let hex = digest.hex

    #expect(hex.count == 64 && hex == hex.lowercased())
    #expect(Digest(hex: hex) == digest)
    #expect(Digest(hex: hex.uppercased()) == digest)
    #expect(Digest(bytes: digest.bytes) == digest)
    var text: [UInt8] = []
    digest.appendHex(to: &text)
    #expect(String(decoding: text, as: UTF8.self) == hex)
    // Every byte that is no digit, in every place of a word.
    for byte in UInt8.min...UInt8.max where !"0123456789abcdefABCDEF".utf8.contains(byte) {
      var wrong = Array(hex.utf8)
      wrong[Int(byte) % 64] = byte
      #expect(wrong.withUnsafeBufferPointer { Digest(hex: $0) } == nil, "byte \(byte)")
    }
    #expect(Digest(hex: String(hex.dropLast())) == nil)
  }

  @Test func `a running digest goes on from a copy`() {
    var running = RunningDigest()
    running.add(Array("out".utf8))
    var copy = running
    copy.add(Array("haul".utf8))
    running.add(Array("line".utf8))

    #expect(copy.digest == Digest(of: "outhaul"))
    #expect(running.digest == Digest(of: "outline"))
  }
}
