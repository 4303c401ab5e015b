// SPDX-License-Identifier: Apache-2.0
import Foundation

/// CRC-64/NVME, which Azure storage may tell of a blob (contract.md 6.4): the polynomial 0x9A6C9329AC4BC9B5 reflected,
/// all ones before and after. Eight bytes at a time.
struct CRC64: Sendable {
  private static let polynomial: UInt64 = 0x9A6C_9329_AC4B_C9B5
  private var state = ~UInt64(0)

  /// `tables[n][b]`: what a byte does that has n bytes behind it.
  private static let tables: [UInt64] = {
    var tables = [UInt64](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      tables[byte] = (0..<8).reduce(UInt64(byte)) { value, _ in
        value & 1 == 1 ? polynomial ^ (value >> 1) : value >> 1
      }
    }
    for index in 256..<tables.count {
      tables[index] = tables[Int(tables[index - 256] & 0xFF)] ^ (tables[index - 256] >> 8)
    }
    return tables
  }()

  mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    let raw = UnsafeRawPointer(base)
    var (state, index) = (state, 0)
    Self.tables.withUnsafeBufferPointer { tables in
      while index + 8 <= bytes.count {
        let word = state ^ UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        state = 0
        for byte in 0..<8 { state ^= tables[(7 - byte) * 256 + Int(word >> UInt64(byte * 8) & 0xFF)] }
        index += 8
      }
      while index < bytes.count {
        state = tables[Int((state ^ UInt64(bytes[index])) & 0xFF)] ^ (state >> 8)
        index += 1
      }
    }
    self.state = state
  }

  /// Eight bytes, the lowest first, in Base64.
  var text: String { withUnsafeBytes(of: (~state).littleEndian) { Data($0).base64EncodedString() } }
}
