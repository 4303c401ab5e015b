// SPDX-License-Identifier: Apache-2.0

/// Finds texts by their bytes without making strings of them: what a reader of many lines asks for each.
struct ByteTable {
  private var arena: [UInt8] = []
  /// By entry: where its bytes begin in the arena; one more at the end.
  private var starts: [Int] = [0]
  /// An entry's index plus 1; 0: free. At most half are taken.
  private var slots = [UInt32](repeating: 0, count: 64)
  /// The one asked for last, and by entry the one that was asked for after it: jobs come in the same order for every
  /// app, so most texts are compared once and never hashed.
  private var last = 0
  private var followers: [UInt32] = []

  var count: Int { starts.count - 1 }

  init() {}

  /// The texts in their order; of equal ones the first counts.
  init(_ texts: some Sequence<[UInt8]>) { for text in texts { text.withUnsafeBufferPointer { append($0) } } }

  mutating func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard count > 0 else { return nil }
    if isEntry(last, text) { return last }
    let follower = Int(followers[last])
    if isEntry(follower, text) {
      last = follower
      return last
    }
    let slot = slot(of: text)
    guard slots[slot] > 0 else { return nil }
    let found = Int(slots[slot]) - 1
    followers[last] = UInt32(found)
    last = found
    return found
  }

  /// The entry, made when it is new.
  mutating func index(of text: UnsafeBufferPointer<UInt8>) -> Int {
    if let known = find(text) { return known }
    if count > 0 { followers[last] = UInt32(count) }
    last = count
    append(text)
    return last
  }

  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    if (count + 1) * 2 > slots.count { grow() }
    let slot = slot(of: text)
    arena.append(contentsOf: text)
    starts.append(arena.count)
    followers.append(UInt32(count - 1))
    if slots[slot] == 0 { slots[slot] = UInt32(count) }
  }

  private func isEntry(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let (start, end) = (starts[index], starts[index + 1])
    guard end - start == text.count else { return false }
    return arena.withUnsafeBufferPointer { arena in
      for index in 0..<text.count where arena[start + index] != text[index] { return false }
      return true
    }
  }

  private func slot(of text: UnsafeBufferPointer<UInt8>) -> Int {
    // FNV-1a: short texts, no adversary that the slots' limit would not bear.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<text.count { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & mask
    while slots[slot] > 0, !isEntry(Int(slots[slot]) - 1, text) { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    arena.withUnsafeBufferPointer { arena in
      for index in 0..<count {
        let slot = slot(of: UnsafeBufferPointer(rebasing: arena[starts[index]..<starts[index + 1]]))
        if slots[slot] == 0 { slots[slot] = UInt32(index + 1) }
      }
    }
  }
}
