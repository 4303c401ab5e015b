// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A value of a row as it was written. Two are the same when they say the same: the order of members and the spelling
/// of numbers and of escapes do not count.
indirect enum RowNode: Sendable, Equatable {
  struct Member: Sendable, Equatable {
    var name: [UInt8]
    var value: RowNode
  }

  /// Canonical JSON of a text, a number, a flag or nothing.
  case scalar([UInt8])
  case list([RowNode])
  /// By name.
  case object([Member])

  var isObject: Bool { if case .object = self { true } else { false } }

  /// Canonical JSON.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  func write(to bytes: inout [UInt8]) {
    switch self {
    case .scalar(let text): bytes += text
    case .list(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.quote(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  static func text(_ value: some Collection<UInt8>) -> RowNode {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.count + 2)
    quote(value, to: &bytes)
    return .scalar(bytes)
  }

  private static func quote(_ text: some Collection<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

// MARK: Rows

extension RowNode {
  /// The rows of one element of a document: itself; or, when exactly one of its members is a list of objects, such as
  /// the events of a device, each of these beside the element's other members.
  var rows: [RowNode] {
    guard case .object(let members) = self else { return [self] }
    let lists = members.indices.filter {
      if case .list(let elements) = members[$0].value {
        !elements.isEmpty && elements.allSatisfy(\.isObject)
      } else {
        false
      }
    }
    guard lists.count == 1, case .list(let elements) = members[lists[0]].value else { return [self] }
    return elements.flatMap(\.rows).map { row in
      var members = members
      members[lists[0]].value = .list([row])
      return .object(members)
    }
  }

  /// The row without some members, each told by its path.
  func without(_ paths: Set<String>, below path: String = "") -> RowNode {
    if case .list(let elements) = self { return .list(elements.map { $0.without(paths, below: path) }) }
    guard case .object(let members) = self else { return self }
    return .object(
      members.compactMap { member in
        let own = path + String(decoding: member.name, as: UTF8.self)
        guard !paths.contains(own) else { return nil }
        return Member(name: member.name, value: member.value.without(paths, below: own + "."))
      })
  }

  /// What a row says, a path and a value each: `events.name` and `"buy"`.
  var leaves: [(path: String, value: [UInt8])] {
    guard case .object(let members) = self else { return [("", bytes)] }
    return members.flatMap { member -> [(path: String, value: [UInt8])] in
      let name = String(decoding: member.name, as: UTF8.self)
      var value = member.value
      if case .list(let elements) = value, elements.count == 1, elements[0].isObject { value = elements[0] }
      guard value.isObject else { return [(name, value.bytes)] }
      return value.leaves.map { ($0.path.isEmpty ? name : "\(name).\($0.path)", $0.value) }
    }
  }
}
