// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// A command as a shell takes it.
enum CommandText {
  /// Words in quotes where they need them.
  static func line(_ words: [String]) -> String { ShellWords(words: words).text }
}
