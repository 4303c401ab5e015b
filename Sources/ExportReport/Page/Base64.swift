// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
  private static let alphabet = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// RFC 4648 with padding.
  var base64: String {
    let text = base64Unpadded
    return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
  }

  /// RFC 4648 without padding.
  var base64Unpadded: String {
    let alphabet = Self.alphabet
    var text: [UInt8] = []
    text.reserveCapacity(count * 4 / 3 + 1)
    var (bits, width): (UInt32, UInt32) = (0, 0)
    for byte in self {
      (bits, width) = (bits << 8 & 0xFFFF | UInt32(byte), width + 8)
      while width >= 6 {
        width -= 6
        text.append(alphabet[Int(bits >> width & 63)])
      }
    }
    if width > 0 { text.append(alphabet[Int(bits << (6 - width) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
