// SPDX-License-Identifier: Apache-2.0

/// The name of a job for ever, in every run: SHA-256 of its canonical description.
public struct JobKey: Sendable, Hashable {
  public let digest: Digest

  public init(_ digest: Digest) { self.digest = digest }

  /// From 64 hexadecimal digits.
  public init?(hex: String) {
    guard let digest = Digest(hex: hex) else { return nil }
    self.digest = digest
  }

  /// From the digest's 32 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard let digest = Digest(bytes: bytes) else { return nil }
    self.digest = digest
  }

  /// 64 hexadecimal digits: what files and the ledger hold.
  public var hex: String { digest.hex }

  /// The first 12 hexadecimal digits: what people read.
  public var short: String { String(hex.prefix(12)) }

  /// The first 160 bits as 32 characters of lower-case base32 (RFC 4648 alphabet): what tasks carry.
  public var base32: String {
    var text = ""
    var buffer: UInt32 = 0
    var bits = 0
    for byte in digest.bytes.prefix(20) {
      buffer = buffer << 8 | UInt32(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.unicodeScalars.append(Unicode.Scalar(Self.alphabet[Int(buffer >> UInt32(bits)) & 31]))
      }
    }
    return text
  }

  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
}

extension JobKey: CustomStringConvertible, Comparable {
  public var description: String { short }

  public static func < (a: JobKey, b: JobKey) -> Bool { a.digest < b.digest }
}

/// What a task carries so that it can be found again: `outhaul:1:KEY:ATTEMPT`.
public struct TaskMark: Sendable, Hashable, CustomStringConvertible {
  /// The key as 32 characters of base32.
  public var key: String
  /// From 1.
  public var attempt: Int

  public init(_ key: JobKey, attempt: Int) {
    self.key = key.base32
    self.attempt = attempt
  }

  /// `nil` for a text that is no mark of ours.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "outhaul", parts[1] == "1", parts[2].utf8.count == 32,
      let attempt = Int(parts[3]), attempt > 0
    else { return nil }
    key = String(parts[2])
    self.attempt = attempt
  }

  public var description: String { "outhaul:1:\(key):\(attempt)" }
}
