// SPDX-License-Identifier: Apache-2.0
import Crypto

/// A SHA-256 digest. 32 bytes in line, so that a million of them are one block of memory.
public struct Digest: Sendable, Hashable {
  /// The bytes eight at a time, the first one highest.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  public init(of content: some Sequence<UInt8>) {
    var running = RunningDigest()
    running.add(content)
    self = running.digest
  }

  public init(of text: String) { self.init(of: text.utf8) }

  /// A digest made earlier: 32 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.init { index in bytes[bytes.index(bytes.startIndex, offsetBy: index)] }
  }

  /// As `init(bytes:)`, from memory that is not a Swift collection.
  public init?(memory: UnsafeRawBufferPointer) {
    guard memory.count == 32 else { return nil }
    func word(_ first: Int) -> UInt64 { memory.loadUnaligned(fromByteOffset: first, as: UInt64.self).bigEndian }
    words = (word(0), word(8), word(16), word(24))
  }

  /// Lends the 32 bytes.
  public func withMemory<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let inOrder = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    return try withUnsafeBytes(of: inOrder, body)
  }

  /// From 64 hexadecimal digits, in either case.
  public init?(hex: UnsafeBufferPointer<UInt8>) {
    guard hex.count == 64 else { return nil }
    var areDigits = true
    // Eight digits at once, a byte each.
    func half(_ first: Int) -> UInt64 {
      let ones: UInt64 = 0x0101_0101_0101_0101
      let text = UnsafeRawBufferPointer(hex).loadUnaligned(fromByteOffset: first, as: UInt64.self).bigEndian
      // A letter's bit of 64 is set, and its low bits count from 1.
      let letters = text >> 6 & ones
      let digits = (text & (ones &* 15)) &+ letters &* 9
      let above9 = (digits &+ ones &* 6) >> 4 & ones
      areDigits =
        areDigits && digits & (ones &* 0xF0) == 0
        && (text | letters << 5) == digits &+ ones &* 0x30 &+ above9 &* 0x27
      var packed = (digits | digits >> 4) & 0x00FF_00FF_00FF_00FF
      packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
      return (packed | packed >> 16) & 0xFFFF_FFFF
    }
    func word(_ first: Int) -> UInt64 { half(first) << 32 | half(first + 8) }
    words = (word(0), word(16), word(32), word(48))
    guard areDigits else { return nil }
  }

  /// From 64 hexadecimal digits, in either case.
  public init?(hex: String) {
    var hex = hex
    guard let digest = hex.withUTF8({ Digest(hex: $0) }) else { return nil }
    self = digest
  }

  init(_ finished: SHA256Digest) {
    self = finished.withUnsafeBytes { bytes in Digest { bytes[$0] } }
  }

  private init(_ byte: (Int) -> UInt8) {
    func word(_ first: Int) -> UInt64 {
      var word: UInt64 = 0
      for index in first..<first + 8 { word = word << 8 | UInt64(byte(index)) }
      return word
    }
    words = (word(0), word(8), word(16), word(24))
  }

  public var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      for (index, word) in [words.0, words.1, words.2, words.3].enumerated() {
        for byte in 0..<8 { buffer[index * 8 + byte] = UInt8(truncatingIfNeeded: word >> UInt64(56 - byte * 8)) }
      }
      count = 32
    }
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String {
    String(unsafeUninitializedCapacity: 64) {
      writeHex(to: $0)
      return 64
    }
  }

  /// Adds the 64 lower-case hexadecimal digits to a text.
  public func appendHex(to text: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digits in
      writeHex(to: digits)
      text.append(contentsOf: digits)
    }
  }

  private func writeHex(to digits: UnsafeMutableBufferPointer<UInt8>) {
    func write(_ word: UInt64, at first: Int) {
      var word = word
      for index in stride(from: first + 15, through: first, by: -1) {
        let digit = UInt8(truncatingIfNeeded: word & 15)
        digits.initializeElement(at: index, to: digit < 10 ? 0x30 + digit : 0x57 + digit)
        word >>= 4
      }
    }
    write(words.0, at: 0)
    write(words.1, at: 16)
    write(words.2, at: 32)
    write(words.3, at: 48)
  }

  /// The first eight bytes: spread evenly, so a good hash by themselves.
  public var prefix: UInt64 { words.0 }

  public static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }

  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: Comparable {
  /// By bytes.
  public static func < (a: Digest, b: Digest) -> Bool { a.words < b.words }
}

extension Digest: CustomStringConvertible {
  public var description: String { "sha256:\(hex)" }
}

/// SHA-256 of bytes that come piece by piece. A value: a copy goes on from where it was made, so what many texts
/// begin with is hashed once.
public struct RunningDigest: Sendable {
  private var state = SHA256()

  public init() {}

  public mutating func add(_ bytes: some Sequence<UInt8>) {
    let isDone: Void? = bytes.withContiguousStorageIfAvailable {
      state.update(bufferPointer: UnsafeRawBufferPointer($0))
    }
    if isDone == nil { state.update(data: Array(bytes)) }
  }

  public mutating func add(_ bytes: UnsafeRawBufferPointer) { state.update(bufferPointer: bytes) }

  /// Of everything so far; more may follow.
  public var digest: Digest { Digest(state.finalize()) }
}

/// Lower-case hexadecimal text.
public enum Hex {
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes {
      text.append(JSONWriter.hexDigits[Int(byte >> 4)])
      text.append(JSONWriter.hexDigits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `nil` unless `text` is an even number of hexadecimal digits.
  public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2)
    var high: UInt8?
    for byte in text {
      guard let digit = digit(byte) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return bytes
  }

  public static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
