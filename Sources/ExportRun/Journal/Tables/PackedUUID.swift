// SPDX-License-Identifier: Apache-2.0

/// An id of the form `8-4-4-4-12`, in lower case, as the 16 bytes that its digits are.
struct PackedUUID: Sendable, Equatable {
  /// Of its text.
  static let length = 36

  /// The first digit highest.
  private let high: UInt64
  private let low: UInt64

  /// `nil` for every other text.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    let dash = UInt8(ascii: "-")
    guard text.count == Self.length, text[8] == dash, text[13] == dash, text[18] == dash, text[23] == dash else {
      return nil
    }
    let raw = UnsafeRawBufferPointer(text)
    func four(_ place: Int) -> UInt64 {
      UInt64(raw.loadUnaligned(fromByteOffset: place, as: UInt32.self).bigEndian)
    }
    guard let first = Self.packed(four(0) << 32 | four(4)), let second = Self.packed(four(9) << 32 | four(14)),
      let third = Self.packed(four(19) << 32 | four(24)), let last = Self.packed(four(28) << 32 | four(32))
    else { return nil }
    (high, low) = (first << 32 | second, third << 32 | last)
  }

  /// From its 16 bytes.
  init(bytes: UnsafeBufferPointer<UInt8>) {
    let raw = UnsafeRawBufferPointer(bytes)
    high = raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian
    low = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
  }

  /// Lends its 16 bytes.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { $0.withMemoryRebound(to: UInt8.self, body) }
  }

  /// Writes its text.
  func write(to text: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
    var place = start
    for word in 0..<2 {
      let digits = word == 0 ? high : low
      for shift in stride(from: UInt64(60), through: 0, by: -4) {
        switch place - start {
        case 8, 13, 18, 23:
          text[place] = UInt8(ascii: "-")
          place += 1
        default: break
        }
        let value = UInt8(truncatingIfNeeded: digits >> shift) & 15
        text[place] = value < 10 ? 0x30 + value : 0x57 + value
        place += 1
      }
    }
  }

  /// Eight digits at once, a byte each, as four bytes; `nil` where one is no digit.
  private static func packed(_ text: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // A letter's bit of 64 is set, and its low bits count from 1.
    let letters = text >> 6 & ones
    let digits = (text & (ones &* 15)) &+ letters &* 9
    let above9 = (digits &+ ones &* 6) >> 4 & ones
    guard digits & (ones &* 0xF0) == 0, text == digits &+ ones &* 0x30 &+ above9 &* 0x27 else { return nil }
    var packed = (digits | digits >> 4) & 0x00FF_00FF_00FF_00FF
    packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
    return (packed | packed >> 16) & 0xFFFF_FFFF
  }
}
