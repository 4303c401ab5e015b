// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Puts the elements of a document together from its tokens: those of the outermost list, or the values that follow one
/// another. Holds one element at a time.
struct RowBuilder: Sendable {
  private enum Open {
    case list([RowNode])
    case object([RowNode.Member], key: [UInt8])
  }

  private var open: [Open] = []
  private var isInList = false

  /// - Returns: an element that is complete now.
  mutating func take(_ token: JSONToken) -> RowNode? {
    switch token {
    case .beginArray:
      if open.isEmpty, !isInList {
        isInList = true
      } else {
        open.append(.list([]))
      }
    case .beginObject: open.append(.object([], key: []))
    case .key(let name):
      guard case .object(let members, _)? = open.popLast() else { return nil }
      open.append(.object(members, key: name))
    case .endArray, .endObject:
      switch open.popLast() {
      case .list(let elements): return add(.list(elements))
      case .object(let members, _):
        return add(.object(members.sorted { $0.name.lexicographicallyPrecedes($1.name) }))
      case nil: isInList = false
      }
    case .string(let text): return add(.text(text))
    case .number(let text): return add(.scalar(DecimalText.canonical(text)))
    case .bool(let flag): return add(.scalar(Array((flag ? "true" : "false").utf8)))
    case .null: return add(.scalar(Array("null".utf8)))
    }
    return nil
  }

  private mutating func add(_ value: RowNode) -> RowNode? {
    switch open.popLast() {
    case .list(var elements):
      elements.append(value)
      open.append(.list(elements))
    case .object(var members, let key):
      members.append(RowNode.Member(name: key, value: value))
      open.append(.object(members, key: []))
    case nil: return value
    }
    return nil
  }
}
