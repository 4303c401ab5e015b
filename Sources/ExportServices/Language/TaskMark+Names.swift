// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension TaskMark {
  /// What a task may be called where we choose its name: letters, digits and `-`, at most 63 characters, another one
  /// for every attempt of every job.
  var name: String { "outhaul-\(key)-\(attempt)" }

  /// A text in the form of a UUID (RFC 9562, version 8): the same for the same attempt, wherever it is made.
  var token: String {
    var bytes = Array(Digest(of: description).bytes.prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `${job.NAME}`, apart from what only an order has.
  var values: [String: JSONValue] {
    [
      "mark": .string(description), "key": .string(key), "attempt": .int(Int64(attempt)), "name": .string(name),
      "token": .string(token),
    ]
  }

  /// Names of `values` of which each alone is another one for every attempt.
  static let tellingNames: Set<String> = ["mark", "name", "token"]
}
