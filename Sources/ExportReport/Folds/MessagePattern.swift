// SPDX-License-Identifier: Apache-2.0

/// A message without what differs between messages that say the same: numbers, ids and dates stand as `#`. Codes of HTTP
/// are kept, because they are what such a message says: at its beginning, and where it tells what was answered.
enum MessagePattern {
  static func of(_ message: String) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(message.utf8.count)
    var (word, before): ([UInt8], [UInt8]) = ([], [])
    for byte in message.utf8 {
      if isOfWord(byte) {
        word.append(byte)
      } else {
        append(word, after: before, to: &text)
        if !word.isEmpty { before = word }
        word.removeAll(keepingCapacity: true)
        text.append(byte)
      }
    }
    append(word, after: before, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Letters, digits, and what joins them in ids and dates.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func append(_ word: [UInt8], after before: [UInt8], to text: inout [UInt8]) {
    guard word.contains(where: isDigit), !isStatus(word, after: before) else { return text.append(contentsOf: word) }
    // `part-00007` keeps its name; `5f0c-11e6-a0` does not.
    var isHidden = false
    for run in word.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false) {
      let hides = run.contains(where: isDigit) || (isHidden && run.allSatisfy(isHexadecimal))
      if hides, isHidden { continue }
      if !text.isEmpty, run.startIndex > word.startIndex { text.append(UInt8(ascii: "-")) }
      text.append(contentsOf: hides ? [UInt8(ascii: "#")] : Array(run))
      isHidden = hides
    }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }

  /// What stands before a code.
  private static let codeWords: Set<[UInt8]> = Set(["answered", "http", "status", "code"].map { Array($0.utf8) })

  private static func isStatus(_ word: [UInt8], after before: [UInt8]) -> Bool {
    guard word.count == 3, word[0] == UInt8(ascii: "4") || word[0] == UInt8(ascii: "5"), word.allSatisfy(isDigit) else {
      return false
    }
    return before.isEmpty || codeWords.contains(before.map { $0 | 0x20 })
  }
}
