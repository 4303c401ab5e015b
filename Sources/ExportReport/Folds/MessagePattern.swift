// SPDX-License-Identifier: Apache-2.0

/// A message without what differs between messages that say the same: numbers, ids, dates and the names of files in
/// quotes stand as `…`. Codes of HTTP are kept, because they are what such a message says: at its beginning, and where it
/// tells what was answered.
enum MessagePattern {
  private static let hole = Array("…".utf8)
  private static let quote = UInt8(ascii: "'")

  static func of(_ message: String) -> String {
    let bytes = Array(message.utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var (word, before): ([UInt8], [UInt8]) = ([], [])
    var next = 0
    while next < bytes.count {
      let byte = bytes[next]
      if byte == quote, word.isEmpty, let end = endOfFile(bytes, from: next) {
        text += [quote] + hole + [quote]
        next = end + 1
        continue
      }
      next += 1
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

  /// Where the quote ends that begins there, if the name of a file or a path stands in it.
  private static func endOfFile(_ bytes: [UInt8], from start: Int) -> Int? {
    guard let end = bytes[(start + 1)...].firstIndex(of: quote), end + 1 == bytes.count || !isOfWord(bytes[end + 1])
    else { return nil }
    let name = bytes[(start + 1)..<end]
    if name.contains(UInt8(ascii: "/")) { return end }
    // `part-0.json.gz`, and no sentence.
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex, !name.contains(UInt8(ascii: " "))
    else { return nil }
    let ending = name[(dot + 1)...]
    return !ending.isEmpty && ending.allSatisfy(isLetterOrDigit) ? end : nil
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
      if hides { appendHole(to: &text) } else { text.append(contentsOf: run) }
      isHidden = hides
    }
  }

  /// Holes with one sign between them are one: a time, a decimal.
  private static func appendHole(to text: inout [UInt8]) {
    guard let sign = text.last, ":.,/".utf8.contains(sign), text.dropLast().suffix(hole.count).elementsEqual(hole)
    else {
      return text.append(contentsOf: hole)
    }
    text.removeLast()
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
