// SPDX-License-Identifier: Apache-2.0

/// Writes a page in the language of man(7), which `man`, groff and mandoc set alike.
struct Roff {
  private(set) var text = ""

  /// A request with its words.
  mutating func request(_ name: String, _ words: String...) {
    text +=
      "." + ([name] + words.map { "\"\(Self.escaped($0).replacing("\"", with: "\\(dq"))\"" }).joined(separator: " ")
    text += "\n"
  }

  /// A line that is set as it is. Its fonts are `\fB` and the like already.
  mutating func set(_ line: String) { text += line + "\n" }

  /// Paragraphs are parted by empty lines; lines that are set in stand as they are.
  mutating func paragraphs(_ prose: String) {
    for (index, paragraph) in prose.split(separator: "\n\n").enumerated() {
      if index > 0 { request("PP") }
      let lines = paragraph.split(separator: "\n").map(String.init)
      if lines.allSatisfy({ $0.hasPrefix(" ") }) {
        example(lines)
      } else {
        for line in lines { set(Self.line(line)) }
      }
    }
  }

  mutating func example(_ lines: [String]) {
    request("nf")
    for line in lines { set(Self.line(line)) }
    request("fi")
  }

  static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
  static func slanted(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

  /// A line of text that no formatter takes for a request.
  static func line(_ text: String) -> String {
    let escaped = escaped(text)
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }

  /// ASCII alone, whatever the formatter takes its input for.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
  }
}
