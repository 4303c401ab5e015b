// SPDX-License-Identifier: Apache-2.0

/// "Did you mean": the known word nearest to one that nobody knows.
public enum Suggestion {
  /// In bytes; longer words are compared with nothing, because the work grows with the square.
  static let lengthLimit = 400

  /// The nearest of `candidates` by Damerau-Levenshtein distance (optimal string alignment), ignoring case,
  /// or `nil` when none is near enough to be meant: about one edit for each three letters, and at least one.
  public static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= lengthLimit else { return nil }
    let target = Array(word.lowercased().unicodeScalars)
    let most = max(1, (target.count + 1) / 3)
    var best: (distance: Int, word: String)?
    for candidate in candidates where candidate.utf8.count <= lengthLimit {
      let other = Array(candidate.lowercased().unicodeScalars)
      guard abs(other.count - target.count) <= most else { continue }
      let distance = distance(target, other)
      guard distance <= most else { continue }
      if let known = best, (known.distance, known.word) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.word
  }

  /// "did you mean 'x'?", else "expected one of …" when the list is short, else `nil`.
  public static func help(for word: String, in candidates: some Collection<String>) -> String? {
    if let near = nearest(to: word, in: candidates) { return "did you mean '\(near)'?" }
    guard !candidates.isEmpty, candidates.count <= 16 else { return nil }
    return "expected one of \(candidates.sorted().joined(separator: ", "))"
  }

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      row.reserveCapacity(b.count + 1)
      for j in 1...b.count {
        let change = a[i - 1] == b[j - 1] ? 0 : 1
        var cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          cost = min(cost, beforeLast[j - 2] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
