// SPDX-License-Identifier: Apache-2.0
import BatchExport

extension ParameterTraits {
  /// What may be said, for people: its kind or words, its default, what it must look like.
  var words: String {
    let kind: String =
      switch self.kind {
      case .text: "a text"
      case .template: "a text that may hold ${window.start}, ${window.end} and ${app.NAME}"
      case .int: "a whole number"
      case .ints: "a list of whole numbers"
      case .flag: "true or false"
      case .choice(let words): words.count == 1 ? "'\(words[0])'" : "one of " + words.joined(separator: ", ")
      }
    var parts = [kind]
    if let pattern { parts.append("like \(pattern)") }
    if let defaultValue { parts.append("\(defaultValue.string ?? defaultValue.canonicalText) unless said") }
    if isRequired { parts.append("required") }
    return parts.joined(separator: "; ")
  }

  var json: JSONValue {
    var members: [String: JSONValue] = ["name": .string(name), "required": .bool(isRequired)]
    switch kind {
    case .text: members["kind"] = "text"
    case .template: members["kind"] = "template"
    case .int: members["kind"] = "int"
    case .ints: members["kind"] = "ints"
    case .flag: members["kind"] = "flag"
    case .choice(let words):
      members["kind"] = "choice"
      members["words"] = .array(words.map { .string($0) })
    }
    members["default"] = defaultValue
    members["pattern"] = pattern.map { .string($0) }
    return .object(members)
  }
}
