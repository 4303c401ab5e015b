// SPDX-License-Identifier: Apache-2.0
import struct Crypto.SHA256
import ExportCore

/// What stands for a row: the first half of its canonical text's SHA-256.
struct RowMark: Sendable, Hashable {
  let high: UInt64
  let low: UInt64

  init(_ row: RowNode) {
    var hash = SHA256()
    hash.update(data: row.bytes)
    let digest = Array(hash.finalize())
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    (high, low) = (number(digest[0..<8]), number(digest[8..<16]))
  }
}

/// What stands for many rows in any order, each counted as often as it comes: their number and the sums of their marks.
/// Two collections of rows with the same tally are the same but for a chance of one in 2^128.
struct RowTally: Sendable, Hashable {
  private(set) var count: Int64 = 0
  private var high: UInt64 = 0
  private var low: UInt64 = 0

  mutating func add(_ mark: RowMark) {
    count += 1
    high &+= mark.high
    low &+= mark.low
  }

  mutating func add(_ other: RowTally) {
    count += other.count
    high &+= other.high
    low &+= other.low
  }
}
