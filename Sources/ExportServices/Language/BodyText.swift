// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP

/// The text of an answer's body, whatever characters it is written in.
enum BodyText {
  /// As UTF-8, without a mark at its beginning. Bytes of a set that is not known stay as they are.
  static func utf8(of response: HTTPResponse) -> [UInt8] {
    let body = response.body
    if body.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(body.dropFirst(3)) }
    if body.starts(with: [0xFE, 0xFF]) { return undeclared(utf16(body.dropFirst(2), isBig: true)) }
    if body.starts(with: [0xFF, 0xFE]) { return undeclared(utf16(body.dropFirst(2), isBig: false)) }
    switch charset(of: response.head) {
    case "iso-8859-1", "latin1", "windows-1252": return undeclared(Array(latin(body).utf8))
    case "utf-16", "utf-16be": return undeclared(utf16(body[...], isBig: true))
    case "utf-16le": return undeclared(utf16(body[...], isBig: false))
    default: return body
    }
  }

  private static func charset(of head: HTTPHead) -> String? {
    let type = head.header("Content-Type")?.lowercased() ?? ""
    for part in type.split(separator: ";").dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
      if pair.count == 2, pair[0] == "charset" { return pair[1].filter { $0 != "\"" && $0 != "'" } }
    }
    return nil
  }

  private static func latin(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, isBig: Bool) -> [UInt8] {
    var units: [UInt16] = []
    var rest = bytes
    while let first = rest.popFirst(), let second = rest.popFirst() {
      units.append(isBig ? UInt16(first) << 8 | UInt16(second) : UInt16(second) << 8 | UInt16(first))
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// Without the declaration of XML, which names the set that it is no longer written in.
  private static func undeclared(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.starts(with: Array("<?xml".utf8)), let end = bytes.firstRange(of: Array("?>".utf8)) else {
      return bytes
    }
    return Array(bytes[end.upperBound...])
  }
}
