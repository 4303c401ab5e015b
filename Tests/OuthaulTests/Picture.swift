// SPDX-License-Identifier: Apache-2.0
import CZLib
import Foundation

/// The pixels of a PNG, as browsers write them: eight bits a channel, not interlaced.
struct Picture {
  struct Unreadable: Error { var text: String }

  let width: Int
  let height: Int
  private let channels: Int
  private var bytes: [UInt8]

  init(png: Data) throws {
    let png = [UInt8](png)
    guard png.count > 33, png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] else {
      throw Unreadable(text: "no PNG")
    }
    func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (number(16), number(20))
    guard png[24] == 8, let channels = [2: 3, 6: 4][png[25]], png[28] == 0 else {
      throw Unreadable(text: "a PNG of another kind")
    }
    self.channels = channels
    var (packed, place): ([UInt8], Int) = ([], 8)
    while place + 12 <= png.count {
      let length = number(place)
      if Array(png[place + 4..<place + 8]) == Array("IDAT".utf8) { packed += png[place + 8..<place + 8 + length] }
      place += length + 12
    }
    let line = width * channels + 1
    bytes = [UInt8](repeating: 0, count: line * height)
    var count = uLong(bytes.count)
    guard uncompress(&bytes, &count, packed, uLong(packed.count)) == Z_OK, Int(count) == bytes.count else {
      throw Unreadable(text: "not packed as a PNG is")
    }
    let isRight = bytes.withUnsafeMutableBufferPointer { Self.unfilter($0, line: line, channels: channels) }
    guard isRight else { throw Unreadable(text: "a filter that there is not") }
  }

  /// Each line says how it differs from what is before and above.
  private static func unfilter(_ bytes: UnsafeMutableBufferPointer<UInt8>, line: Int, channels: Int) -> Bool {
    for start in stride(from: 1, to: bytes.count, by: line) {
      let filter = bytes[start - 1]
      guard filter <= 4 else { return false }
      guard filter > 0 else { continue }
      for place in start..<start + line - 1 {
        let hasLeft = place - start >= channels
        let hasAbove = start > line
        let left = hasLeft ? Int(bytes[place - channels]) : 0
        let above = hasAbove ? Int(bytes[place - line]) : 0
        let corner = hasLeft && hasAbove ? Int(bytes[place - line - channels]) : 0
        var guess = filter == 1 ? left : filter == 2 ? above : (left + above) / 2
        if filter == 4 {
          let base = left + above - corner
          let (a, b, c) = (abs(base - left), abs(base - above), abs(base - corner))
          guess = a <= b && a <= c ? left : (b <= c ? above : corner)
        }
        bytes[place] = UInt8(truncatingIfNeeded: Int(bytes[place]) + guess)
      }
    }
    return true
  }

  /// `0xrrggbb`
  func colour(_ x: Int, _ y: Int) -> Int {
    let place = y * (width * channels + 1) + 1 + x * channels
    return Int(bytes[place]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
  }

  /// How often each colour is there, above a line; every other pixel of every other line is looked at.
  func colours(above end: Int? = nil) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for y in stride(from: 0, to: end ?? height, by: 2) {
      for x in stride(from: 0, to: width, by: 2) { counts[colour(x, y), default: 0] += 1 }
    }
    return counts
  }
}
