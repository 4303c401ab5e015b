// SPDX-License-Identifier: Apache-2.0

/// Messages that many share, each once; those that say the same but for numbers and ids share their words as well.
struct MessageTable {
  struct Message {
    /// The number of its words.
    var pattern: Int
    /// What stands in the holes of its words; none: the words are the message.
    var ids: [String]
  }

  /// Stands for an id in a pattern.
  static let hole: UInt8 = 1

  private(set) var patterns = TextTable<String>()
  private(set) var messages: [Message] = []
  private var numbers: [String: Int] = [:]

  /// -1 for none.
  mutating func number(of message: String?) -> Int {
    guard let message else { return -1 }
    if let known = numbers[message] { return known }
    let (pattern, ids) = Self.parts(of: message)
    numbers[message] = messages.count
    messages.append(Message(pattern: patterns.number(of: pattern), ids: ids))
    return messages.count - 1
  }

  /// Words with a digit in them are ids.
  private static func parts(of message: String) -> (pattern: String, ids: [String]) {
    guard !message.utf8.contains(hole) else { return (message, []) }
    var (pattern, word): ([UInt8], [UInt8]) = ([], [])
    var ids: [String] = []
    func end() {
      if word.contains(where: isDigit) {
        ids.append(String(decoding: word, as: UTF8.self))
        pattern.append(hole)
      } else {
        pattern += word
      }
      word.removeAll(keepingCapacity: true)
    }
    for byte in message.utf8 {
      if isDigit(byte) || byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) {
        word.append(byte)
      } else {
        end()
        pattern.append(byte)
      }
    }
    end()
    return (String(decoding: pattern, as: UTF8.self), ids)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
