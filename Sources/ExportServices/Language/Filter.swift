// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// Changes a value in a template. The list is closed. A value that a filter cannot change stays as it is.
package enum Filter: Sendable, Equatable {
  /// Percent-encodes everything but unreserved characters, `/` included.
  case urlpath
  case lower, upper
  /// Without white space at both ends.
  case trim
  /// An instant in another form.
  case time(TimeForm)
  /// A text of digits as a number.
  case int
  /// True for false, and the other way round.
  case not
  /// One text for true, another for false.
  case choose(String, String)
  /// A whole number with so many digits at least, zeros in front.
  case width(Int)

  /// How an instant is written; in UTC.
  package enum TimeForm: String, Sendable, CaseIterable {
    /// `yyyyMMddTHHmmssZ`
    case compact
    case iso
    case date
    /// `yyyyMMddTHH`
    case hour
    case compactDate = "compact-date"
    /// Numbers since 1970.
    case epochSeconds = "epoch-s"
    case epochMilliseconds = "epoch-ms"
  }

  /// As they are written.
  static let words = ["urlpath", "lower", "upper", "trim", "int", "not"] + TimeForm.allCases.map(\.rawValue)
  static let widest = 20

  package func apply(to value: JSONValue) -> JSONValue {
    let text = value.string ?? value.canonicalText
    switch self {
    case .urlpath: return .string(PercentEncoding.encode(text))
    case .lower: return .string(text.lowercased())
    case .upper: return .string(text.uppercased())
    case .trim: return .string(text.trimmed)
    case .time(let form): return Instant(meant: value).map { form.value(of: $0) } ?? value
    case .int: return Int64(text).map { .int($0) } ?? value
    case .not: return Self.flag(text).map { .bool(!$0) } ?? value
    case .choose(let yes, let no): return Self.flag(text).map { .string($0 ? yes : no) } ?? value
    case .width(let width):
      guard let number = Int64(text), number >= 0 else { return value }
      let digits = String(number)
      return .string(String(repeating: "0", count: max(0, width - digits.count)) + digits)
    }
  }

  private static func flag(_ text: String) -> Bool? { text == "true" ? true : text == "false" ? false : nil }
}

extension Filter {
  /// - Throws: what is wrong with the word.
  init(parsing word: Substring) throws(TemplateProblem) {
    if let form = TimeForm(rawValue: String(word)) {
      self = .time(form)
      return
    }
    switch word {
    case "urlpath": self = .urlpath
    case "lower": self = .lower
    case "upper": self = .upper
    case "trim": self = .trim
    case "int": self = .int
    case "not": self = .not
    case _ where word.hasPrefix("choose:"): self = try Self.choice(word)
    case _ where !word.isEmpty && word.allSatisfy({ $0.isASCII && $0.isNumber }): self = try Self.width(word)
    default:
      let near = Suggestion.nearest(to: String(word), in: Self.words + ["choose"])
      throw TemplateProblem(
        "unknown filter '\(word)'", at: word,
        help: near.map { $0 == "choose" ? "write choose:WHEN_TRUE,WHEN_FALSE" : "did you mean '\($0)'?" }
          ?? "expected one of \(Self.words.sorted().joined(separator: ", ")), choose:A,B and a width such as 4")
    }
  }

  private static func choice(_ word: Substring) throws(TemplateProblem) -> Filter {
    let words = word.dropFirst(7).split(separator: ",", omittingEmptySubsequences: false)
    guard words.count == 2 else {
      throw TemplateProblem(
        "'\(word)' does not choose between two texts", at: word, help: "write choose:WHEN_TRUE,WHEN_FALSE")
    }
    return .choose(String(words[0]), String(words[1]))
  }

  private static func width(_ word: Substring) throws(TemplateProblem) -> Filter {
    guard let width = Int(word), (1...widest).contains(width) else {
      throw TemplateProblem("'\(word)' is no width", at: word, help: "write a number from 1 to \(widest)")
    }
    return .width(width)
  }

  /// Whether it can change values of that kind at all.
  func takes(_ kind: ParameterTraits.Kind) -> Bool {
    switch (self, kind) {
    case (.not, .flag), (.choose, .flag): true
    case (.not, _), (.choose, _): false
    case (.time, .flag), (.time, .ints), (.int, .flag), (.int, .ints), (.width, .flag), (.width, .ints): false
    default: true
    }
  }
}

extension Filter.TimeForm {
  func value(of instant: Instant) -> JSONValue {
    let whole = Instant(seconds: instant.seconds).description
    switch self {
    case .compact: return .string(whole.filter { $0 != "-" && $0 != ":" })
    case .iso: return .string(instant.description)
    case .date: return .string(instant.day.description)
    case .hour: return .string(String(whole.filter { $0 != "-" }.prefix(11)))
    case .compactDate: return .string(instant.day.description.filter { $0 != "-" })
    case .epochSeconds: return .int(instant.seconds)
    case .epochMilliseconds: return .int(instant.milliseconds)
    }
  }
}

extension Instant {
  /// A text of RFC 3339, a bare day, or a number since 1970, also one that is written as text.
  fileprivate init?(meant value: JSONValue) {
    if let number = value.string.flatMap({ Int64($0) }) {
      self.init(told: .int(number))
    } else {
      self.init(told: value)
    }
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }
}
