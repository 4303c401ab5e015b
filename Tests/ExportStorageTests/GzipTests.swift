// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

@testable import ExportStorage

/// Files that are compressed. The bytes were made by another program.
@Suite struct GzipTests {
  static func bytes(_ base64: String) -> [UInt8] { [UInt8](Data(base64Encoded: base64) ?? Data()) }

  /// `[{"n":1},{"n":2}]`, whole, and as two members that are cut behind the first comma.
  static let whole = bytes("H4sIAAAAAAACA4uuVspTsjKs1QHTRrWxAECrtWARAAAA")
  static let first = bytes("H4sIAAAAAAACA4uuVspTsjKs1QEAAoCfJAkAAAA=")
  static let second = bytes("H4sIAAAAAAACA6tWylOyMqqNBQCda/dyCAAAAA==")
  /// A wrong bit in the checksum.
  static let damaged = bytes("H4sIAAAAAAACA4uuVspTsjKs1QHTRrWxAECrtGARAAAA")
  /// `n`, `1` and `2` on lines.
  static let csv = bytes("H4sIAAAAAAACA8vj5TLk5TLi5QIAd1JCZwkAAAA=")
  /// 64 KiB of blanks.
  static let blanks = bytes(
    "H4sIAAAAAAACA+3BgQAAAACAIJX9KRepCgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      + "AGqUGSy0AAABAA==")

  private func check(
    _ bytes: [UInt8], _ file: FetchedFile = FetchedFile(name: "a"), format: String = "json", cut: Int = .max
  ) -> String {
    do {
      var check = try ContentCheck(
        file, Expectation(format: format, rows: RowRule(required: ["n"]), window: nil))
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(cut)
        try check.take(Array(piece))
        rest = rest.dropFirst(piece.count)
      }
      let artifact = try check.finish(named: "a")
      #expect(artifact.bytes == bytes.count)
      return "\(artifact.rows ?? -1) rows"
    } catch let error as ContentProblem {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  @Test func `gzip is known by its first bytes, in one member or several, however it is cut`() {
    for cut in 1...40 {
      #expect(check(Self.whole, cut: cut) == "2 rows")
      #expect(check(Self.first + Self.second, cut: cut) == "2 rows")
      #expect(check(Self.csv, format: "csv", cut: cut) == "2 rows")
    }
  }

  @Test func `any beginning of gzip is a file that was cut`() {
    for count in 2..<Self.whole.count {
      let found = check(Array(Self.whole.prefix(count)))
      #expect(found == "the file is cut off: gzip ends in the middle at byte \(count)")
    }
    #expect(check(Self.first) == "the file is cut off: JSON ends in the middle at byte 9")
  }

  @Test func `half a file of gzip says where it stops to be gzip`() {
    let found = check(Self.first + Array(#"{"n":2}]"#.utf8))

    #expect(found == "the file is gzip up to byte \(Self.first.count), and what follows is not")
    #expect(check(Self.first + [0x1F, 0x20]).contains("and what follows is not"))
  }

  @Test func `damage is told`() {
    #expect(check(Self.damaged).hasPrefix("the file's gzip is damaged before byte"))
    #expect(check([0x1F, 0x8B, 9, 9, 9, 9, 9, 9, 9, 9, 9]).hasPrefix("the file's gzip is damaged before byte"))
  }

  @Test func `what is said to be gzip must be it, and what is not said may be`() {
    let plain = Array(#"[{"n":1}]"#.utf8)
    var encoded = FetchedFile(name: "a.json")
    encoded.isGzip = true
    let refusal = "it is said to be gzip, by its name or its encoding, and is not"

    #expect(check(plain, FetchedFile(name: "a.json.GZ")) == refusal)
    #expect(check(plain, encoded) == refusal)
    #expect(check(Self.whole, encoded) == "2 rows")
    #expect(check(Self.whole, FetchedFile(name: "a.json")) == "2 rows")
    #expect(check([0x1F]) == "the file is not JSON: byte 0 is wrong")
    #expect(check([]) == "the file is empty")
  }

  @Test func `what comes out of gzip comes in small pieces, however much it is`() throws {
    let reader = try GzipReader()
    var (most, total) = (0, 0)

    for _ in 0..<200 {
      try Self.blanks.withUnsafeBufferPointer { bytes in
        try reader.take(bytes) {
          most = max(most, $0.count)
          total += $0.count
        }
      }
    }
    try reader.finish()

    #expect(total == 200 * 65536)
    #expect(most <= 65536)
  }

  @Test func `sizes and checksums are of the bytes that are stored`() {
    var file = FetchedFile(name: "a", bytes: Int64(Self.whole.count), md5: "AAAAAAAAAAAAAAAAAAAAAA==")
    #expect(check(Self.whole, file) == "its MD5 is not the one that was announced")
    file.md5 = nil
    file.crc64 = "AAAAAAAAAAA="
    #expect(check(Self.whole, file) == "its CRC-64 is not the one that was announced")
    file.bytes = 17
    #expect(check(Self.whole, file) == "\(Self.whole.count) bytes came, and 17 were announced")
  }

  /// The check value that the algorithm's definition gives for these digits.
  @Test func `the checksum is CRC-64 NVME, lowest byte first, however the bytes are cut`() {
    let digits = Array("123456789".utf8)
    for cut in 0...9 {
      var sum = CRC64()
      digits[..<cut].withUnsafeBufferPointer { sum.update($0) }
      digits[cut...].withUnsafeBufferPointer { sum.update($0) }
      #expect(sum.text == Data([0xAE, 0x8B, 0x14, 0x86, 0x0A, 0x79, 0x98, 0x88].reversed()).base64EncodedString())
    }
  }
}
