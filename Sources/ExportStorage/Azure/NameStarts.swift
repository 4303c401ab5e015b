// SPDX-License-Identifier: Apache-2.0

/// What the names of the blobs that are looked for begin with.
struct NameStarts: Sendable {
  /// In order; none of them begins with another, so that the last one before a name is the only one that it can begin with.
  private let starts: [[UInt8]]

  init(_ starts: [String]) {
    self.starts = starts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }.reduce(into: []) {
      if $0.last.map($1.starts(with:)) != true { $0.append($1) }
    }
  }

  /// Whether a name begins with one of them.
  func begin(_ name: some RandomAccessCollection<UInt8>) -> Bool {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if name.lexicographicallyPrecedes(starts[middle]) { high = middle } else { low = middle + 1 }
    }
    return low > 0 && name.starts(with: starts[low - 1])
  }
}
