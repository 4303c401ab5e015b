// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// What happened in a simulation, a line for each step: the same seed gives the same bytes.
struct SimulatedTrace {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(64 << 10) }

  /// - Parameter at: milliseconds since the beginning.
  mutating func add(_ at: Int64, _ text: String) {
    number(at)
    bytes.append(UInt8(ascii: " "))
    bytes += text.utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  /// One job of so many ran.
  mutating func step(_ at: Int64, _ index: Int, of count: Int) {
    number(at)
    bytes.append(UInt8(ascii: " "))
    number(Int64(index))
    bytes.append(UInt8(ascii: "/"))
    number(Int64(count))
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func number(_ value: Int64) {
    let first = bytes.count
    var left = value.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(left % 10))
      left /= 10
    } while left > 0
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes[first...].reverse()
  }
}
