// SPDX-License-Identifier: Apache-2.0
import BatchExport

// What is said of a run before it has begun, and after it has ended, in the way that it is told.
extension ProgressMode {
  /// What people should know, and no error: nothing of it is said where errors alone are.
  @Sendable func say(_ words: String) {
    if self != .none { sayError(words) }
  }

  /// What belongs to an error that ends the program.
  @Sendable func sayError(_ words: String) {
    Console.error(self == .json ? ProgressJSON.notice(words, at: WallClock().now).canonicalText : words)
  }
}

/// Where something is said besides results.
typealias Saying = @Sendable (_ words: String) -> Void
