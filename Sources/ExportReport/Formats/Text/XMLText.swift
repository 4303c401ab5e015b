// SPDX-License-Identifier: Apache-2.0

/// Writes XML 1.0 into bytes. What XML has no way to say, such as most control characters, becomes U+FFFD.
struct XMLText: Sendable {
  private(set) var bytes: [UInt8]
  private var depth = 0

  init(capacity: Int) {
    bytes = []
    bytes.reserveCapacity(capacity)
    raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
  }

  /// Hands over what was written when it has become long.
  mutating func flush(to sink: ReportFormat.Sink) throws {
    if bytes.count >= ReportFormat.pieceLength { try sink(take()) }
  }

  /// Hands over what was written so far; what follows is written behind it.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  typealias Attribute = (name: String, value: String?)

  mutating func begin(_ name: String, _ attributes: [Attribute] = []) {
    tag(name, attributes)
    raw(">\n")
    depth += 1
  }

  mutating func end(_ name: String) {
    depth -= 1
    indent()
    raw("</\(name)>\n")
  }

  /// An element without others in it.
  mutating func element(_ name: String, _ attributes: [Attribute] = [], text: String? = nil) {
    tag(name, attributes)
    guard let text else { return raw("/>\n") }
    raw(">")
    escape(text, isAttribute: false)
    raw("</\(name)>\n")
  }

  // MARK: Parts

  private mutating func tag(_ name: String, _ attributes: [Attribute]) {
    indent()
    raw("<\(name)")
    for case (let attribute, let value?) in attributes {
      raw(" \(attribute)=\"")
      escape(value, isAttribute: true)
      raw("\"")
    }
  }

  private mutating func indent() { for _ in 0..<depth { raw("  ") } }

  private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func escape(_ text: String, isAttribute: Bool) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": raw("&amp;")
      case "<": raw("&lt;")
      case ">": raw("&gt;")
      case "\"" where isAttribute: raw("&quot;")
      // A reader makes blanks of these in attributes, and drops a carriage return, unless they are named.
      case "\n" where isAttribute, "\t" where isAttribute, "\r": raw("&#\(scalar.value);")
      case "\n", "\t": bytes.append(UInt8(scalar.value))
      case "\0"..."\u{1F}", "\u{FFFE}"..."\u{FFFF}": raw("\u{FFFD}")
      default:
        if scalar.isASCII { bytes.append(UInt8(scalar.value)) } else { raw(String(scalar)) }
      }
    }
  }
}
