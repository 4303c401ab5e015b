// SPDX-License-Identifier: Apache-2.0

extension RandomAccessCollection {
  /// How many elements, from the first on, a condition holds for that holds for no later one.
  @inlinable public func partitionPoint(where holds: (Element) throws -> Bool) rethrows -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if try holds(self[index(startIndex, offsetBy: middle)]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension RandomAccessCollection where Element: Comparable {
  /// Whether an ascending collection has a value.
  @inlinable public func hasSorted(_ value: Element) -> Bool {
    let place = partitionPoint { $0 < value }
    return place < count && self[index(startIndex, offsetBy: place)] == value
  }
}
