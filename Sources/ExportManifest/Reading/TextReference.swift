// SPDX-License-Identifier: Apache-2.0

/// `${scope.name}` in a text.
struct TextReference {
  let range: Range<String.Index>
  let scope: String
  let name: String

  /// The first one in a text.
  static func first(in text: Substring) -> TextReference? {
    var rest = text
    while let begin = rest.firstIndex(of: "$") {
      rest = rest[rest.index(after: begin)...]
      if let found = TextReference(text[begin...]) { return found }
    }
    return nil
  }

  /// The one that a text begins with.
  private init?(_ text: Substring) {
    var rest = text.dropFirst()
    guard rest.popFirst() == "{" else { return nil }
    let scope = rest.prefix(while: Self.isOfScope)
    rest = rest[scope.endIndex...]
    guard !scope.isEmpty, rest.popFirst() == "." else { return nil }
    let name = rest.prefix { Self.isOfScope($0) || ("0"..."9").contains($0) || $0 == "." || $0 == "-" }
    rest = rest[name.endIndex...]
    guard !name.isEmpty, rest.popFirst() == "}" else { return nil }
    (range, self.scope, self.name) = (text.startIndex..<rest.startIndex, String(scope), String(name))
  }

  private static func isOfScope(_ character: Character) -> Bool {
    character.isASCII && character.isLetter || character == "_"
  }
}
