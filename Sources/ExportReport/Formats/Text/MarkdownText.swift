// SPDX-License-Identifier: Apache-2.0

/// Markdown of a bounded size. Texts of others stand in code spans, where nothing of them is markup, a link or a mention.
struct MarkdownText: Sendable {
  /// No more bytes than this, whatever is written.
  let limit: Int
  private(set) var bytes: [UInt8] = []

  init(limit: Int) {
    self.limit = limit
    bytes.reserveCapacity(limit)
  }

  /// Writes a line, and its end, if there is room for it with so many bytes left over.
  /// - Returns: whether it was written.
  @discardableResult
  mutating func line(_ text: String = "", leaving rest: Int = 0) -> Bool {
    let line = Array(text.utf8)
    guard bytes.count + line.count + 1 <= limit - rest else { return false }
    bytes += line
    bytes.append(UInt8(ascii: "\n"))
    return true
  }

  /// A text of others as a code span, cut to so many characters.
  static func code(_ text: String, most: Int = 120) -> String {
    let plain = plain(text, most: most)
    guard !plain.isEmpty else { return "` `" }
    var (longest, run) = (0, 0)
    for byte in plain.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    // A blank on both sides is taken off again by the reader.
    let needsBlank = longest > 0 || plain.allSatisfy { $0 == " " }
    return needsBlank ? "\(fence) \(plain) \(fence)" : "\(fence)\(plain)\(fence)"
  }

  /// One line of visible characters: what turns the direction of a text or hides is a blank. No character takes more than
  /// four bytes here: what is composed of many is cut like many.
  private static func plain(_ text: String, most: Int) -> String {
    var plain = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      guard count < most else {
        plain.append("…")
        break
      }
      count += 1
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: plain.append(" ")
      default: plain.append(scalar)
      }
    }
    return String(plain)
  }
}
