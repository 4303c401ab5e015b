// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The tags of an answer of Azure Storage, one after the other. Its answers are flat: they have no comments and no CDATA, and
/// what stands before the end of an element without children is its text.
struct XMLTags {
  enum Kind { case start, end, empty }

  struct Tag {
    var kind: Kind
    fileprivate var name: Range<Int>
    fileprivate var attributes: Range<Int>
    /// What stands between the tag before and this one.
    fileprivate var text: Range<Int>

    /// In bytes.
    var nameLength: Int { name.count }
  }

  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// `nil` at the end, and where a tag is cut off.
  mutating func next() -> Tag? {
    let before = at
    while let open = find(UInt8(ascii: "<"), from: at), let close = find(UInt8(ascii: ">"), from: open + 1) {
      at = close + 1
      let first = bytes[open + 1]
      if first == UInt8(ascii: "?") || first == UInt8(ascii: "!") { continue }
      let isEnd = first == UInt8(ascii: "/")
      let isEmpty = !isEnd && bytes[close - 1] == UInt8(ascii: "/")
      let start = open + (isEnd ? 2 : 1)
      let end = max(start, close - (isEmpty ? 1 : 0))
      let nameEnd = (start..<end).first { bytes[$0] <= UInt8(ascii: " ") } ?? end
      return Tag(
        kind: isEnd ? .end : isEmpty ? .empty : .start, name: start..<nameEnd, attributes: nameEnd..<end,
        text: before..<open)
    }
    return nil
  }

  /// Goes on behind the next end of an element, whatever stands before it.
  /// - Returns: whether there is one, written without white space.
  mutating func skip(behindEndOf name: StaticString) -> Bool {
    while let open = find(UInt8(ascii: "<"), from: at) {
      at = open + 1
      let (start, end) = (at + 1, at + 1 + name.utf8CodeUnitCount)
      guard end < bytes.count else { return false }
      guard bytes[at] == UInt8(ascii: "/"), has(name, at: start) else { continue }
      if bytes[end] == UInt8(ascii: ">") {
        at = end + 1
        return true
      }
      // What is written otherwise must not be taken for the end of a later one.
      if bytes[end] <= UInt8(ascii: " ") { return false }
    }
    return false
  }

  func name(of tag: Tag, is name: StaticString) -> Bool {
    tag.name.count == name.utf8CodeUnitCount && has(name, at: tag.name.lowerBound)
  }

  func haveSameName(_ one: Tag, _ other: Tag) -> Bool {
    guard one.name.count == other.name.count else { return false }
    return bytes.withUnsafeBytes { all in
      all.baseAddress.map { memcmp($0 + one.name.lowerBound, $0 + other.name.lowerBound, one.name.count) == 0 } ?? false
    }
  }

  func attributes(of tag: Tag) -> String { String(decoding: bytes[tag.attributes], as: UTF8.self) }

  /// What stands before a tag, as it is written.
  func bytes(before tag: Tag) -> ArraySlice<UInt8> { bytes[tag.text] }

  /// What stands before a tag means what is written.
  func isPlain(before tag: Tag) -> Bool { !bytes[tag.text].contains(UInt8(ascii: "&")) }

  func text(before tag: Tag) -> String {
    let plain = bytes.withUnsafeBytes {
      String(decoding: UnsafeRawBufferPointer(rebasing: $0[tag.text]), as: UTF8.self)
    }
    return plain.utf8.contains(UInt8(ascii: "&")) ? Self.unescaped(plain) : plain
  }

  // MARK: Parts

  private func has(_ text: StaticString, at start: Int) -> Bool {
    bytes.withUnsafeBytes {
      $0.baseAddress.map { memcmp($0 + start, text.utf8Start, text.utf8CodeUnitCount) == 0 } ?? false
    }
  }

  private func find(_ byte: UInt8, from start: Int) -> Int? {
    bytes.withUnsafeBytes { all in
      guard start < all.count, let base = all.baseAddress else { return nil }
      return memchr(base + start, Int32(byte), all.count - start).map { UnsafeRawPointer($0) - base }
    }
  }

  private static func unescaped(_ text: String) -> String {
    var result = text
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
      result = result.replacing(entity, with: character)
    }
    return result
  }
}
