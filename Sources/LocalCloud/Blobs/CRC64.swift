// SPDX-License-Identifier: Apache-2.0
import Foundation

/// CRC-64/NVME, the checksum of Azure storage (contract.md 6.4): polynomial 0x9A6C9329AC4BC9B5 reflected, all ones
/// before and after.
struct CRC64: Sendable {
  private var state = ~UInt64(0)

  mutating func update(_ data: Data) {
    var state = state
    Self.table.withUnsafeBufferPointer { table in
      data.withUnsafeBytes { bytes in
        for byte in bytes { state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8) }
      }
    }
    self.state = state
  }

  /// Eight bytes, the lowest first, in Base64: as `x-ms-content-crc64` has it.
  var text: String { withUnsafeBytes(of: (~state).littleEndian) { Data($0).base64EncodedString() } }

  private static let table: [UInt64] = (0..<256).map { index in
    (0..<8).reduce(UInt64(index)) { value, _ in
      value & 1 == 1 ? 0x9A6C_9329_AC4B_C9B5 ^ (value >> 1) : value >> 1
    }
  }
}
