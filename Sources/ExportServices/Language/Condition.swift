// SPDX-License-Identifier: Apache-2.0

/// What an answer must be like: `when:` of a refusal, `too_large:` of a state. Everything that is said must hold.
package struct Condition: Sendable {
  package enum Wanted: Sendable, Equatable {
    /// There, and not null.
    case present
    case absent
    /// One of these.
    case words([WordPattern])
  }

  /// `nil`: any.
  package var statuses: Set<Int>?
  package var picks: [(pick: Pick, wanted: Wanted)] = []

  /// It looks at nothing but the body.
  var isOfBody: Bool { statuses == nil && picks.allSatisfy(\.pick.isOfBody) }

  func fits(_ answer: Answer) -> Bool {
    guard statuses?.contains(answer.head.status) ?? true else { return false }
    return picks.allSatisfy { pick, wanted in
      let text = pick.text(in: answer)
      return switch wanted {
      case .present: text != nil
      case .absent: text == nil
      case .words(let words): text.map { text in words.contains { $0.matches(text) } } ?? false
      }
    }
  }
}

/// A word that a service may say. `*` stands for any characters or none; capitals do not matter.
package struct WordPattern: Sendable, Equatable {
  private let pieces: [String]

  init(_ text: String) {
    pieces = text.lowercased().split(separator: "*", omittingEmptySubsequences: false).map(String.init)
  }

  /// A text that it matches.
  package var example: String { pieces.joined(separator: "x") }

  func matches(_ text: String) -> Bool {
    var rest = text.lowercased()[...]
    guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else { return pieces == [String(rest)] }
    guard rest.hasPrefix(first) else { return false }
    rest = rest.dropFirst(first.count)
    // Each piece as early as it comes leaves the most to those after it.
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let range = rest.firstRange(of: piece) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
