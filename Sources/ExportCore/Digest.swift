// SPDX-License-Identifier: Apache-2.0
import Crypto

/// A SHA-256 digest.
public struct Digest: Sendable, Hashable {
  public let bytes: [UInt8]

  public init(of content: some Sequence<UInt8>) {
    bytes = Array(SHA256.hash(data: Array(content)))
  }

  public init(of text: String) { self.init(of: text.utf8) }

  /// A digest made earlier: 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// From 64 hexadecimal digits, in either case.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex), bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hex.encode(bytes) }
}

extension Digest: CustomStringConvertible {
  public var description: String { "sha256:\(hex)" }
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
  public static func decode(_ text: String) -> [UInt8]? {
    let digits = text.utf8.map { byte -> UInt8? in
      Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index], let low = digits[index + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
