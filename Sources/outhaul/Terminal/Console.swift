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

  /// What was asked for: one line more on standard output.
  static func line(_ text: String) { bytes(Array((text + "\n").utf8)) }

  static func bytes(_ bytes: UnsafeRawBufferPointer) { Self.bytes(Array(bytes)) }

  static func bytes(_ bytes: [UInt8]) {
    // After a failure nothing follows: what is read has no hole in its midst.
    guard output.withLock({ $0 == nil }) else { return }
    let ending = DescriptorWriter.write(bytes, to: STDOUT_FILENO)
    if ending != .written { output.withLock { $0 = ending } }
  }

  /// Why standard output is not whole, in words; a reader that has gone away had enough.
  static var outputFailure: String? {
    guard case .failed(let reason)? = output.withLock(\.self) else { return nil }
    return String(cString: strerror(reason))
  }

  /// What goes beside it, on standard error.
  static func error(_ text: String) {
    // Under the lock: two lines at once stay two lines.
    withErrors { $0.write($0.screen.clear() + text + "\n", $0.isLate ? .zero : patience) }
  }

  /// A question: the answer is given behind it.
  static func prompt(_ text: String) { withErrors { $0.write(text, patience) } }

  /// From now on nobody waits for long until standard error takes something: what it does not take in time is written
  /// when it does, within bounds, or is lost. For what signals are to end.
  static func boundErrors() { isBound.store(true, ordering: .relaxed) }

  // MARK: The view

  /// Puts lines in the place of those that were shown before.
  /// - Parameter size: of the terminal that they were made for. When it has another by now, they are left out.
  static func show(_ lines: [String], for size: Size) {
    withErrors { errors in
      // What comes late is not shown late.
      guard errorSize == size, !errors.isLate else { return errors.write("", .zero) }
      errors.write(errors.screen.show(lines), patience)
    }
  }

  /// Leaves nothing of the view, and the terminal as it was. May be called at any time, and again.
  /// - Parameter isLast: the program ends, and shows none any more.
  static func endView(isLast: Bool = false) {
    withErrors { errors in
      errors.write(isLast ? errors.screen.close() : errors.screen.end(), patience)
    }
  }

  /// As `endView`, and nothing is waited for, whoever writes meanwhile: the program ends.
  static func leaveView() {
    _ = errors.withLockIfAvailable { $0.write($0.screen.close(), .zero) }
  }

  static var isViewShown: Bool { errors.withLockIfAvailable(\.screen.isShown) ?? true }

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

  // MARK: Parts

  private static let output = Mutex<DescriptorWriter.Ending?>(nil)
  private static let errors = Mutex(Errors())
  private static let isBound = Atomic(false)

  private static var patience: Duration? { isBound.load(ordering: .relaxed) ? .seconds(1) : nil }

  /// Alone with standard error; not at all when whoever has it does not get done.
  private static func withErrors(_ body: (inout Errors) -> Void) {
    guard let patience else { return errors.withLock { body(&$0) } }
    let end = ContinuousClock.now + patience * 2
    while errors.withLockIfAvailable({ body(&$0) }) == nil, ContinuousClock.now < end { usleep(1000) }
  }
}

/// Standard error, with what it has not taken yet.
private struct Errors {
  /// More is lost.
  private static let restMost = 1 << 20

  var screen = TerminalScreen()
  private var rest: [UInt8] = []

  var isLate: Bool { !rest.isEmpty }

  mutating func write(_ text: String, _ limit: Duration?) {
    if rest.count < Self.restMost { rest += Array(text.utf8) }
    guard !rest.isEmpty else { return }
    if case .late(let count) = DescriptorWriter.write(rest, to: STDERR_FILENO, within: limit) {
      rest.removeFirst(rest.count - count)
    } else {
      // A reader that has gone away is no reason to stop a run.
      rest = []
    }
  }
}
