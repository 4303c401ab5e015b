// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import ExportCore

/// Bytes that are looked at eight at a time, held against those looked at one at a time.
@Suite struct PlainTextTests {
  /// Each of them beside bytes that differ from what is looked for in one bit.
  private static let plain: [UInt8] = [
    0x00, 0x09, 0x0B, 0x0C, 0x0E, 0x21, 0x23, 0x2B, 0x2D, 0x61, 0x8A, 0xA2, 0xAC, 0xFF,
  ]

  @Test func `a field's end is the first of four bytes, wherever it stands`() {
    for length in 0...24 {
      let text = (0..<length).map { Self.plain[$0 % Self.plain.count] }
      for start in 0...length {
        let found = text.withUnsafeBufferPointer { PlainText.fieldEnd(in: $0, from: start) }
        #expect(found == length, "nothing ends \(text) from \(start)")
      }
      for (place, mark) in (0..<length).flatMap({ place in [0x22, 0x2C, 0x0A, 0x0D].map { (place, $0 as UInt8) } }) {
        var marked = text
        marked[place] = mark
        for start in 0...length {
          let found = marked.withUnsafeBufferPointer { PlainText.fieldEnd(in: $0, from: start) }
          #expect(found == (start <= place ? place : length), "\(marked) from \(start)")
          let quote = marked.withUnsafeBufferPointer { PlainText.quote(in: $0, from: start) }
          #expect(quote == (start <= place && mark == 0x22 ? place : length), "\(marked) from \(start)")
        }
      }
    }
  }

  @Test func `of several marks the first counts`() {
    let text = Array("ab,\"c\r\nabcdefgh\",".utf8)
    text.withUnsafeBufferPointer { text in
      #expect(PlainText.fieldEnd(in: text, from: 0) == 2 && PlainText.fieldEnd(in: text, from: 3) == 3)
      #expect(PlainText.fieldEnd(in: text, from: 4) == 5 && PlainText.fieldEnd(in: text, from: 7) == 15)
      #expect(PlainText.quote(in: text, from: 0) == 3 && PlainText.quote(in: text, from: 4) == 15)
    }
  }
}
