// SPDX-License-Identifier: Apache-2.0

/// The words of a command as a shell reads them.
public struct ShellWords: Sendable, Equatable {
  public var words: [String]

  public init(words: [String]) { self.words = words }

  /// A line of plain words and words in single quotes; `nil` when a quote does not end.
  public init?(_ line: String) {
    var (words, word): ([String], String?) = ([], nil)
    var isQuoted = false
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if isQuoted {
        if character == "'" { isQuoted = false } else { word?.append(character) }
      } else if character == "'" {
        isQuoted = true
        word = word ?? ""
      } else if character == "\\" {
        isEscaped = true
      } else if character == " " {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard !isQuoted, !isEscaped else { return nil }
    if let word { words.append(word) }
    self.words = words
  }

  /// Words in quotes where they need them.
  public var text: String {
    words.map { word in
      let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=%+,@".contains($0) }
      return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }

  /// The command with its selection narrowed: of what it selects, only what one of the expressions selects too.
  func narrowed(to expressions: [String]) -> ShellWords {
    guard !expressions.isEmpty else { return self }
    var (rest, given): ([String], [String]) = ([], [])
    var next = words.makeIterator()
    while let word = next.next() {
      if word == "--select" {
        if let value = next.next() { given.append(value) }
      } else if word.hasPrefix("--select=") {
        given.append(String(word.dropFirst("--select=".count)))
      } else {
        rest.append(word)
      }
    }
    let narrowed = given.isEmpty ? expressions : expressions.flatMap { one in given.map { "\($0),\(one)" } }
    return ShellWords(words: rest + narrowed.flatMap { ["--select", $0] })
  }
}
