// SPDX-License-Identifier: Apache-2.0

/// Lines that may hold a secret that somebody wrote down: no diagnostic shows them. The text alone decides, so that one that
/// is no YAML is judged as well; rather too many are hidden.
extension SourceFile {
  /// Of a line, in bytes.
  private static let looksAt = 16 << 10
  /// What stands further down in a section is hidden with nothing looked at.
  private static let looksUp = 50_000

  /// Whether a line stands in a section of secrets, or has a key whose value is one. A line of such a section is shown where
  /// its values are references alone, or tell where files go.
  func mayHoldSecret(line number: Int) -> Bool {
    let own = head(ofLine: number)
    let isWhole = range(ofLine: number).count <= Self.looksAt
    if own.replacing(Self.reference, with: "#").contains(Self.secret) { return true }
    // A name with its value below holds nothing.
    if isWhole, own.contains(Self.name) || own.contains(Self.references) { return false }
    let tellsWays = isWhole && own.contains(Self.ways)
    switch sections(ofLine: number, own) {
    case nil: return true
    case let sections? where sections.isEmpty: return false
    case let sections?: return sections != ["destinations"] || !tellsWays
    }
  }

  /// The sections of secrets that a line begins or stands in; `nil`: it cannot be told, or it goes on with a value that began
  /// above it.
  private func sections(ofLine number: Int, _ own: String) -> Set<Substring>? {
    var sections = Set(own.matches(of: Self.section).map(\.1))
    guard var depth = depth(ofLine: number) else { return sections }
    var hasValueAbove = false
    var above = number - 1
    while above >= 1, depth > 0 {
      guard number - above < Self.looksUp else { return nil }
      if let outer = self.depth(ofLine: above), outer < depth {
        depth = outer
        let head = head(ofLine: above)
        sections.formUnion(head.matches(of: Self.section).map { Substring(String($0.1)) })
        if !head.contains(Self.name) { hasValueAbove = true }
      }
      above -= 1
    }
    return hasValueAbove && !sections.isEmpty ? nil : sections
  }

  private static var name: Regex<Substring> { #/^[\s\-]*+["']?[\w.\-]++["']?\s*:\s*(?:#.*)?$/# }

  private static var section: Regex<(Substring, Substring)> {
    #/(?:^|[\s{,\-])["']?(secrets|credentials?|destinations|notify)["']?\s*:/#
  }

  private static var secret: Regex<Substring> {
    #/(?i)(?:password|secret|token|api_?key|account_?key|sas|bearer|authorization)["']?\s*:\s*[^\s#]|[?&;]sig=|:\/\/[^\/\s]*@/#
  }

  private static var reference: Regex<Substring> { #/\$\{secret\.[\w\-]+\}|"\$\{secret\.[\w\-]+\}"/# }

  /// Nothing but keys, and references to secrets as their values.
  private static var references: Regex<Substring> {
    #/^[\s\-]*+(?:[\w.\-]+\s*:\s*(?:\$\{secret\.[\w\-]+\}|"\$\{secret\.[\w\-]+\}"|(?=\{))|[{},\s])*+$/#
  }

  /// … or what a destination tells of its place, with no query and no user info.
  private static var ways: Regex<Substring> {
    #/^[\s\-]*+(?:(?:directory|staging|files|azure_container)\s*:\s*(?:[^\s,{}"'#?@;=&%]+|"[^"\\#?@;=&%]*")|[\w.\-]+\s*:\s*(?:\$\{secret\.[\w\-]+\}|"\$\{secret\.[\w\-]+\}"|(?=\{))|[{},\s])*+$/#
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
