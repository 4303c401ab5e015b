// SPDX-License-Identifier: Apache-2.0

/// Indexes of jobs, kept as runs of neighbours.
struct IndexRuns: Sendable {
  private(set) var runs: [Range<Int>] = []
  private(set) var count = 0

  var isEmpty: Bool { runs.isEmpty }

  mutating func append(_ index: Int) {
    count += 1
    if let last = runs.last, last.upperBound == index {
      runs[runs.count - 1] = last.lowerBound..<index + 1
    } else {
      runs.append(index..<index + 1)
    }
  }

  mutating func append(contentsOf other: IndexRuns) {
    runs += other.runs
    count += other.count
  }

  /// In the order they were added.
  var indexes: some Sequence<Int> { runs.lazy.joined() }

  /// Ascending, each once.
  var sorted: [Int] {
    var result: [Int] = []
    result.reserveCapacity(count)
    for run in runs.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let next = result.last.map { $0 + 1 } ?? 0
      if run.upperBound > next { result += max(run.lowerBound, next)..<run.upperBound }
    }
    return result
  }
}
