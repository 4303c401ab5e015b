// SPDX-License-Identifier: Apache-2.0

/// A JSON value in memory. Whole numbers keep their type; members have no order until they are written.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue {
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  public var int: Int64? {
    guard case .int(let number) = self else { return nil }
    return number
  }

  public var bool: Bool? {
    guard case .bool(let flag) = self else { return nil }
    return flag
  }

  public var array: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  public var object: [String: JSONValue]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// The canonical bytes: members sorted by their UTF-8, no white space, so that equal values have equal bytes.
  public var canonicalBytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension JSONValue {
  /// The value at a JSON pointer (RFC 6901), or `nil` when nothing stands there.
  public func at(pointer: String) -> JSONValue? {
    guard !pointer.isEmpty else { return self }
    guard pointer.hasPrefix("/") else { return nil }
    var here = self
    for part in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let name =
        part.utf8.contains(UInt8(ascii: "~"))
        ? String(part).replacing("~1", with: "/").replacing("~0", with: "~") : String(part)
      switch here {
      case .object(let members):
        guard let next = members[name] else { return nil }
        here = next
      case .array(let elements):
        guard let index = Int(name), elements.indices.contains(index) else { return nil }
        here = elements[index]
      default:
        return nil
      }
    }
    return here
  }
}
