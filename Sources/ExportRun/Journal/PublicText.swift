// SPDX-License-Identifier: Apache-2.0

/// What services and stores say of a failure, as it may be kept and shown: one line, not too long, and nothing of an
/// address behind its question mark, where signatures stand.
enum PublicText {
  static let longest = 500

  static func of(_ text: String) -> String {
    let utf8 = text.utf8
    let isPlain =
      utf8.count <= longest && utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && !utf8.contains(UInt8(ascii: "?"))
      && !text.contains("sig=")
    guard !isPlain else { return text }
    let line = text.map { $0.isNewline || ($0.asciiValue.map { $0 < 0x20 || $0 == 0x7F } ?? false) ? " " : $0 }
    let words = String(line).split(separator: " ", omittingEmptySubsequences: false).map(withoutQuery)
    let whole = words.joined(separator: " ")
    return whole.count > longest ? whole.prefix(longest) + "…" : whole
  }

  private static func withoutQuery(_ word: Substring) -> String {
    if let scheme = word.range(of: "://"), let mark = word[scheme.upperBound...].firstIndex(of: "?") {
      let quote = word.last.map { "'\"".contains($0) ? String($0) : "" } ?? ""
      return word[..<mark] + "?…" + quote
    }
    return word.contains("sig=") ? "…" : String(word)
  }
}
