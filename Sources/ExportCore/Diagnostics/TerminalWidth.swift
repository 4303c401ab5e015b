// SPDX-License-Identifier: Apache-2.0

/// How many columns of a terminal a text takes: what stands under a caret must have the same width as the caret.
public enum TerminalWidth {
  static func columns(of scalars: some Sequence<Unicode.Scalar>) -> Int {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text).reduce(0) { $0 + columns(of: $1) }
  }

  public static func columns(of text: String) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

  /// An emoji that is put together of several scalars is one picture.
  public static func columns(of character: Character) -> Int {
    let scalars = character.unicodeScalars
    if scalars.count > 1, let first = scalars.first, first.properties.isEmoji, scalars.contains(where: isPicture) {
      return 2
    }
    return scalars.reduce(0) { $0 + columns(of: $1) }
  }

  /// Emoji with a shape of their own, and the selector that asks for one.
  private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isEmojiPresentation || scalar.value == 0xFE0F
  }

  private static func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x300: return 1
    // Vowels and finals that join the syllable before them.
    case 0x1160...0x11FF: return 0
    // Halves of a flag.
    case 0x1F1E6...0x1F1FF: return 1
    // The wide blocks of East Asia.
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18CFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD:
      return isMark(scalar) ? 0 : 2
    default: return isMark(scalar) ? 0 : scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: true
    default: false
    }
  }
}

extension StringProtocol {
  /// The text on one line of a terminal: control characters other than tabs, which could move the cursor or change
  /// colours, are shown as U+FFFD, one for each.
  public var printable: String {
    guard unicodeScalars.contains(where: { Self.isControl($0) }) else { return String(self) }
    var shown = String.UnicodeScalarView()
    shown.append(contentsOf: unicodeScalars.lazy.map { Self.isControl($0) ? "\u{FFFD}" : $0 })
    return String(shown)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar != "\t" && scalar.properties.generalCategory == .control
  }
}
