// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

// Texts, numbers, words and picks.
extension DescriptionReader {
  mutating func text(_ node: YAMLNode, _ noun: String) -> String? {
    if let text = node.text, !text.isEmpty { return text }
    add("D001", "\(noun) must be a text, not \(node.noun)", at: node.place)
    return nil
  }

  /// More of anything than this is no limit that a service would have, and nothing that could be kept in memory.
  static let countMost: Int64 = 1_000_000

  /// A count: from 1 to `most`.
  mutating func int(_ node: YAMLNode, _ noun: String, most: Int64 = countMost) -> Int? {
    guard let number = node.json.int, number > 0 else {
      add("D006", "'\(node.text ?? node.noun)' is not a whole number for \(noun)", at: node.place)
      return nil
    }
    if number <= most { return Int(number) }
    add("D006", "'\(number)' is more than \(most) for \(noun)", at: node.place, help: "write a smaller number")
    return nil
  }

  mutating func flag(_ node: YAMLNode, _ noun: String) -> Bool {
    if let flag = node.json.bool { return flag }
    add("D001", "\(noun) must be true or false, not \(node.text.map { "'\($0)'" } ?? node.noun)", at: node.place)
    return false
  }

  mutating func duration(_ node: YAMLNode) -> Duration? {
    if let duration = node.text.flatMap({ DurationText.parse($0) }) { return duration }
    add("D006", "'\(node.text ?? node.noun)' is not a duration", at: node.place, help: "write one such as 30s or 5m")
    return nil
  }

  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ node: YAMLNode, _ noun: String, _ type: Word.Type
  ) -> Word? where Word.RawValue == String {
    let found = node.text ?? node.noun
    if let word = Word(rawValue: found) { return word }
    let help = Suggestion.help(for: found, in: Word.allCases.map(\.rawValue))
    add("D005", "unknown \(noun) '\(found)'", at: node.place, help: help)
    return nil
  }

  mutating func elements(_ node: YAMLNode, _ noun: String) -> [YAMLNode] {
    if case .sequence(let elements) = node.kind { return elements }
    add("D001", "\(noun) must be a list, not \(node.noun)", at: node.place)
    return []
  }

  mutating func texts(_ node: YAMLNode, _ noun: String) -> [String] {
    elements(node, noun).compactMap { text($0, "an element of \(noun)") }
  }

  /// As `texts`, of which there must be one.
  mutating func someTexts(_ node: YAMLNode, _ noun: String) -> [String] {
    tellEmpty(node, noun)
    return texts(node, noun)
  }

  /// A list that would say nothing when it is empty.
  mutating func tellEmpty(_ node: YAMLNode, _ noun: String, help: String? = nil) {
    if case .sequence(let elements) = node.kind, elements.isEmpty {
      add("D001", "\(noun) is empty", at: node.place, help: help)
    }
  }

  /// Statuses of HTTP, one at least.
  mutating func httpStatuses(_ node: YAMLNode, _ noun: String) -> [Int] {
    tellEmpty(node, noun, help: "write the statuses that are meant, such as [200]")
    return elements(node, noun).compactMap { element in
      guard let status = int(element, noun) else { return nil }
      if (100...599).contains(status) { return status }
      add("D006", "'\(status)' is no status of HTTP for \(noun)", at: element.place, help: "they go from 100 to 599")
      return nil
    }
  }

  mutating func pick(_ node: YAMLNode) -> Pick? {
    guard let pick = anyPick(node) else { return nil }
    guard !pick.hasStar else {
      add(
        "D004", "'\(node.text ?? "")' picks every element", at: node.place,
        help: "'*' can stand where a list is wanted; write the number of one element")
      return nil
    }
    return pick
  }

  /// A pick of a list: of every element of it.
  mutating func listPick(_ node: YAMLNode) -> Pick? {
    guard let pick = anyPick(node) else { return nil }
    guard pick.isOfBody else {
      add(
        "D004", "'\(node.text ?? "")' picks no list", at: node.place, help: "write body:/pointer or xml:/Element/Path")
      return nil
    }
    return pick
  }

  /// A pick of one value or of many.
  mutating func anyPick(_ node: YAMLNode) -> Pick? {
    switch node.text.flatMap({ Pick($0) }) {
    case .headers?:
      add("D004", "'\(node.text ?? "")' picks more than one header", at: node.place, help: "write one header's name")
      return nil
    case let pick?:
      if case .xml = pick { readsXML = true }
      return pick
    case nil:
      add(
        "D004", "'\(node.text ?? node.noun)' picks nothing", at: node.place, help: Pick.help(for: node.text ?? ""))
      return nil
    }
  }

  /// A pick of a number, which may be the smallest of many headers.
  mutating func countPick(_ node: YAMLNode) -> Pick? {
    if let text = node.text, case .headers(let prefix)? = Pick(text), !prefix.isEmpty { return Pick(text) }
    return pick(node)
  }

  /// `10/s`, `600/m`, `1200/h`: so many in a second.
  mutating func rate(_ node: YAMLNode) -> Double? {
    if let parts = node.text?.wholeMatch(of: #/([0-9]{1,9})\/([smh])/#), let count = Double(parts.1), count > 0 {
      return count / (parts.2 == "s" ? 1 : parts.2 == "m" ? 60 : 3600)
    }
    add("D006", "'\(node.text ?? node.noun)' is not a rate", at: node.place, help: "write one such as 10/s or 600/m")
    return nil
  }

  /// A pointer to one value of an item.
  mutating func pointer(_ node: YAMLNode) -> String? {
    guard let text = node.text, text.hasPrefix("/"), Pick.isPointer(text) else {
      add("D004", "'\(node.text ?? node.noun)' is no JSON pointer", at: node.place, help: Pick.pointerHelp)
      return nil
    }
    guard !Pick.body(pointer: text).hasStar else {
      add(
        "D004", "'\(text)' points at every element", at: node.place,
        help: "one value is wanted here; write the number of one element")
      return nil
    }
    return text
  }
}
