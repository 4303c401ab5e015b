// SPDX-License-Identifier: Apache-2.0

/// Texts that many share, each once; elsewhere stands its number.
struct TextTable<Text: Hashable> {
  private(set) var texts: [Text] = []
  private var numbers: [Text: Int] = [:]

  mutating func number(of text: Text) -> Int {
    if let known = numbers[text] { return known }
    numbers[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }

  /// -1 for none.
  mutating func number(of text: Text?) -> Int { text.map { number(of: $0) } ?? -1 }
}
