// SPDX-License-Identifier: Apache-2.0

/// Holds values against what a parameter may be. Made once for many values: its pattern is compiled here.
public struct ParameterCheck {
  public let parameter: ParameterTraits
  private let pattern: Regex<AnyRegexOutput>?

  /// A pattern that is no regular expression holds nothing back: the description was refused for it.
  public init(_ parameter: ParameterTraits) {
    self.parameter = parameter
    pattern = parameter.pattern.flatMap { try? Regex($0) }
  }

  /// What is wrong with a value; `nil` when nothing is.
  public func problem(with value: JSONValue) -> (message: String, help: String?)? {
    parameter.problem(with: value) ?? mismatch(of: value)
  }

  private func mismatch(of value: JSONValue) -> (message: String, help: String?)? {
    // What a job completes is known too late.
    guard let pattern, let text = value.string, JobTemplate(text).holes.isEmpty || parameter.kind != .template,
      (try? pattern.wholeMatch(in: text)) == nil
    else { return nil }
    return ("'\(text)' is no \(parameter.name) that the service takes", "it must match \(parameter.pattern ?? "")")
  }
}

extension ParameterTraits {
  /// What is wrong with a value's kind; `nil` when nothing is.
  fileprivate func problem(with value: JSONValue) -> (message: String, help: String?)? {
    let shown = value.string ?? value.canonicalText
    switch (kind, value) {
    case (.text, .string(let text)) where !text.isEmpty: return nil
    case (.template, .string(let text)) where !text.isEmpty: return nil
    case (.int, .int), (.flag, .bool): return nil
    // What looks like a number may be meant as a text.
    case (.text, .int), (.text, .double): return ("'\(name)' is a text, and \(shown) a number", "put it in quotes")
    case (.text, _), (.template, _): return ("'\(name)' is a text", nil)
    case (.int, _): return ("'\(name)' is a whole number, not '\(shown)'", nil)
    case (.flag, _): return ("'\(name)' is true or false, not '\(shown)'", nil)
    case (.ints, .array(let elements)) where !elements.isEmpty && elements.allSatisfy({ $0.int != nil }): return nil
    case (.ints, _): return ("'\(name)' is a list of whole numbers", "write [159, 160]")
    case (.choice(let words), .string(let word)) where words.contains(word): return nil
    case (.choice(let words), _):
      return ("unknown \(name) '\(shown)'", Suggestion.help(for: shown, in: words))
    }
  }
}
