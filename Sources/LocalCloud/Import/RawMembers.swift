// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The members of an object, each as it is spelled: `"a":1,"b":"x"` without the braces and without blanks.
struct RawMembers {
  struct Member {
    /// Without quotes; escapes are read.
    var name: String
    var value: ArraySlice<UInt8>

    /// The text that the value is; `nil` when it is none.
    var text: String? { RawMembers.text(value) }
  }

  let members: [Member]

  /// - Parameter bytes: valid, as `JSONReader` copies an object, with or without its braces.
  init(_ bytes: ArraySlice<UInt8>) {
    var bytes = bytes
    if bytes.first == UInt8(ascii: "{") { bytes = bytes.dropFirst().dropLast() }
    var members: [Member] = []
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let nameEnd = Self.textEnd(bytes, position)
      let valueEnd = Self.valueEnd(bytes, nameEnd + 1)
      members.append(
        Member(name: Self.text(bytes[position..<nameEnd]) ?? "", value: bytes[(nameEnd + 1)..<valueEnd]))
      position = valueEnd + 1
    }
    self.members = members
  }

  subscript(name: String) -> Member? { members.first { $0.name == name } }

  /// The index behind the closing quote.
  private static func textEnd(_ bytes: ArraySlice<UInt8>, _ start: Int) -> Int {
    var position = start + 1
    while bytes[position] != UInt8(ascii: "\"") { position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1 }
    return position + 1
  }

  private static func valueEnd(_ bytes: ArraySlice<UInt8>, _ start: Int) -> Int {
    var (position, depth) = (start, 0)
    while position < bytes.endIndex {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position = textEnd(bytes, position)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ",") where depth == 0: return position
      default: break
      }
      position += 1
    }
    return position
  }

  /// The text that a value is; `nil` when it is none.
  static func text(_ value: ArraySlice<UInt8>) -> String? {
    guard value.count >= 2, value.first == UInt8(ascii: "\"") else { return nil }
    guard value.contains(UInt8(ascii: "\\")) else {
      return String(decoding: value.dropFirst().dropLast(), as: UTF8.self)
    }
    return try? JSONDecoder().decode(String.self, from: Data(value))
  }
}
