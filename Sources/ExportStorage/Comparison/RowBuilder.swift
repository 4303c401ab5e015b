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

  /// - Parameter bytes: of a key, a string or a number.
  /// - Returns: an element that is complete now.
  mutating func take(_ mark: JSONMark, _ bytes: UnsafeBufferPointer<UInt8>) -> RowNode? {
    switch mark {
    case .beginArray:
      if open.isEmpty, !isInList {
        isInList = true
      } else {
        open.append(.list([]))
      }
    case .beginObject: open.append(.object([], key: []))
    case .key:
      guard case .object(let members, _)? = open.popLast() else { return nil }
      open.append(.object(members, key: Array(bytes)))
    case .endArray, .endObject:
      switch open.popLast() {
      case .list(let elements): return add(.list(elements))
      case .object(let members, _):
        return add(.object(members.sorted { $0.name.lexicographicallyPrecedes($1.name) }))
      case nil: isInList = false
      }
    case .string: return add(.text(bytes))
    case .number: return add(.scalar(DecimalText.canonical(Array(bytes))))
    case .isTrue: return add(.scalar(Array("true".utf8)))
    case .isFalse: return add(.scalar(Array("false".utf8)))
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
