// SPDX-License-Identifier: Apache-2.0

/// Finds among rows that only one side has those that are the same row, changed: at least half of what the longer of the
/// two says is the same, and no other row fits better.
struct ChangedRows {
  /// What so many rows say tells none of them.
  private static let commonLimit = 200

  private(set) var changed: [(a: RowNode, b: RowNode)] = []
  private(set) var gone: [RowNode] = []
  private(set) var added: [RowNode] = []

  private struct Leaf: Hashable {
    var path: String
    var value: [UInt8]
  }

  /// - Parameters:
  ///   - a: rows that only the first side has.
  ///   - b: rows that only the second side has.
  init(_ a: [RowNode], _ b: [RowNode]) {
    let (old, new) = (Self.sorted(a), Self.sorted(b))
    let leaves = new.map { $0.leaves.map { Leaf(path: $0.path, value: $0.value) } }
    var places: [Leaf: [Int]] = [:]
    for (index, leaves) in leaves.enumerated() {
      for leaf in leaves { places[leaf, default: []].append(index) }
    }
    var isTaken = [Bool](repeating: false, count: new.count)
    for row in old {
      let own = row.leaves.map { Leaf(path: $0.path, value: $0.value) }
      var shared: [Int: Int] = [:]
      for leaf in own {
        guard let found = places[leaf], found.count <= Self.commonLimit else { continue }
        for index in found where !isTaken[index] { shared[index, default: 0] += 1 }
      }
      let known = Set(own)
      let best = shared.keys.map { index in (index, leaves[index].count { known.contains($0) }) }
        .filter { 2 * $0.1 >= max(own.count, leaves[$0.0].count) }
        .max { ($0.1, -$0.0) < ($1.1, -$1.0) }
      guard let best else {
        gone.append(row)
        continue
      }
      isTaken[best.0] = true
      changed.append((row, new[best.0]))
    }
    added = zip(new, isTaken).filter { !$0.1 }.map(\.0)
  }

  private static func sorted(_ rows: [RowNode]) -> [RowNode] {
    rows.map { ($0, $0.bytes) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
  }

  /// What two rows say differently, by path.
  static func changes(_ a: RowNode, _ b: RowNode) -> [MemberChange] {
    let (old, new) = (a.leaves, b.leaves)
    func text(_ value: [UInt8]) -> String { String(decoding: value, as: UTF8.self) }
    let before = Dictionary(old.map { ($0.path, text($0.value)) }, uniquingKeysWith: { $1 })
    let after = Dictionary(new.map { ($0.path, text($0.value)) }, uniquingKeysWith: { $1 })
    return Set(before.keys).union(after.keys).sorted()
      .map { MemberChange(path: $0, a: before[$0], b: after[$0]) }.filter { $0.a != $0.b }
  }
}
