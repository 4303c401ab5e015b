// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Standard output and standard error, written whole and at once.
enum Console {
  /// What was asked for: one line more on standard output.
  static func line(_ text: String) { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

  static func bytes(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  static func bytes(_ bytes: UnsafeRawBufferPointer) { write(Array(bytes), to: STDOUT_FILENO) }

  /// What goes beside it, on standard error.
  static func error(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

  /// Without an end of line, for a line that is written over.
  static func status(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Standard output is a terminal, and nobody wants it without colours.
  static var isColoured: Bool {
    isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Columns of the terminal behind standard error, 80 when it does not say.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      // A reader that has gone away is no reason to stop a run.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
