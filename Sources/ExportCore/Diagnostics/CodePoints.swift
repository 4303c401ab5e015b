// SPDX-License-Identifier: Apache-2.0

/// How many code points begin before each 256th byte of a text.
struct CodePoints: Sendable {
  private static let step = 256

  private let before: [Int]

  init(_ bytes: [UInt8]) {
    var before: [Int] = []
    before.reserveCapacity(bytes.count / Self.step + 1)
    var count = 0
    for start in stride(from: 0, to: bytes.count, by: Self.step) {
      before.append(count)
      count += Self.count(in: start..<min(start + Self.step, bytes.count), of: bytes)
    }
    self.before = before
  }

  func count(before offset: Int, in bytes: [UInt8]) -> Int {
    let block = min(offset / Self.step, before.count - 1)
    guard block >= 0 else { return 0 }
    return before[block] + Self.count(in: block * Self.step..<offset, of: bytes)
  }

  /// Where a code point (from 0) begins; the end, when there are fewer.
  func offset(of number: Int, in bytes: [UInt8]) -> Int {
    let block = before.partitionPoint { $0 <= number } - 1
    guard block >= 0 else { return 0 }
    return Self.offset(of: number - before[block], in: block * Self.step..<bytes.count, of: bytes)
  }

  static func count(in range: Range<Int>, of bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var count = 0
      for offset in range where bytes[offset] & 0xC0 != 0x80 { count += 1 }
      return count
    }
  }

  static func offset(of number: Int, in range: Range<Int>, of bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var left = number
      for offset in range where bytes[offset] & 0xC0 != 0x80 {
        if left == 0 { return offset }
        left -= 1
      }
      return range.upperBound
    }
  }
}
