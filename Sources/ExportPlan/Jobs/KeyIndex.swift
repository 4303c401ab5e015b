// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Finds jobs by key: 4 bytes a slot, at most half of them taken. Keys are digests, so they are their own hash.
struct KeyIndex: Sendable {
  /// A job's index plus 1; 0: free.
  private var slots: [UInt32]
  private var count = 0

  init() { slots = [UInt32](repeating: 0, count: 1024) }

  /// The job that has the key already, or `nil` after the key was noted for the job that comes next.
  /// - Parameter keys: of the jobs so far.
  mutating func find(_ key: JobKey, orAddIn keys: [JobKey]) -> Int? {
    if count * 2 >= slots.count { grow(keys) }
    let slot = slot(of: key, keys)
    if slots[slot] > 0 { return Int(slots[slot]) - 1 }
    slots[slot] = UInt32(keys.count + 1)
    count += 1
    return nil
  }

  private func slot(of key: JobKey, _ keys: [JobKey]) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key.digest.prefix) & mask
    while slots[slot] > 0, keys[Int(slots[slot]) - 1] != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow(_ keys: [JobKey]) {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    let mask = slots.count - 1
    // They are all different: a free slot is enough, and no key is compared.
    for index in keys.indices {
      var slot = Int(truncatingIfNeeded: keys[index].digest.prefix) & mask
      while slots[slot] > 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(index + 1)
    }
  }
}
