// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A page that people read, as what it shows in blocks, with what comments say of these.
///
/// A comment `<!-- test: … -->` stands right above its block, or anywhere when it is about the page; readers do not see it.
/// `DocumentedMark` has the words.
struct DocumentedPage {
  /// What stands in a block, and what is to be done with it.
  struct Block {
    /// Of its first line, from 1.
    var line: Int
    /// Behind the fence; `nil` when it is set in by four blanks.
    var language: String?
    var text: String
    var marks: [DocumentedMark]

    /// Nothing but commands of the program, so that it can be run without being told to.
    var isCommands: Bool {
      let lines = text.split(separator: "\n")
      return !lines.isEmpty && lines.allSatisfy { $0.hasPrefix("outhaul ") }
    }
  }

  /// What stands on the page, from top to bottom.
  enum Part {
    case block(Block)
    /// A mark about what follows.
    case mark(DocumentedMark)
  }

  /// From the project's folder on.
  let path: String
  let parts: [Part]

  init(path: String) throws {
    let url = LayerTests.root.appendingPathComponent(path)
    self.init(path: path, text: try String(contentsOf: url, encoding: .utf8))
  }

  init(path: String, text: String) {
    self.path = path
    var reader = Reader(text)
    parts = reader.read()
  }

  var blocks: [Block] {
    parts.compactMap { if case .block(let block) = $0 { block } else { nil } }
  }
}

extension DocumentedPage {
  /// Takes Markdown apart as far as this needs it: fences, blocks that are set in, comments.
  private struct Reader {
    private let lines: [String]
    private var index = 0
    private var waiting: [DocumentedMark] = []
    private var parts: [Part] = []

    init(_ text: String) { lines = text.components(separatedBy: "\n") }

    mutating func read() -> [Part] {
      while index < lines.count {
        let line = lines[index]
        if let mark = DocumentedMark(line: line) {
          if mark.isOfPage { parts.append(.mark(mark)) } else { waiting.append(mark) }
          index += 1
        } else if line.hasPrefix("```") {
          fence()
        } else if line.hasPrefix("    "), beginsBlock {
          setIn()
        } else {
          if !line.isEmpty { waiting = [] }
          index += 1
        }
      }
      return parts
    }

    /// Behind a paragraph or in a list, lines that are set in go on with it.
    private var beginsBlock: Bool {
      guard index > 0 else { return true }
      let before = lines[index - 1]
      return before.isEmpty || before.hasPrefix("#") || before.hasPrefix("<!--") || before.hasPrefix("```")
    }

    private mutating func fence() {
      let language = String(lines[index].dropFirst(3))
      let start = index + 1
      index = start
      while index < lines.count, !lines[index].hasPrefix("```") { index += 1 }
      add(from: start, lines[start..<index].map { $0 }, language)
      index += 1
    }

    private mutating func setIn() {
      let start = index
      while index < lines.count, lines[index].hasPrefix("    ") || lines[index].isEmpty { index += 1 }
      var block = lines[start..<index].map { String($0.dropFirst(4)) }
      while block.last?.isEmpty == true { block.removeLast() }
      add(from: start, block, nil)
    }

    private mutating func add(from start: Int, _ block: [String], _ language: String?) {
      let text = block.map { $0 + "\n" }.joined()
      parts.append(.block(Block(line: start + 1, language: language, text: text, marks: waiting)))
      waiting = []
    }
  }
}
