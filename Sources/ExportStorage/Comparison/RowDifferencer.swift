// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Gives every row of some results, one after the other.
typealias RowPass = ((RowNode) throws -> Void) async throws -> Void

/// Counts how the rows of two sides differ whatever their order, in memory bounded by `marksMost`: what does not fit is
/// read more than once.
struct RowDifferencer {
  /// Marks that are kept at once.
  var marksMost = 1 << 20
  /// Rows of one side that are kept to be shown and paired.
  var rowsMost = 10_000
  /// Of the result.
  var examples: Int

  /// - Parameters:
  ///   - rows: of the side that has more.
  ///   - a: may be called several times, as `b`.
  func difference(rows: Int64, _ a: RowPass, _ b: RowPass) async throws -> RowDifference {
    var difference = RowDifference()
    let rounds = UInt64(max(1, (rows + Int64(marksMost) - 1) / Int64(marksMost)))
    var (gone, added): ([RowMark: Int], [RowMark: Int]) = ([:], [:])
    for round in 0..<rounds {
      var counts: [RowMark: Int] = [:]
      func count(_ pass: RowPass, _ change: Int) async throws {
        try await pass { row in
          let mark = RowMark(row)
          guard mark.high % rounds == round else { return }
          let sum = counts[mark, default: 0] + change
          counts[mark] = sum == 0 ? nil : sum
        }
      }
      try await count(a, 1)
      try await count(b, -1)
      for sum in counts.values {
        if sum > 0 { difference.gone += Int64(sum) } else { difference.added -= Int64(sum) }
      }
      // By the marks, so that the same rows are kept whenever it is asked.
      for (mark, sum) in counts.sorted(by: { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }) {
        if sum > 0, gone.count < rowsMost { gone[mark] = sum }
        if sum < 0, added.count < rowsMost { added[mark] = -sum }
      }
    }
    let pairs = ChangedRows(try await kept(gone, in: a), try await kept(added, in: b))
    let changed = Int64(pairs.changed.count)
    difference.isCutOff = gone.count == rowsMost || added.count == rowsMost
    difference.gone -= changed
    difference.added -= changed
    difference.changed = changed
    difference.examples = Array(
      (pairs.changed.map { RowChange.changed(row: $0.a.text, ChangedRows.changes($0.a, $0.b)) }
        + pairs.gone.map { .gone($0.text) } + pairs.added.map { .added($0.text) }).prefix(examples))
    return difference
  }

  /// The rows behind the marks, as many of each as are counted.
  private func kept(_ marks: [RowMark: Int], in pass: RowPass) async throws -> [RowNode] {
    guard !marks.isEmpty else { return [] }
    var (left, rows) = (marks, [RowNode]())
    try await pass { row in
      let mark = RowMark(row)
      guard let count = left[mark], count > 0, rows.count < rowsMost else { return }
      left[mark] = count - 1
      rows.append(row)
    }
    return rows
  }
}
