// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Walks over one line of canonical JSON.
struct LineScanner {
  let line: UnsafeBufferPointer<UInt8>
  private(set) var at = 0

  init(_ line: UnsafeBufferPointer<UInt8>) { self.line = line }

  var isAtEnd: Bool { at == line.count }

  /// Steps over what is expected; stays where it is when something else stands there.
  mutating func skip(_ literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard line.count - at >= count else { return false }
    for index in 0..<count where line[at + index] != literal.utf8Start[index] { return false }
    at += count
    return true
  }

  /// The inside of a JSON text whose opening quote was stepped over, as it stands; steps over the closing quote.
  mutating func text() -> UnsafeBufferPointer<UInt8>? {
    let start = at
    while at < line.count, line[at] != UInt8(ascii: "\"") { at += line[at] == UInt8(ascii: "\\") ? 2 : 1 }
    guard at < line.count else { return nil }
    at += 1
    return piece(from: start, to: at - 1)
  }

  /// What stands before the next `end`; steps over it.
  mutating func run(to end: UInt8) -> UnsafeBufferPointer<UInt8>? {
    let start = at
    while at < line.count, line[at] != end { at += 1 }
    guard at < line.count else { return nil }
    at += 1
    return piece(from: start, to: at - 1)
  }

  func piece(from start: Int, to end: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: line[start..<end])
  }

  /// What the inside of a JSON text means.
  static func decode(_ text: UnsafeBufferPointer<UInt8>) -> String? {
    guard text.contains(UInt8(ascii: "\\")) else { return String(validating: text, as: UTF8.self) }
    let quote = [UInt8(ascii: "\"")]
    return (try? JSONValue(parsing: quote + text + quote))?.string
  }

  /// As `decode`, and only when it is written as `encode` writes it.
  static func decodeCanonical(_ text: UnsafeBufferPointer<UInt8>) -> String? {
    decode(text).flatMap { encode($0).elementsEqual(text) ? $0 : nil }
  }

  /// How a text stands between the quotes of JSON.
  static func encode(_ text: String) -> [UInt8] {
    Array(JSONValue.string(text).canonicalText.utf8.dropFirst().dropLast())
  }
}
