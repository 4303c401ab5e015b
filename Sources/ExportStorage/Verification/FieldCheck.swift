// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Holds one field of every row against what it may be. An object, so that handing it around copies nothing.
final class FieldCheck {
  let rule: FieldRule
  private let kind: FieldRule.Kind
  private let words: [[UInt8]]
  /// Of the cells of CSV, one behind the other.
  private var cells = JSONTokenizer()

  init(_ rule: FieldRule) {
    (self.rule, kind) = (rule, rule.kind)
    words = rule.values.map { Array($0.utf8) }
  }

  /// Each element of a list is looked at.
  var looksIntoLists: Bool { kind == .list && !words.isEmpty }

  /// A value of JSON; of a container its beginning.
  /// - Throws: `ContentProblem`.
  func hold(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>, row: Int64) throws {
    let isRight: Bool
    switch (mark, kind) {
    case (.string, .text):
      if words.isEmpty { return }
      return try hold(word: bytes, row: row)
    case (.string, .time), (.string, .guid): return try hold(bytes, row: row)
    case (.number, .int): isRight = Self.isWhole(bytes)
    case (.null, _): isRight = rule.mayBeNull
    case (.number, .number), (.isTrue, .flag), (.isFalse, .flag), (.beginObject, .object), (.beginArray, .list): return
    default: isRight = false
    }
    guard !isRight else { return }
    throw ContentProblem(message: "row \(row): \(rule.name) is \(mark.noun), not \(rule.kind.noun)")
  }

  /// An element of a list.
  func hold(element mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>, row: Int64) throws {
    guard mark == .string else {
      throw ContentProblem(message: "row \(row): an element of \(rule.name) is \(mark.noun), not a text")
    }
    try hold(word: bytes, row: row)
  }

  /// A cell of CSV; an empty one is as good as absent.
  func hold(cell: UnsafeBufferPointer<UInt8>, row: Int64) throws {
    guard !cell.isEmpty else { return }
    switch kind {
    case .text: if !words.isEmpty { try hold(word: cell, row: row) }
    case .time, .guid: try hold(cell, row: row)
    case .int, .number, .flag: try hold(scalar: cell, row: row)
    case .object: try hold(json: cell, row: row)
    case .list:
      if cell.first == UInt8(ascii: "[") { return try hold(json: cell, row: row) }
      // Words of a closed list also stand with bars between them.
      guard !words.isEmpty else { throw wrong(cell, row: row) }
      for word in cell.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false) {
        try hold(word: UnsafeBufferPointer(rebasing: word), row: row)
      }
    }
  }

  // MARK: Parts

  private func hold(word: UnsafeBufferPointer<UInt8>, row: Int64) throws {
    for known in words where known.hasBytes(word) { return }
    let known = rule.values.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    throw ContentProblem(
      message:
        "row \(row): \(rule.name) '\(Self.shown(word))' is none of \(known)\(rule.values.count > 20 ? ", …" : "")")
  }

  /// A time or a GUID.
  private func hold(_ text: UnsafeBufferPointer<UInt8>, row: Int64) throws {
    guard kind == .time ? Instant(parsing: text) != nil : Self.isGUID(text) else { throw wrong(text, row: row) }
  }

  private func hold(scalar cell: UnsafeBufferPointer<UInt8>, row: Int64) throws {
    let isRight =
      switch kind {
      case .int: Self.isWhole(cell)
      case .number: Double(String(decoding: cell, as: UTF8.self))?.isFinite ?? false
      default: ["true", "false"].contains(String(decoding: cell, as: UTF8.self).lowercased())
      }
    guard isRight else { throw wrong(cell, row: row) }
  }

  /// An object or a list in a cell.
  private func hold(json cell: UnsafeBufferPointer<UInt8>, row: Int64) throws {
    var (first, depth) = (JSONMark?.none, 0)
    func see(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) throws {
      if first == nil { first = mark } else if depth == 0 { throw wrong(cell, row: row) }
      if depth == 1, mark != .endArray, looksIntoLists { try hold(element: mark, bytes, row: row) }
      switch mark {
      case .beginObject, .beginArray: depth += 1
      case .endObject, .endArray: depth -= 1
      default: break
      }
    }
    do {
      try cells.scan(cell, see)
      // Nothing of one cell goes on in the next.
      try cells.finish(see)
    } catch is JSONSyntaxError {
      throw wrong(cell, row: row)
    }
    guard depth == 0, first == (kind == .object ? .beginObject : .beginArray) else { throw wrong(cell, row: row) }
  }

  private func wrong(_ text: UnsafeBufferPointer<UInt8>, row: Int64) -> ContentProblem {
    ContentProblem(message: "row \(row): \(rule.name) '\(Self.shown(text))' is not \(rule.kind.noun)")
  }

  private static func shown(_ text: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: text.prefix(60), as: UTF8.self)
  }

  private static func isWhole(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = text.first == UInt8(ascii: "-") ? 1 : 0
    for index in start..<max(start, text.count) where text[index] &- 0x30 >= 10 { return false }
    return text.count > start
  }

  /// 32 hexadecimal digits, or 8-4-4-4-12 of them.
  private static func isGUID(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count == 32 || text.count == 36 else { return false }
    for (index, byte) in text.enumerated() {
      let isDash = text.count == 36 && (index == 8 || index == 13 || index == 18 || index == 23)
      switch byte {
      case 0x30...0x39, 0x41...0x46, 0x61...0x66: if isDash { return false }
      case UInt8(ascii: "-"): if !isDash { return false }
      default: return false
      }
    }
    return true
  }
}

extension FieldRule.Kind {
  /// For messages.
  var noun: String {
    switch self {
    case .text: "a text"
    case .int: "a whole number"
    case .number: "a number"
    case .flag: "true or false"
    case .time: "a time"
    case .guid: "a GUID"
    case .object: "an object"
    case .list: "a list"
    }
  }
}

extension JSONMark {
  /// For messages.
  var noun: String {
    switch self {
    case .beginObject, .endObject: "an object"
    case .beginArray, .endArray: "a list"
    case .key, .string: "a text"
    case .number: "a number"
    case .isTrue, .isFalse: "true or false"
    case .null: "null"
    }
  }
}
