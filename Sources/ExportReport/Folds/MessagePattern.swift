// SPDX-License-Identifier: Apache-2.0

/// A message without what differs between messages that say the same: numbers, ids and dates stand as `#`. Codes of HTTP
/// from 400 to 599 that stand alone are kept, because they are what such a message says.
enum MessagePattern {
  static func of(_ message: String) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(message.utf8.count)
    var word: [UInt8] = []
    for byte in message.utf8 {
      if isOfWord(byte) {
        word.append(byte)
      } else {
        append(word, to: &text)
        word.removeAll(keepingCapacity: true)
        text.append(byte)
      }
    }
    append(word, to: &text)
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

  private static func append(_ word: [UInt8], to text: inout [UInt8]) {
    guard word.contains(where: isDigit), !isStatus(word) else { return text.append(contentsOf: word) }
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

  private static func isStatus(_ word: [UInt8]) -> Bool {
    word.count == 3 && (word[0] == UInt8(ascii: "4") || word[0] == UInt8(ascii: "5")) && word.allSatisfy(isDigit)
  }
}
