// SPDX-License-Identifier: Apache-2.0
import BatchExport

/// The entry of a code as `outhaul explain` prints it.
struct Explanation {
  private static let width = 80
  private let entry: DiagnosticCode

  init(_ entry: DiagnosticCode) { self.entry = entry }

  var text: String {
    var parts = ["\(entry.code): \(entry.title)", Self.wrap(entry.meaning)]
    if let example = entry.example { parts.append("\(example.form.heading):\n\n" + Self.indent(example.broken)) }
    parts.append(Self.wrap(entry.fix))
    if let fixed = entry.example?.fixed { parts.append(Self.indent(fixed)) }
    return parts.joined(separator: "\n\n")
  }

  var json: String {
    var writer = JSONWriter()
    write(to: &writer, isDocument: true)
    return writer.text
  }

  /// `{"codes": […], "explain": 1}`.
  static func json(_ entries: [DiagnosticCode]) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("codes")
    writer.beginArray()
    for entry in entries { Explanation(entry).write(to: &writer) }
    writer.endArray()
    writer.member("explain", 1)
    writer.endObject()
    return writer.text
  }

  private func write(to writer: inout JSONWriter, isDocument: Bool = false) {
    writer.beginObject()
    writer.member("code", entry.code)
    if let example = entry.example {
      writer.key("example")
      writer.beginObject()
      writer.member("broken", example.broken)
      writer.member("fixed", example.fixed)
      writer.member("form", example.form.rawValue)
      writer.endObject()
    }
    if isDocument { writer.member("explain", 1) }
    writer.member("fix", entry.fix)
    writer.member("meaning", entry.meaning)
    writer.member("title", entry.title)
    writer.endObject()
  }

  /// Lines of at most `width` characters, broken between words.
  private static func wrap(_ text: String) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func indent(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0.printable }
      .joined(separator: "\n")
  }
}

extension DiagnosticCode.Example.Form {
  /// What is said above an example.
  var heading: String {
    switch self {
    case .manifest: "In a manifest"
    case .local: "In a manifest that is planned with --local"
    case .description: "In a service description"
    case .included: "In an included file"
    case .file: "A file that is only this"
    case .command: "On the command line"
    }
  }
}
