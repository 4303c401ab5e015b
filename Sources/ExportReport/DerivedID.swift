// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Identifiers that other systems want of what a run did. They are derived, never drawn: the same run, job and attempt have
/// the same identifier whenever a report is made.
struct DerivedID: Sendable {
  /// Hashed once: what every identifier of a run begins with.
  private let run: RunningDigest

  init(run: String) {
    var running = RunningDigest()
    running.add("outhaul:run:\(run)".utf8)
    self.run = running
  }

  /// Of a thing of the run: 32 bytes, told apart by its words.
  private func digest(_ words: [String]) -> Digest {
    var running = run
    for word in words {
      running.add("\u{0}".utf8)
      running.add(word.utf8)
    }
    return running.digest
  }

  /// A trace's: 16 bytes as hexadecimal digits.
  var trace: String { String(digest(["trace"]).hex.prefix(32)) }

  /// A span's.
  func span(_ words: String...) -> SpanID { SpanID(number: digest(["span"] + words).prefix) }

  /// A UUID of version 7 (RFC 9562): names sort by time, and what is drawn by chance elsewhere is derived.
  func uuid(at instant: Instant, _ words: String...) -> String {
    var bytes = Array(digest(["uuid"] + words).bytes.prefix(16))
    let time = UInt64(clamping: instant.milliseconds)
    for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: time >> UInt64(40 - 8 * index)) }
    bytes[6] = bytes[6] & 0x0F | 0x70
    bytes[8] = bytes[8] & 0x3F | 0x80
    return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { Hex.encode(bytes[$0]) }.joined(separator: "-")
  }
}

/// 8 bytes.
struct SpanID: Sendable, Equatable {
  let number: UInt64

  /// Hexadecimal digits.
  var hex: String {
    String(unsafeUninitializedCapacity: 16) { text in
      for place in 0..<16 {
        let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * place)) & 15
        text[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
      }
      return 16
    }
  }
}
