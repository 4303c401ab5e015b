// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Answer {
  /// Characters of a service's words that are kept.
  static let wordsLength = 300

  /// The service's own words: its error's code and message, or the first line of a text.
  var words: String {
    if let told = errorWords { return told }
    let line = start.split(whereSeparator: \.isNewline).first.map { String($0).trimmed } ?? ""
    if line.isEmpty { return json == nil ? "without a reason" : "with JSON that names no reason" }
    if line.hasPrefix("<") { return "with a page instead of JSON" }
    if line.hasPrefix("{") || line.hasPrefix("[") { return "with JSON that is cut off or broken" }
    return shortened(line)
  }

  /// What the body says of an error; `nil` when it speaks of none.
  var errorWords: String? {
    guard let told = json.flatMap({ Self.told(by: $0) }) ?? xml.flatMap({ Self.told(by: $0) }) else { return nil }
    return shortened(told)
  }

  private static func told(by body: JSONValue) -> String? {
    if let first = body.array?.first { return told(by: first) }
    if let error = body["error"], let words = plain(error) ?? codeAndMessage(error, isError: true) {
      // OAuth: a word beside a sentence.
      return ([words] + [body["error_description"]?.string].compactMap { $0 }).joined(separator: ": ")
    }
    if let error = body["errors"]?.array?.first { return plain(error) ?? codeAndMessage(error, isError: true) }
    return codeAndMessage(body)
  }

  private static func plain(_ value: JSONValue) -> String? { value.string.flatMap { $0.isEmpty ? nil : $0 } }

  /// - Parameter isError: a code alone will do; many things that are no errors have one.
  private static func codeAndMessage(_ error: JSONValue, isError: Bool = false) -> String? {
    func first(_ names: [String]) -> String? {
      names.lazy.compactMap { name in error[name].flatMap { $0.string ?? $0.int.map(String.init) } }.first
    }
    let message = first(["message", "Message", "errorMessage"])
    let words = [first(["code", "errorCode", "__type"]), message].compactMap { $0 }
    return words.isEmpty || (message == nil && !isError) ? nil : words.joined(separator: ": ")
  }

  /// `Code` and `Message`, wherever they stand together.
  private static func told(by node: XMLNode) -> String? {
    func text(_ name: String) -> String? { node.children.first { $0.name == name }?.text.trimmed }
    let parts = [text("Code"), text("Message")].compactMap { $0 }
    if parts.count == 2 || (node.name == "Error" && !parts.isEmpty) { return parts.joined(separator: ": ") }
    return node.children.lazy.compactMap { told(by: $0) }.first
  }

  /// Secrets are taken out first: one that is cut is not known any more.
  private func shortened(_ text: String) -> String {
    String(Redaction(hidden)(text).map { $0.isNewline || $0.isWhitespace ? " " : $0 }.prefix(Self.wordsLength))
  }
}
