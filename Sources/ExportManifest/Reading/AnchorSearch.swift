// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// Finds what is written behind `&NAME`.
struct AnchorSearch {
  private static let mark = UInt8(ascii: "&")

  /// Whether a file has the character at all.
  private var marked: [ObjectIdentifier: Bool] = [:]

  /// It, or something in it, has an anchor.
  mutating func isIn(_ node: YAMLNode) -> Bool {
    let file = node.place.file
    let isMarked = marked[ObjectIdentifier(file)] ?? file.bytes.contains(Self.mark)
    marked[ObjectIdentifier(file)] = isMarked
    return isMarked && Self.isAt(node)
  }

  private static func isAt(_ node: YAMLNode) -> Bool {
    let place = node.place
    if let start = place.file.offset(ofLine: place.line, column: place.column), start < place.file.bytes.count,
      place.file.bytes[start] == mark
    {
      return true
    }
    return switch node.kind {
    case .scalar: false
    case .sequence(let elements): elements.contains(where: isAt)
    case .mapping(let pairs): pairs.contains { isAt($0.value) }
    }
  }
}
