// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// Reads one JSON text. Of members given twice the last counts.
  /// - Throws: `JSONSyntaxError` when the bytes are not exactly one JSON value.
  public init(parsing bytes: some Sequence<UInt8>) throws {
    var tokenizer = JSONTokenizer()
    var builder = JSONBuilder()
    try tokenizer.scan(bytes) { builder.take($0, $1) }
    try tokenizer.finish { builder.take($0, $1) }
    guard builder.values.count == 1, let value = builder.values.first else {
      throw JSONSyntaxError(problem: builder.values.isEmpty ? .unfinished : .unexpected(0), offset: tokenizer.offset)
    }
    self = value
  }

  public init(parsing text: String) throws { try self.init(parsing: text.utf8) }
}

/// Puts the values of a tokenizer together again.
public struct JSONBuilder: Sendable {
  private enum Open {
    case array([JSONValue])
    case object([String: JSONValue], key: String)
  }

  private var open: [Open] = []
  /// The finished values outside of everything.
  public private(set) var values: [JSONValue] = []

  public init() {}

  /// - Parameter bytes: of a key, a string or a number.
  public mutating func take(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) {
    switch mark {
    case .beginArray: open.append(.array([]))
    case .beginObject: open.append(.object([:], key: ""))
    case .key:
      guard case .object(let members, _)? = open.popLast() else { return }
      open.append(.object(members, key: String(decoding: bytes, as: UTF8.self)))
    case .endArray, .endObject:
      switch open.popLast() {
      case .array(let elements): add(.array(elements))
      case .object(let members, _): add(.object(members))
      case nil: return
      }
    case .string: add(.string(String(decoding: bytes, as: UTF8.self)))
    case .isTrue, .isFalse: add(.bool(mark == .isTrue))
    case .null: add(.null)
    case .number: add(Self.number(String(decoding: bytes, as: UTF8.self)))
    }
  }

  private static func number(_ text: String) -> JSONValue {
    if let whole = Int64(text) { return .int(whole) }
    return .double(Double(text) ?? .nan)
  }

  private mutating func add(_ value: JSONValue) {
    switch open.popLast() {
    case .array(var elements):
      elements.append(value)
      open.append(.array(elements))
    case .object(var members, let key):
      members[key] = value
      open.append(.object(members, key: key))
    case nil: values.append(value)
    }
  }
}
