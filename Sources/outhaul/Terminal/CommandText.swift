// SPDX-License-Identifier: Apache-2.0

/// A command as a shell takes it.
enum CommandText {
  /// Words in quotes where they need them.
  static func line(_ words: [String]) -> String {
    words.map { word in
      let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=%+,@".contains($0) }
      return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
