// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// Values that many sections share.
extension ManifestParts {
  /// - Parameter hidesLine: the line may hold a secret.
  mutating func add(
    _ code: String, _ message: String, at place: SourcePlace, help: String? = nil,
    related: [Diagnostic.Related] = [], hidesLine: Bool = false
  ) {
    problems.add(Diagnostic(code: code, message, at: place, help: help, related: related, hidesLine: hidesLine))
  }

  /// The entries of a section whose keys are names.
  mutating func named<Entry>(
    _ node: YAMLNode?, _ section: String, _ read: (inout ManifestParts, Located<String>, YAMLNode) -> Entry?
  ) -> [Entry] {
    guard let node, let reader = MappingReader(node, "'\(section)'", code: "M001", &problems), !reader.members.isEmpty
    else {
      names.miss(section)
      if let node, case .mapping = node.kind, isWhole { add("M001", "'\(section)' is empty", at: node.place) }
      return []
    }
    // Words of the language are no names.
    let words: Set = section == "apps" ? ["discover", "include"] : []
    names.give(reader.members.compactMap(\.key.text).filter { !words.contains($0) }, of: section)
    return reader.members.compactMap { pair in
      let name = pair.key.text ?? ""
      guard Self.isName(name) else {
        add(
          "M003", "'\(name)' is not a name", at: pair.key.place,
          help: "use letters, digits, '-', '_' and, not as the first, '.'")
        return nil
      }
      return read(&self, Located(name, at: pair.key.place), pair.value)
    }
  }

  static func isName(_ text: String) -> Bool {
    // Names become steps of paths: none is hidden, none is cut off there.
    if text.utf8.allSatisfy({ isNameByte($0) }) {
      return !text.isEmpty && text.utf8.first != UInt8(ascii: ".") && text.utf8.count <= 120
    }
    return !text.hasPrefix(".") && text.count <= 120
      && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  mutating func text(_ node: YAMLNode, _ noun: String) -> String? {
    guard let text = node.text, !text.isEmpty else {
      let isEmpty = node.text != nil && node.json != .null
      add("M004", isEmpty ? "\(noun) is empty" : "\(noun) must be a text, not \(node.noun)", at: node.place)
      return nil
    }
    refuseSecret(in: text, at: node.place)
    return text
  }

  /// Secrets stand for credentials only, where nothing is written or shown.
  mutating func refuseSecret(in text: String, at place: SourcePlace) {
    // Most texts have no '$', and looking for one byte is quick.
    guard text.utf8.contains(UInt8(ascii: "$")), text.contains("${secret."), misplaced.insert(place).inserted else {
      return
    }
    add("M018", "a secret cannot stand here", at: place, help: "it can stand for a credential, a key or a signature")
  }

  mutating func located(_ node: YAMLNode, _ noun: String) -> Located<String>? {
    text(node, noun).map { Located($0, at: node.place) }
  }

  /// A word, or a list of words.
  mutating func words(_ node: YAMLNode, _ noun: String) -> [Located<String>] {
    if case .mapping = node.kind {
      add("M004", "\(noun) must be a text or a list, not a mapping", at: node.place)
      return []
    }
    guard case .sequence(let elements) = node.kind else { return located(node, noun).map { [$0] } ?? [] }
    if elements.isEmpty { add("M004", "\(noun) is empty", at: node.place) }
    return elements.compactMap { located($0, noun) }
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ node: YAMLNode, _ noun: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    let word = node.text ?? ""
    if let choice = Choice(rawValue: word) { return choice }
    let help = Suggestion.help(for: word, in: Choice.allCases.map(\.rawValue))
    add("M005", "unknown \(noun) \(node.shown)", at: node.place, help: help)
    return nil
  }

  mutating func duration(_ node: YAMLNode, _ noun: String) -> Duration? {
    if let text = node.text, let duration = DurationText.parse(text) { return duration }
    add(
      "M006", "\(node.shown) is not a duration for \(noun)", at: node.place,
      help: "write one such as 30s, 15m, 6h or 7d")
    return nil
  }

  mutating func number(_ node: YAMLNode, _ noun: String, in range: ClosedRange<Int>) -> Int? {
    if let number = node.json.int, range.contains(Int(number)) { return Int(number) }
    add(
      "M007", "\(node.shown) is not a number for \(noun)", at: node.place,
      help: "write one from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// The name in a lone `${secret.NAME}`.
  mutating func secretName(_ node: YAMLNode, _ noun: String) -> String? {
    if let text = node.text, text.hasPrefix("${secret."), text.hasSuffix("}"), text.filter({ $0 == "$" }).count == 1 {
      let name = String(text.dropFirst(9).dropLast())
      secretUses.append(Located(name, at: node.place))
      return name
    }
    add(
      "M008", "\(noun) must be a reference, never the secret itself", at: node.place, help: "write \"${secret.NAME}\"",
      hidesLine: true)
    return nil
  }
}
