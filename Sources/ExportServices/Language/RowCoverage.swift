// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// Which answers the rows of a list take that were read so far: of a list whose first fitting row is taken, a row that
/// is left nothing is a mistake.
struct RowCoverage {
  /// Those behind so many rows are not held against them any more.
  static let most = 1_000

  private var rows: [(when: Condition, verbs: Set<Verb>)] = []

  /// - Parameter verbs: empty: all.
  /// - Returns: whether there is an answer that comes to the row.
  mutating func add(_ when: Condition, _ verbs: Set<Verb> = []) -> Bool {
    guard rows.count < Self.most else { return true }
    let row = (when: when, verbs: verbs.isEmpty ? Set(Verb.allCases) : verbs)
    defer { rows.append(row) }
    return row.verbs.contains { verb in
      let earlier = rows.filter { $0.verbs.contains(verb) && $0.when.isWider(than: when) }
      guard let statuses = when.statuses, !statuses.isEmpty else {
        return !earlier.contains { $0.when.statuses == nil }
      }
      return statuses.contains { status in !earlier.contains { $0.when.statuses?.contains(status) ?? true } }
    }
  }
}

extension Condition {
  /// Of answers with a status that both take, it takes all that the other does.
  fileprivate func isWider(than other: Condition) -> Bool {
    picks.allSatisfy { pick, wanted in
      other.picks.contains { $0.pick == pick && wanted.isWider(than: $0.wanted) }
    }
  }
}

extension Condition.Wanted {
  fileprivate func isWider(than other: Self) -> Bool {
    switch (self, other) {
    case (.present, .words): true
    case (.words(let all), .words(let some)): some.allSatisfy { all.contains($0) }
    default: self == other
    }
  }
}

extension DescriptionReader {
  mutating func tellUnreached(_ isUnreached: Bool, _ noun: String, at place: SourcePlace) {
    guard isUnreached else { return }
    add(
      "D014", "\(noun) is never reached: those before it take all of its answers", at: place,
      help: "take it out, or put it before them")
  }
}
