// SPDX-License-Identifier: Apache-2.0

/// What two texts differ in, as `patch` takes it: three lines of context around each change.
struct UnifiedDiff {
  private static let context = 3
  /// Empty when the texts are the same.
  let text: String

  init(_ old: String, _ new: String, name: String) {
    let rows = Self.rows(Self.lines(old), Self.lines(new))
    let changed = rows.indices.filter { rows[$0].sign != " " }
    guard !changed.isEmpty else {
      text = ""
      return
    }
    var hunks: [Range<Int>] = []
    for index in changed {
      let around = max(0, index - Self.context)..<min(rows.count, index + Self.context + 1)
      if let last = hunks.last, around.lowerBound <= last.upperBound {
        hunks[hunks.count - 1] = last.lowerBound..<around.upperBound
      } else {
        hunks.append(around)
      }
    }
    let bodies = hunks.map { hunk in
      let part = rows[hunk]
      let (before, after) = (rows[..<hunk.lowerBound], part)
      let head =
        "@@ -\(Self.span(before.count { $0.sign != "+" }, after.count { $0.sign != "+" }))"
        + " +\(Self.span(before.count { $0.sign != "-" }, after.count { $0.sign != "-" })) @@\n"
      return head + part.map { "\($0.sign)\($0.line)\n" }.joined()
    }
    text = "--- \(name)\n+++ \(name)\n" + bodies.joined()
  }

  private struct Row {
    var sign: Character
    var line: String
  }

  private static func rows(_ old: [String], _ new: [String]) -> [Row] {
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.map { Self.offset($0) })
    let inserted = Set(difference.insertions.map { Self.offset($0) })
    var rows: [Row] = []
    var (before, after) = (0, 0)
    while before < old.count || after < new.count {
      if removed.contains(before) {
        rows.append(Row(sign: "-", line: old[before]))
        before += 1
      } else if inserted.contains(after) {
        rows.append(Row(sign: "+", line: new[after]))
        after += 1
      } else {
        rows.append(Row(sign: " ", line: old[before]))
        (before, after) = (before + 1, after + 1)
      }
    }
    return rows
  }

  private static func offset(_ change: CollectionDifference<String>.Change) -> Int {
    switch change {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }

  /// Lines that a hunk takes: where they begin, and how many.
  private static func span(_ before: Int, _ count: Int) -> String {
    let start = count == 0 ? before : before + 1
    return count == 1 ? "\(start)" : "\(start),\(count)"
  }

  /// Lines by their scalars: CR LF is one character and two of them, and a CR at an end shows.
  private static func lines(_ text: String) -> [String] {
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
