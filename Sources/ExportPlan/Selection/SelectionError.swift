// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Why a selection means nothing.
public enum SelectionError: Error, Sendable, Equatable {
  /// A term of the expression is empty.
  case empty(String)
  case unknownField(String)
  case noValue(String)
  case badWindow(String)
  case badTitle(String)
  case unknownStatus(String)
  /// A name that nothing in the plan has; `help` when one is like it.
  case unknownName(String, noun: String, help: String?)
}

extension SelectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty(let text): "the selection '\(text)' has an empty part"
    case .unknownField(let word):
      Self.sentence(
        "nothing can be selected by '\(word)'",
        Suggestion.help(for: word, in: Selection.Field.allCases.map(\.rawValue)))
    case .noValue(let word): "'\(word):' needs a value"
    case .badWindow(let text):
      "'\(text)' is no window: write a day, a range such as 2016-01-01..2016-01-31, or a name such as 2016-W05 or 2016-01-*"
    case .badTitle(let text):
      "'\(text)' is no title: write EXPORT/APP/DATASET/WINDOW, the beginning of it, or EXPORT/APP/DATASET/FORMAT/WINDOW"
    case .unknownStatus(let word):
      Self.sentence(
        "unknown status '\(word)'", Suggestion.help(for: word, in: Selection.Status.allCases.map(\.rawValue)))
    case .unknownName(let word, let noun, let help): Self.sentence("the plan has no \(noun) '\(word)'", help)
    }
  }

  private static func sentence(_ message: String, _ help: String?) -> String {
    help.map { "\(message): \($0)" } ?? message
  }
}
