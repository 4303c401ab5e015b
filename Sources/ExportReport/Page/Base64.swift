// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
  /// RFC 4648 with padding.
  var base64: String {
    let alphabet = Array<UInt8>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: count, by: 3) {
      let group = (0..<3).map { start + $0 < count ? UInt32(self[start + $0]) : 0 }
      let bits = group[0] << 16 | group[1] << 8 | group[2]
      let digits = [18, 12, 6, 0].map { alphabet[Int(bits >> UInt32($0)) & 63] }
      let used = Swift.min(3, count - start) + 1
      text += digits.prefix(used) + Array(repeating: UInt8(ascii: "="), count: 4 - used)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
