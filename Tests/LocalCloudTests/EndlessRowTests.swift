// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LocalCloud

/// A row without end is left when it is longer than any may be: no more of it is read, or held.
@Suite struct EndlessRowTests {
  private static let piece = 1 << 20
  /// What is read at most: the limit, and the piece in which it is passed.
  private static let most = JSONReader.lengthLimit / piece + 2

  /// Bytes that come back for ever, in pieces of a MiB, after what stands before them. Ends after 64 MiB, so that a test
  /// that fails ends as well.
  private final class Endless {
    private var start: [UInt8]
    private let piece: [UInt8]
    private(set) var given = 0

    init(_ start: String, then text: String) {
      self.start = Array(start.utf8)
      piece = Array(String(repeating: text, count: EndlessRowTests.piece / text.utf8.count).utf8)
    }

    func next() -> [UInt8] {
      guard start.isEmpty else {
        defer { start = [] }
        return start
      }
      given += 1
      return given > 64 ? [] : piece
    }
  }

  @Test(arguments: [
    ("", "1"), ("", "t"), ("\"", "x"), ("{\"a\":", "1"), ("{\"", "k"), ("[1", "2"), ("[n", "u"),
  ])
  func `values of JSON are bounded`(start: String, text: String) {
    let endless = Endless(start, then: text)
    let reader = JSONReader(source: ByteSource { endless.next() })
    var bytes: [UInt8] = []

    let problem = #expect(throws: ImportProblem.self) { try reader.value(into: &bytes) }

    #expect(problem?.reason == .tooLong(JSONReader.lengthLimit))
    #expect(endless.given <= Self.most)
  }

  @Test(arguments: [("", "x"), ("\"", "x"), ("a,b,\"", "c")])
  func `records of tables are bounded`(start: String, text: String) {
    let endless = Endless(start, then: text)
    let reader = CSVReader(source: ByteSource { endless.next() })

    let problem = #expect(throws: ImportProblem.self) { _ = try reader.record() }

    #expect(problem?.reason == .tooLong(JSONReader.lengthLimit))
    #expect(endless.given <= Self.most)
  }
}
