// SPDX-License-Identifier: Apache-2.0

extension Secret {
  /// Shorter ones are parts of too many words: they are hidden only where they stand alone.
  private static let shortest = 4

  /// A message without a secret, or without a form of one.
  public static func hide(_ hidden: String, in text: String) -> String {
    guard !hidden.isEmpty else { return text }
    let isWord = hidden.utf8.count >= shortest
    var (result, rest) = ("", text[...])
    while let place = rest.firstRange(of: hidden) {
      let isAlone = !continues(text[..<place.lowerBound].last) && !continues(text[place.upperBound...].first)
      result += rest[..<place.lowerBound] + (isWord || isAlone ? "<secret>" : hidden)
      rest = rest[place.upperBound...]
    }
    return result + rest
  }

  private static func continues(_ character: Character?) -> Bool {
    character.map { $0.isLetter || $0.isNumber } ?? false
  }
}
