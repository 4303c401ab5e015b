// SPDX-License-Identifier: Apache-2.0

/// Leaves out the mark that some writers put before UTF-8. In the middle of a text it is none, and stays.
struct ByteOrderMark {
  static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// How many bytes of it have come; they are held back until it is told whether all do.
  private var count = 0
  private var isOver = false

  /// - Throws: what `pass` throws.
  mutating func take(
    _ chunk: UnsafeBufferPointer<UInt8>, _ pass: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    guard !isOver else { return try pass(chunk) }
    var index = 0
    while index < chunk.count, count < Self.bytes.count, chunk[index] == Self.bytes[count] {
      (index, count) = (index + 1, count + 1)
    }
    isOver = count == Self.bytes.count || index < chunk.count
    guard isOver else { return }
    if count < Self.bytes.count { try passHeld(pass) }
    if index < chunk.count { try pass(UnsafeBufferPointer(rebasing: chunk[index...])) }
  }

  /// Nothing comes any more.
  /// - Throws: what `pass` throws.
  mutating func finish(_ pass: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    guard !isOver else { return }
    isOver = true
    try passHeld(pass)
  }

  private func passHeld(_ pass: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    guard count > 0 else { return }
    try Array(Self.bytes.prefix(count)).withUnsafeBufferPointer(pass)
  }
}
