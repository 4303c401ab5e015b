// SPDX-License-Identifier: Apache-2.0

import ExportCore
import Mustache

/// Pieces of the page that are put together here, and not by the template.
enum HTMLText {
  /// A text that stands between tags or in a quoted attribute.
  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { "<>&\"'".utf8.contains($0) }) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// `12 345`, with narrow spaces that do not break.
  static func grouped(_ number: some BinaryInteger) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append("\u{202F}") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// `2016-11-24 15:06:40 UTC`
  static func moment(_ instant: Instant) -> String {
    instant.description.replacing("T", with: " ").replacing("Z", with: " UTC")
  }

  /// `15:06:40`
  static func clock(_ instant: Instant) -> String { String(instant.description.dropFirst(11).prefix(8)) }

  /// One digit behind the point.
  static func decimal(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}

/// Texts in the template. The library's own form looks at whole characters, and lets a quote pass that has an accent.
struct PageContent: MustacheContentType {
  static let name = "PAGE"

  func escapeText(_ text: String) -> String { HTMLText.escaped(text) }
}
