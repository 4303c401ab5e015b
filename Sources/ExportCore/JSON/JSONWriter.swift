// SPDX-License-Identifier: Apache-2.0

/// Writes JSON into bytes, quickly and always the same way. Commas are its business; the order of members
/// is the caller's, except in `value(_:)`, which sorts them.
public struct JSONWriter: Sendable {
  public private(set) var bytes: [UInt8]
  private var needsComma = false

  public init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Hands over what was written so far and starts again inside the same structure, so that long documents stream.
  public mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  // MARK: Structure

  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  public mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// White space between tokens, for documents that people read by line.
  public mutating func newline(indent: Int = 0) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<indent { bytes.append(UInt8(ascii: " ")) }
  }

  /// As `newline`, before a closing bracket: no comma is due there.
  public mutating func closingNewline(indent: Int = 0) {
    needsComma = false
    newline(indent: indent)
  }

  // MARK: Values

  public mutating func null() { raw("null") }
  public mutating func bool(_ flag: Bool) { raw(flag ? "true" : "false") }

  public mutating func int(_ number: some BinaryInteger) {
    separate()
    bytes.append(contentsOf: String(number).utf8)
    needsComma = true
  }

  /// The shortest text that reads back as the same number; `null` for what JSON has no text for.
  public mutating func double(_ number: Double) {
    guard number.isFinite else { return null() }
    if number == number.rounded(), abs(number) < 1e15 { return int(Int64(number)) }
    raw("\(number)")
  }

  public mutating func string(_ text: String) {
    separate()
    quote(text)
    needsComma = true
  }

  /// The hexadecimal digits of a digest.
  public mutating func string(_ digest: Digest) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    digest.appendHex(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// A value that is JSON already.
  public mutating func raw(_ json: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
    needsComma = true
  }

  public mutating func raw(_ json: String) { raw(json.utf8) }

  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let flag): bool(flag)
    case .int(let number): int(number)
    case .double(let number): double(number)
    case .string(let text): string(text)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for (name, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        key(name)
        self.value(member)
      }
      endObject()
    }
  }

  // MARK: Members

  public mutating func member(_ name: String, _ text: String) {
    key(name)
    string(text)
  }

  /// Leaves the member out when there is no value.
  public mutating func member(_ name: String, _ text: String?) {
    if let text { member(name, text) }
  }

  /// The hexadecimal digits of a digest.
  public mutating func member(_ name: String, _ digest: Digest) {
    key(name)
    string(digest)
  }

  public mutating func member(_ name: String, _ number: some BinaryInteger) {
    key(name)
    int(number)
  }

  public mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    bool(flag)
  }

  public mutating func member(_ name: String, _ value: JSONValue) {
    key(name)
    self.value(value)
  }

  // MARK: Parts

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      var hasHighBytes = false
      // Most texts are one run.
      while start < utf8.count {
        let end = PlainText.end(in: utf8, from: start, hasHighBytes: &hasHighBytes)
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<end]))
        if end < utf8.count { escape(utf8[end]) }
        start = end + 1
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A byte that does not stand for itself in a text.
  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
    case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
    case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
    case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
    case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
    default:
      bytes.append(contentsOf: #"\u00"#.utf8)
      bytes.append(Self.hexDigits[Int(byte >> 4)])
      bytes.append(Self.hexDigits[Int(byte & 15)])
    }
  }

  static let hexDigits = Array("0123456789abcdef".utf8)
}
