// SPDX-License-Identifier: Apache-2.0

/// A list that grows by blocks: what is in it is never copied to make room for more.
struct Blocks<Element: Sendable>: Sendable {
  /// Elements of a block: a power of two.
  private static var length: Int { 1 << shift }
  private static var shift: Int { 12 }

  private var blocks: [[Element]] = []
  private(set) var count = 0

  mutating func append(_ element: Element) {
    if count & (Self.length - 1) == 0 {
      blocks.append([])
      blocks[blocks.count - 1].reserveCapacity(Self.length)
    }
    blocks[blocks.count - 1].append(element)
    count += 1
  }

  subscript(index: Int) -> Element { blocks[index >> Self.shift][index & (Self.length - 1)] }
}
