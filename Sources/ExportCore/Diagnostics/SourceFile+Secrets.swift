// SPDX-License-Identifier: Apache-2.0

/// Lines that may hold a secret that somebody wrote down: no diagnostic shows them. The text alone decides, so that one that
/// is no YAML is judged as well; rather too many are hidden.
extension SourceFile {
  /// Of a line, in bytes.
  private static let looksAt = 16 << 10
  /// What stands further down in a section is hidden with nothing looked at.
  private static let looksUp = 50_000

  /// Whether a line stands in a section of secrets, or has a key whose value is one.
  func mayHoldSecret(line number: Int) -> Bool {
    let own = head(ofLine: number)
    if own.contains(Self.secret) { return true }
    // A name with its value below holds nothing.
    if own.contains(#/^[\s\-]*["']?[\w.\-]+["']?\s*:\s*(?:#.*)?$/#) { return false }
    if own.contains(Self.section) { return true }
    guard var depth = depth(ofLine: number) else { return false }
    var above = number - 1
    while above >= 1, depth > 0 {
      guard number - above < Self.looksUp else { return true }
      if let outer = self.depth(ofLine: above), outer < depth {
        depth = outer
        if head(ofLine: above).contains(Self.section) { return true }
      }
      above -= 1
    }
    return false
  }

  private static var section: Regex<Substring> {
    #/(?:^|[\s{,\-])["']?(?:secrets|credentials?|destinations|notify)["']?\s*:/#
  }

  private static var secret: Regex<Substring> {
    #/(?i)(?:password|secret|token|api_?key|account_?key|sas|bearer|authorization)["']?\s*:\s*[^\s#]|[?&;]sig=|:\/\/[^\/\s]*@/#
  }

  private func head(ofLine number: Int) -> String {
    String(decoding: bytes[range(ofLine: number)].prefix(Self.looksAt), as: UTF8.self)
  }

  /// How deep a line stands; an element of a list is deeper than a key above it at the same column. `nil`: it says nothing.
  private func depth(ofLine number: Int) -> Int? {
    let line = bytes[range(ofLine: number)]
    guard let first = line.firstIndex(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }),
      line[first] != UInt8(ascii: "#")
    else { return nil }
    return 2 * (first - line.startIndex) + (line[first] == UInt8(ascii: "-") ? 1 : 0)
  }
}
