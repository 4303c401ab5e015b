// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Finds jobs by key: 4 bytes a slot, at most half of them taken. Keys are digests, so they are their own hash.
public struct KeyIndex: Sendable {
  /// A job's index plus 1 in the low bits, above it some bits of its key, so that another key is seldom looked at;
  /// 0: free.
  private var slots: [UInt32]
  /// More than the jobs of a plan.
  private static let indexBits: UInt32 = 23
  private static let indexMask: UInt32 = (1 << indexBits) - 1
  private var count = 0

  public init() { slots = [UInt32](repeating: 0, count: 1024) }

  /// Of keys that are all different.
  public init(_ keys: [JobKey]) {
    var size = 1024
    while size < keys.count * 2 { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    count = keys.count
    fill(keys)
  }

  /// The job that has the key; `nil` when none has.
  public func find(_ key: JobKey, in keys: [JobKey]) -> Int? {
    let slot = slot(of: key, keys)
    return slots[slot] > 0 ? Int(slots[slot] & Self.indexMask) - 1 : nil
  }

  /// The job that has the key already, or `nil` after the key was noted for the job that comes next.
  /// - Parameter keys: of the jobs so far.
  public mutating func find(_ key: JobKey, orAddIn keys: [JobKey]) -> Int? {
    if count * 2 >= slots.count { grow(keys) }
    let slot = slot(of: key, keys)
    if slots[slot] > 0 { return Int(slots[slot] & Self.indexMask) - 1 }
    slots[slot] = Self.entry(keys.count, key)
    count += 1
    return nil
  }

  private func slot(of key: JobKey, _ keys: [JobKey]) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key.digest.prefix) & mask
    let tag = Self.tag(key)
    while slots[slot] > 0 {
      if slots[slot] & ~Self.indexMask == tag, keys[Int(slots[slot] & Self.indexMask) - 1] == key { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private static func entry(_ index: Int, _ key: JobKey) -> UInt32 { UInt32(index + 1) | tag(key) }

  private static func tag(_ key: JobKey) -> UInt32 {
    UInt32(truncatingIfNeeded: key.digest.prefix >> 40) & ~indexMask
  }

  private mutating func grow(_ keys: [JobKey]) {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    fill(keys)
  }

  private mutating func fill(_ keys: [JobKey]) {
    let mask = slots.count - 1
    // They are all different: a free slot is enough, and no key is compared.
    for index in keys.indices {
      var slot = Int(truncatingIfNeeded: keys[index].digest.prefix) & mask
      while slots[slot] > 0 { slot = (slot + 1) & mask }
      slots[slot] = Self.entry(index, keys[index])
    }
  }
}
