// SPDX-License-Identifier: Apache-2.0

/// What to write to a terminal so that a view stands below the lines that stay. The cursor rests at the view's beginning,
/// so that the view can be taken away whatever the terminal's size has become meanwhile: all that is below goes.
struct TerminalScreen: Sendable {
  private(set) var isShown = false
  private var isHidden = false
  private var isClosed = false

  private static let hide = "\u{1B}[?25l"
  private static let reveal = "\u{1B}[?25h"
  /// Long lines end at the edge.
  private static let holdEdge = "\u{1B}[?7l"
  private static let wrap = "\u{1B}[?7h"
  private static let clearBelow = "\r\u{1B}[J"

  /// Puts a view in the place of the one before.
  /// - Parameter lines: no wider than the terminal, and fewer than it is high, or one.
  mutating func show(_ lines: [String]) -> String {
    guard !lines.isEmpty, !isClosed else { return clear() }
    let start = isHidden ? "" : Self.hide
    (isShown, isHidden) = (true, true)
    let body = lines.joined(separator: "\r\n")
    let up = lines.count > 1 ? "\u{1B}[\(lines.count - 1)A" : ""
    return start + Self.holdEdge + Self.clearBelow + body + Self.wrap + up + "\r"
  }

  /// Takes the view away, for what is written next.
  mutating func clear() -> String {
    guard isShown else { return "" }
    isShown = false
    return Self.clearBelow
  }

  /// As `end`, and no view is shown any more.
  mutating func close() -> String {
    isClosed = true
    return end()
  }

  /// Takes the view away, and shows the cursor again. May be called at any time, and again.
  mutating func end() -> String {
    let text = clear() + (isHidden ? Self.reveal : "")
    isHidden = false
    return text
  }
}
