// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A view of bytes that somebody else keeps.
typealias View = UnsafeBufferPointer<UInt8>

/// Bytes that grow at their end and are taken from their beginning.
struct Bytes: ~Copyable {
  private(set) var count = 0
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int

  init(capacity: Int = 4096) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  /// Good until the next change.
  var view: View { View(start: base, count: count) }

  func view(from start: Int, count: Int) -> View { View(start: base + start, count: count) }

  // MARK: At the end

  mutating func append(_ text: StaticString) {
    reserve(text.utf8CodeUnitCount)
    memcpy(base + count, text.utf8Start, text.utf8CodeUnitCount)
    count += text.utf8CodeUnitCount
  }

  mutating func append(_ other: View) {
    guard let start = other.baseAddress else { return }
    reserve(other.count)
    memcpy(base + count, start, other.count)
    count += other.count
  }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  /// A number with so many digits, or as many as it has.
  mutating func append(_ number: Int, digits: Int = 1) {
    var (rest, length) = (number, digits)
    var power = 10
    for _ in 1..<length { power *= 10 }
    while power <= number { (power, length) = (power * 10, length + 1) }
    reserve(length)
    for place in stride(from: length - 1, through: 0, by: -1) {
      base[count + place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    count += length
  }

  mutating func append(hexadecimal number: UInt64, digits: Int) {
    reserve(digits)
    for place in 0..<digits {
      let nibble = UInt8(number >> UInt64(4 * (digits - 1 - place)) & 15)
      base[count + place] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
    count += digits
  }

  /// Writes a number over what ends there, as far as it has digits.
  func put(_ number: Int, endingAt end: Int) {
    var (rest, place) = (number, end - 1)
    repeat {
      base[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      (rest, place) = (rest / 10, place - 1)
    } while rest > 0
  }

  /// Writes over what is there.
  func put(_ bytes: View, at start: Int) {
    if let source = bytes.baseAddress { memcpy(base + start, source, bytes.count) }
  }

  // MARK: With a socket

  /// Reads what is there, at most 64 KiB.
  /// - Returns: what `read` returns.
  mutating func read(from socket: Int32) -> Int {
    reserve(1 << 16)
    let received = recv(socket, base + count, 1 << 16, 0)
    if received > 0 { count += received }
    return received
  }

  mutating func take(_ taken: Int) {
    count -= taken
    if count > 0, taken > 0 { memmove(base, base + taken, count) }
  }

  private mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    memcpy(larger, base, count)
    base.deallocate()
    base = larger
  }
}
