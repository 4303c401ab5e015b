// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Standard output and standard error, written whole and at once. A view at the end of standard error stays there: lines
/// are written above it.
enum Console {
  struct Size: Sendable, Equatable {
    var columns: Int
    var rows: Int
  }

  private static let screen = Mutex(TerminalScreen())

  /// What was asked for: one line more on standard output.
  static func line(_ text: String) { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

  static func bytes(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  static func bytes(_ bytes: UnsafeRawBufferPointer) { write(Array(bytes), to: STDOUT_FILENO) }

  /// What goes beside it, on standard error.
  static func error(_ text: String) {
    // Under the lock: two lines at once stay two lines.
    screen.withLock { write(Array(($0.clear() + text + "\n").utf8), to: STDERR_FILENO) }
  }

  /// A question: the answer is given behind it.
  static func prompt(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

  // MARK: The view

  /// Puts lines in the place of those that were shown before.
  /// - Parameter size: of the terminal that they were made for. When it has another by now, they are left out.
  static func show(_ lines: [String], for size: Size) {
    screen.withLock { screen in
      guard errorSize == size else { return }
      write(Array(screen.show(lines).utf8), to: STDERR_FILENO)
    }
  }

  /// Leaves nothing of the view, and the terminal as it was. May be called at any time, and again.
  /// - Parameter isLast: the program ends, and shows none any more.
  static func endView(isLast: Bool = false) {
    screen.withLock { screen in
      let text = isLast ? screen.close() : screen.end()
      if !text.isEmpty { write(Array(text.utf8), to: STDERR_FILENO) }
    }
  }

  static var isViewShown: Bool { screen.withLock(\.isShown) }

  // MARK: The terminal

  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Standard output is one.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns of the terminal behind standard error, 80 when it does not say.
  static var width: Int { errorSize.columns }

  /// Of the terminal behind standard error, 80 by 24 when it does not say.
  static var errorSize: Size {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return Size(columns: 80, rows: 24)
    }
    return Size(columns: Int(size.ws_col), rows: size.ws_row > 0 ? Int(size.ws_row) : 24)
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
