// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Makes bad input out of good: what it does to a seed follows from its random numbers alone.
struct Mutator {
  /// Words of the language, and bytes that readers trip over.
  var words: [[UInt8]]
  /// Texts that pieces are taken from.
  var others: [[UInt8]]
  /// Longer inputs are cut.
  var sizeLimit = 1 << 18

  /// One small change that may well leave the text right, or several wild ones, few more often than many.
  func mutate(_ seed: [UInt8], using random: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = seed
    if Bool.random(using: &random) {
      changeLightly(&bytes, using: &random)
      return bytes
    }
    repeat {
      change(&bytes, using: &random)
    } while Int.random(in: 0..<8, using: &random) > 2 && bytes.count < sizeLimit
    return bytes.count > sizeLimit ? Array(bytes[..<sizeLimit]) : bytes
  }

  private func change(_ bytes: inout [UInt8], using random: inout some RandomNumberGenerator) {
    let piece = Self.piece(of: bytes, using: &random)
    let at = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<18, using: &random) {
    case 0: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
    case 1: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
    case 2: bytes.removeSubrange(piece)
    case 3: bytes.removeSubrange(at...)
    case 4: bytes.insert(contentsOf: bytes[piece], at: at)
    case 5: repeatPiece(piece, of: &bytes, using: &random)
    case 6: swap(piece, Self.piece(of: bytes, using: &random), in: &bytes)
    case 7, 8, 9: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: at)
    case 10: bytes.replaceSubrange(piece, with: words.randomElement(using: &random) ?? [])
    case 11: splice(into: &bytes, at: at, using: &random)
    case 12: nest(&bytes, at: at, using: &random)
    case 13: changeLine(&bytes, using: &random)
    case 14: changeNumber(&bytes, from: at, using: &random)
    case 15: changeEnds(&bytes, using: &random)
    case 16: bytes.insert(contentsOf: run(using: &random), at: at)
    default: bytes.replaceSubrange(Self.word(of: bytes, at: at), with: words.randomElement(using: &random) ?? [])
    }
  }

  /// A word or number is changed for another, or a line moved.
  private func changeLightly(_ bytes: inout [UInt8], using random: inout some RandomNumberGenerator) {
    let here = Self.word(of: bytes, at: Int.random(in: 0...bytes.count, using: &random))
    let there = Self.word(of: bytes, at: Int.random(in: 0...bytes.count, using: &random))
    switch Int.random(in: 0..<7, using: &random) {
    case 0: changeNumber(&bytes, from: here.lowerBound, using: &random)
    case 1: changeDigit(&bytes, from: here.lowerBound, using: &random)
    case 2: bytes.replaceSubrange(here, with: Array(bytes[there]))
    case 3: swap(here, there, in: &bytes)
    case 4: changeLine(&bytes, using: &random)
    case 5: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: here.lowerBound)
    default: bytes.replaceSubrange(here, with: words.randomElement(using: &random) ?? [])
    }
  }

  // MARK: Pieces

  /// Short ones more often than long ones.
  private static func piece(of bytes: [UInt8], using random: inout some RandomNumberGenerator) -> Range<Int> {
    guard !bytes.isEmpty else { return 0..<0 }
    let start = Int.random(in: 0..<bytes.count, using: &random)
    let longest = min(bytes.count - start, 1 << Int.random(in: 0...14, using: &random))
    return start..<start + Int.random(in: 1...longest, using: &random)
  }

  /// Letters, digits and what joins them.
  private static func word(of bytes: [UInt8], at index: Int) -> Range<Int> {
    func belongs(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
      default: false
      }
    }
    var (start, end) = (index, index)
    while start > 0, belongs(bytes[start - 1]) { start -= 1 }
    while end < bytes.count, belongs(bytes[end]) { end += 1 }
    return start..<end
  }

  private func repeatPiece(_ piece: Range<Int>, of bytes: inout [UInt8], using random: inout some RandomNumberGenerator)
  {
    let times = 1 << Int.random(in: 1...10, using: &random)
    guard !piece.isEmpty, piece.count * times <= sizeLimit else { return }
    let repeated = Array(repeatElement(bytes[piece], count: times).joined())
    bytes.insert(contentsOf: repeated, at: piece.upperBound)
  }

  private func swap(_ one: Range<Int>, _ two: Range<Int>, in bytes: inout [UInt8]) {
    let (first, second) = one.lowerBound < two.lowerBound ? (one, two) : (two, one)
    guard first.upperBound <= second.lowerBound else { return }
    let middle = bytes[first.upperBound..<second.lowerBound]
    bytes.replaceSubrange(
      first.lowerBound..<second.upperBound, with: Array(bytes[second]) + Array(middle) + Array(bytes[first]))
  }

  private func splice(into bytes: inout [UInt8], at index: Int, using random: inout some RandomNumberGenerator) {
    guard let other = others.randomElement(using: &random) else { return }
    bytes.insert(contentsOf: other[Self.piece(of: other, using: &random)], at: index)
  }

  private func run(using random: inout some RandomNumberGenerator) -> [UInt8] {
    let byte = [
      UInt8(ascii: "a"), UInt8(ascii: " "), UInt8(ascii: "9"), UInt8(ascii: "\n"), 0, 0xC3, UInt8(ascii: "#"),
    ]
    .randomElement(using: &random)
    return Array(repeating: byte ?? 0, count: 1 << Int.random(in: 4...16, using: &random))
  }

  private func nest(_ bytes: inout [UInt8], at index: Int, using random: inout some RandomNumberGenerator) {
    let (open, close) =
      [("[", "]"), ("{a: ", "}"), ("- ", ""), ("{\"a\":", "}"), ("? ", ""), ("&a [", "]")].randomElement(using: &random)
      ?? ("", "")
    let depth = 1 << Int.random(in: 0...13, using: &random)
    let closing = Bool.random(using: &random) ? String(repeating: close, count: depth) : ""
    bytes.insert(contentsOf: (String(repeating: open, count: depth) + closing).utf8, at: index)
  }

  // MARK: Lines and numbers

  private func changeLine(_ bytes: inout [UInt8], using random: inout some RandomNumberGenerator) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    let index = Int.random(in: 0..<lines.count, using: &random)
    let other = Int.random(in: 0..<lines.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: lines.remove(at: index)
    case 1: lines.insert(lines[index], at: other)
    case 2: lines.swapAt(index, other)
    case 3: lines[index] = Array(repeating: 0x20, count: Int.random(in: 1...9, using: &random)) + lines[index]
    default: lines[index] = Array(lines[index].drop { $0 == 0x20 })
    }
    bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }

  private func changeNumber(_ bytes: inout [UInt8], from start: Int, using random: inout some RandomNumberGenerator) {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    guard let first = bytes[start...].firstIndex(where: isDigit) else { return }
    let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.endIndex
    let number = [
      "0", "1", "00", "99", "366", "65536", "2147483648", "9223372036854775807", "9223372036854775808", "-1", "1e400",
      "123456789012345678901234567890", "15250284452", "0.1", "999999999999",
    ].randomElement(using: &random)
    bytes.replaceSubrange(first..<end, with: Array((number ?? "0").utf8))
  }

  private func changeDigit(_ bytes: inout [UInt8], from start: Int, using random: inout some RandomNumberGenerator) {
    guard let index = bytes[start...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
    bytes[index] = UInt8.random(in: 0x30...0x39, using: &random)
  }

  private func changeEnds(_ bytes: inout [UInt8], using random: inout some RandomNumberGenerator) {
    let ends: [[UInt8]] = [
      [0x0D, 0x0A], [0x0D], [0xC2, 0x85], [0xE2, 0x80, 0xA8], [0x0A, 0x0A], [0x20, 0x0A], [0],
    ]
    let end = ends.randomElement(using: &random) ?? []
    let isAll = Bool.random(using: &random)
    bytes = bytes.flatMap { byte -> [UInt8] in
      byte == 0x0A && (isAll || Int.random(in: 0..<8, using: &random) == 0) ? end : [byte]
    }
  }
}
